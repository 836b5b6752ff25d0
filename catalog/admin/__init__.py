from catalog.admin import attributes, products

__all__ = ["attributes", "products"]
