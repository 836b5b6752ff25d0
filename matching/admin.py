"""The back office of everything below this folder."""

from matching.indexing import product_admin
from matching.label_audit import admin as label_audit
from matching.search import admin as searches

__all__ = ["label_audit", "product_admin", "searches"]
