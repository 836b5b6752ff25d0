"""WooCommerce's REST interface for products: https://woocommerce.github.io/woocommerce-rest-api-docs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

PAGE = 100
MOST_ATTRIBUTES = 20
STOCK = {"instock": "1", "outofstock": "0", "onbackorder": "backorder"}
PLAIN = {
    "ID": "id",
    "SKU": "sku",
    "Name": "name",
    "GTIN, UPC, EAN, or ISBN": "global_unique_id",
    "Visibility in catalog": "catalog_visibility",
    "Short description": "short_description",
    "Description": "description",
    "Regular price": "regular_price",
    "Sale price": "sale_price",
    "Date sale price starts": "date_on_sale_from",
    "Date sale price ends": "date_on_sale_to",
    "Stock": "stock_quantity",
    "Permalink": "permalink",
}
OF_ATTRIBUTES = [
    f"Attribute {number} {part}"
    for number in range(1, MOST_ATTRIBUTES + 1)
    for part in ("name", "value(s)")
]
HEADER = [
    *(*PLAIN, "Type", "Parent", "Published", "In stock?", "Backorders allowed?"),
    *("Categories", "Tags", "Brands", "Images", "image_alt", *OF_ATTRIBUTES),
]
Get = Callable[[str], tuple[Any, str]]


def first_page(base: str) -> str:
    return f"{base}/wp-json/wc/v3/products?per_page={PAGE}"


def products_of(answer: Any) -> list[dict[str, Any]]:
    products: list[dict[str, Any]] = answer
    return products


def rows_of(product: Mapping[str, Any], base: str, get: Get) -> Iterator[dict[str, str]]:
    """The product and then its variations, which have an address of their own."""
    yield _row(product, product.get("type") or "simple")
    address = f"{base}/wp-json/wc/v3/products/{product['id']}/variations?per_page={PAGE}"
    while address and product.get("variations"):
        variations, address = get(address)
        for one in variations:
            parent = product.get("sku") or f"id:{product['id']}"
            yield _row(one, "variation") | {"Parent": parent}


def _row(said: Mapping[str, Any], kind: str) -> dict[str, str]:
    row = {column: _text(said.get(name)) for column, name in PLAIN.items()}
    images = said.get("images") or [one for one in [said.get("image")] if one]
    return row | {
        "Type": kind,
        "Published": "1" if said.get("status") == "publish" else "0",
        "In stock?": STOCK.get(said.get("stock_status", ""), ""),
        "Backorders allowed?": {"yes": "1", "no": "0"}.get(said.get("backorders", ""), "notify"),
        "Categories": _names(said, "categories"),
        "Tags": _names(said, "tags"),
        "Brands": _names(said, "brands"),
        "Images": ", ".join(one["src"] for one in images),
        "image_alt": " | ".join(_text(one.get("alt")).replace("|", "/") for one in images),
        **_attributes(said.get("attributes") or []),
    }


def _attributes(said: list[Mapping[str, Any]]) -> dict[str, str]:
    found = {}
    for number, one in enumerate(said[:MOST_ATTRIBUTES], start=1):
        values = one["options"] if "options" in one else [one.get("option", "")]
        found[f"Attribute {number} name"] = _text(one.get("name"))
        found[f"Attribute {number} value(s)"] = ", ".join(values)
    return found


def _names(said: Mapping[str, Any], name: str) -> str:
    return ", ".join(str(one["name"]) for one in said.get(name) or [])


def _text(value: Any) -> str:
    return "" if value is None else str(value)
