from catalog.admin import attributes, jobs, products

__all__ = ["attributes", "jobs", "products"]
