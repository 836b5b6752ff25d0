from catalog.admin import attributes, products, sources

__all__ = ["attributes", "products", "sources"]
