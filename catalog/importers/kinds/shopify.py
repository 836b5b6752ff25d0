"""Shopify's export of products: several rows for each, one for every variant and further photo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.importers.headings import (
    ACTIVE,
    AGE,
    BRAND,
    COLLECTIONS,
    CURRENCY,
    DESCRIPTION,
    GTIN,
    LINK,
    NAME,
    OF_MEANING,
    PHOTO,
    PRICE,
    QUANTITY,
    SKU,
    STATUS,
    TAGS,
)
from catalog.importers.kinds.base import Kind, has, listed, merged, tags_of
from catalog.importers.offered import (
    IncomingMedia,
    IncomingOffer,
    IncomingProduct,
    IncomingVariant,
)
from catalog.importers.rows import Row
from catalog.importers.values import Values, barcode

HANDLE, FULL_PRICE, POLICY = "Handle", "Variant Compare At Price", "Variant Inventory Policy"
PLACE, ALT, OF_VARIANT = "Image Position", "Image Alt Text", "Variant Image"
TRACKED = "Variant Inventory Tracker"
OPTIONS = [(f"Option{number} Name", f"Option{number} Value") for number in (1, 2, 3)]
ONLY_ONE = "Default Title"


class Shopify(Kind):
    name = "Shopify"
    needs_sku = False
    columns = {
        HANDLE: ("URL handle",),
        LINK: (),
        NAME: ("Title",),
        DESCRIPTION: ("Body (HTML)", "Body HTML", "Description"),
        BRAND: ("Vendor",),
        TAGS: ("Tags",),
        COLLECTIONS: ("Collection", "Custom Collections"),
        ACTIVE: ("Published", "Published on online store"),
        STATUS: ("Status",),
        SKU: ("Variant SKU", "SKU"),
        PRICE: ("Variant Price", "Price"),
        FULL_PRICE: ("Compare-at price",),
        CURRENCY: ("Currency",),
        GTIN: ("Variant Barcode", "Barcode"),
        QUANTITY: ("Variant Inventory Qty", "Inventory quantity"),
        POLICY: ("Continue selling when out of stock",),
        TRACKED: ("Inventory tracker",),
        PHOTO: ("Image Src", "Product image URL"),
        PLACE: (),
        ALT: (),
        OF_VARIANT: ("Variant image URL",),
        AGE: ("Age Group",),
        **{column: () for pair in OPTIONS for column in pair},
    }
    of_meaning = OF_MEANING | {"kind": ("Type",)}

    @classmethod
    def recognises(cls, header: Sequence[str]) -> bool:
        by_variant = ("Variant Price", "Variant SKU", "Image Src")
        return (has(header, HANDLE) and any(has(header, one) for one in by_variant)) or has(
            header, "URL handle", "Option1 value"
        )

    def key_of(self, row: Row) -> str:
        return row.cells.get(HANDLE, "").strip() or f"line {row.line}"

    def product(self, rows: Sequence[Row]) -> IncomingProduct | None:
        # What the product is stands in one row of it, the first unless somebody sorted them.
        main = next((row for row in rows if row.cells.get(NAME, "").strip()), rows[0])
        values = self.values(main)
        names = _option_names(values)
        variants = [one for row in rows if (one := self._variant(row, names, len(rows)))]
        if not variants:
            return None
        photos = merged(one for row in rows for one in _photos(self.values(row)))
        return IncomingProduct(
            line=main.line,
            key=main.cells.get(HANDLE, "").strip() or variants[0].sku,
            said=values.product(),
            labels=self.labels(main),
            groups=self.groups(main),
            tags=tags_of(values),
            collections=listed(values, COLLECTIONS),
            variants=variants,
            media=photos,
            has_all_photos=bool(photos),
        )

    def _variant(self, row: Row, names: list[str], rows: int) -> IncomingVariant | None:
        """None for a row that only brings a further photo."""
        values = self.values(row)
        chosen = [values[column] for _name, column in OPTIONS]
        if not (values[SKU] or values[PRICE] or any(chosen)):
            if rows == 1:
                self.skipped(row, "it has neither an article number nor a price")
            return None
        chosen = ["" if value == ONLY_ONE else value for value in chosen]
        made = "-".join([values[HANDLE], *filter(None, chosen)])[:64]
        sku = self.free_sku(row, values[SKU] or made)
        if not sku:
            return None
        return IncomingVariant(
            line=row.line,
            sku=sku,
            barcode=barcode(values[GTIN]),
            options={name: value for name, value in zip(names, chosen, strict=True) if value},
            offers=[IncomingOffer(_offer(values))],
            photos=values.addresses(OF_VARIANT),
        )


def _option_names(values: Values) -> list[str]:
    return [values[name] or f"Option {at}" for at, (name, _value) in enumerate(OPTIONS, start=1)]


def _photos(values: Values) -> list[IncomingMedia]:
    place = int(values[PLACE]) if values[PLACE].isdecimal() else 10_000
    alt = values.text(ALT, 512)
    own = [IncomingMedia(url, alt, place) for url in values.addresses(PHOTO)]
    return own + [IncomingMedia(url, place=10_000) for url in values.addresses(OF_VARIANT)]


def _offer(values: Values) -> dict[str, Any]:
    """Shopify says the price as it is now, and beside it the one before."""
    said = values.offer()
    full = values.amount(FULL_PRICE, "full").get("full")
    if "price" in said:
        now, said["sale_price"] = said["price"], None
        if full is not None and now is not None and full > now:
            said["price"], said["sale_price"] = full, now
    return said | _availability(values, said.get("quantity"))


def _availability(values: Values, quantity: int | None) -> dict[str, Any]:
    if quantity is None or not values[TRACKED]:
        return {"availability": "in_stock"}
    sells_on = values[POLICY].lower() in ("continue", "true")
    without = "backorder" if sells_on else "out_of_stock"
    return {"availability": "in_stock" if quantity > 0 else without}
