"""Shopify's REST interface for products: https://shopify.dev/docs/api/admin-rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

VERSION, PAGE = "2024-10", 250
OPTIONS = (1, 2, 3)
OF_PRODUCT = {
    "Title": "title",
    "Body (HTML)": "body_html",
    "Vendor": "vendor",
    "Type": "product_type",
    "Tags": "tags",
    "Status": "status",
}
OF_VARIANT = {
    "Variant SKU": "sku",
    "Variant Price": "price",
    "Variant Compare At Price": "compare_at_price",
    "Variant Barcode": "barcode",
    "Variant Inventory Qty": "inventory_quantity",
    "Variant Inventory Policy": "inventory_policy",
    "Variant Inventory Tracker": "inventory_management",
    **{f"Option{number} Value": f"option{number}" for number in OPTIONS},
}
OF_IMAGE = {"Image Src": "src", "Image Position": "position", "Image Alt Text": "alt"}
NAMES = [f"Option{number} Name" for number in OPTIONS]
HEADER = [
    *("Handle", "link", "Published", "Variant Image"),
    *(*OF_PRODUCT, *OF_VARIANT, *OF_IMAGE, *NAMES),
]


def first_page(base: str) -> str:
    return f"{base}/admin/api/{VERSION}/products.json?limit={PAGE}"


def products_of(answer: Any) -> list[dict[str, Any]]:
    products: list[dict[str, Any]] = answer["products"]
    return products


def rows_of(product: Mapping[str, Any], base: str, get: Any) -> Iterator[dict[str, str]]:
    """One for each variant, or each photo where there are more of these."""
    images = product.get("images") or []
    sources = {image["id"]: image["src"] for image in images}
    options = [option["name"] for option in product.get("options") or []]
    whole = _texts(product, OF_PRODUCT) | dict(zip(NAMES, options, strict=False))
    whole["Published"] = "true" if product.get("published_at") else "false"
    for variant, image in zip_longest(product.get("variants") or [], images):
        row = {"Handle": product["handle"], "link": f"{base}/products/{product['handle']}"}
        row |= whole | _texts(variant or {}, OF_VARIANT) | _texts(image or {}, OF_IMAGE)
        row["Variant Image"] = sources.get((variant or {}).get("image_id"), "")
        yield row
        whole = {}


def _texts(said: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    values = {column: said.get(name) for column, name in names.items()}
    return {column: "" if value is None else str(value) for column, value in values.items()}
