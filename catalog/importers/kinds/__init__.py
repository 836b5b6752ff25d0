"""What wrote a table: each kind a file, all behind the contract of `base.py`."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.importers.kinds.base import Column, Kind, grouped
from catalog.importers.kinds.merchant import Merchant
from catalog.importers.kinds.plain import Plain
from catalog.importers.kinds.shopify import Shopify
from catalog.importers.kinds.woocommerce import WooCommerce

KINDS: tuple[type[Kind], ...] = (Shopify, WooCommerce, Merchant, Plain)
__all__ = ["KINDS", "Column", "Kind", "grouped", "kind_of"]


def kind_of(header: Sequence[str]) -> type[Kind]:
    """The first that knows the columns as its own; Plain knows any."""
    return next(kind for kind in KINDS if kind.recognises(header))
