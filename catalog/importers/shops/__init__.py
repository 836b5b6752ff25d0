"""Shops that are asked for their products by REST, page by page. What they say becomes the table
that the same program exports, which the kind of that table reads."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from catalog.importers.shops import shopify, woocommerce

SHOPS: dict[str, ModuleType] = {"shopify": shopify, "woocommerce": woocommerce}
# Gives what stands at an address, and the address of the page after it, "" for none.
Get = Callable[[str], tuple[Any, str]]


def write_table(kind: str, base: str, get: Get, path: Path) -> int:
    """All products of the shop at `base` as a CSV file; returns how many there are."""
    shop, count = SHOPS[kind], 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, shop.HEADER)
        writer.writeheader()
        address = shop.first_page(base)
        while address:
            answer, address = get(address)
            for product in shop.products_of(answer):
                writer.writerows(shop.rows_of(product, base, get))
                count += 1
    return count
