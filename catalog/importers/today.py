"""A product with variants, offers and photos, as the catalogue keeps it: of each the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from catalog.importers.incoming import FIELDS, Incoming
from catalog.importers.offered import IncomingProduct


def incoming_of(
    product: IncomingProduct, read_photo: Callable[[], bytes | None] | None, day: date
) -> Incoming:
    """`day`: the one whose price it is, where a sale begins and ends."""
    variant = product.variants[0]
    said = product.said | (variant.offers[0].said if variant.offers else {})
    if "price" in said:
        said["price"] = price_on(day, said)
    return Incoming(
        line=product.line,
        sku=product.sku or variant.sku,
        read_photo=read_photo,
        fields={name: value for name, value in said.items() if name in FIELDS},
        labels=product.labels,
        groups=product.groups,
        names_photo=bool(product.media),
    )


def price_on(day: date, said: dict[str, Any]) -> Any:
    """What a shopper pays then."""
    begin, end = said.get("sale_from"), said.get("sale_until")
    is_sale = (begin is None or begin <= day) and (end is None or day <= end)
    sale = said.get("sale_price")
    return sale if is_sale and sale is not None else said["price"]
