"""WooCommerce's export of products: parents and, by their number or SKU, their variations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from catalog.importers.headings import (
    ACTIVE,
    ALTS,
    AVAILABILITY,
    BRAND,
    COLLECTIONS,
    DESCRIPTION,
    GTIN,
    LINK,
    NAME,
    PHOTO,
    PRICE,
    QUANTITY,
    SALE_PRICE,
    SKU,
    TAGS,
    fold,
)
from catalog.importers.kinds.base import (
    Kind,
    has,
    last_of_path,
    listed,
    merged,
    photos_of,
    tags_of,
)
from catalog.importers.offered import IncomingOffer, IncomingProduct, IncomingVariant
from catalog.importers.rows import Row
from catalog.importers.values import Values, barcode, day_of

NUMBER, TYPE, PARENT, SHORT = "ID", "Type", "Parent", "Short description"
SALE_FROM, SALE_UNTIL = "Date sale price starts", "Date sale price ends"
BACKORDERS, VISIBLE = "Backorders allowed?", "Visibility in catalog"
MOST_ATTRIBUTES = 20
ITS_OWN = [
    ("SKU", "Type", "Regular price"),
    ("Type", "Parent", "Attribute 1 name"),
    ("Artikelnummer", "Typ", "Regulärer Preis"),
]
ATTRIBUTE = re.compile(r"attribute (\d+) name", re.I)


class WooCommerce(Kind):
    name = "WooCommerce"
    columns = {
        SKU: ("SKU", "Artikelnummer"),
        # Under the name that other tables have for the article number.
        NUMBER: (),
        TYPE: ("Typ",),
        GTIN: ("GTIN, UPC, EAN, or ISBN", "GTIN, UPC, EAN oder ISBN"),
        NAME: ("Name",),
        ACTIVE: ("Published", "Veröffentlicht"),
        VISIBLE: ("Sichtbarkeit im Katalog",),
        SHORT: ("Kurzbeschreibung",),
        DESCRIPTION: ("Description", "Beschreibung"),
        SALE_FROM: ("Datum, an dem Angebotspreis beginnt",),
        SALE_UNTIL: ("Datum, an dem Angebotspreis endet",),
        AVAILABILITY: ("In stock?", "Vorrätig?", "Auf Lager?"),
        QUANTITY: ("Stock", "Lager", "Bestand"),
        BACKORDERS: ("Lieferrückstände erlaubt?",),
        SALE_PRICE: ("Sale price", "Angebotspreis"),
        PRICE: ("Regular price", "Regulärer Preis"),
        COLLECTIONS: ("Categories", "Kategorien"),
        TAGS: ("Tags", "Schlagwörter"),
        PHOTO: ("Images", "Bilder"),
        ALTS: (),
        PARENT: ("Übergeordnetes Produkt",),
        LINK: ("External URL", "Permalink", "Externe URL"),
        BRAND: ("Brands", "Brand", "Marken"),
        **{
            f"Attribute {number} {part}": (f"Attribut {number} {german}",)
            for number in range(1, MOST_ATTRIBUTES + 1)
            for part, german in (("name", "Name"), ("value(s)", "Wert(e)"))
        },
    }

    @classmethod
    def recognises(cls, header: Sequence[str]) -> bool:
        return any(has(header, *columns) for columns in ITS_OWN)

    def prepare(self, rows: Iterable[Row]) -> None:
        """A variation may name its parent by number, and the parent have an SKU."""
        self._by_number: dict[str, str] = {}
        for row in rows:
            if row.cells.get(SKU) and row.cells.get(NUMBER):
                self._by_number[f"id:{row.cells[NUMBER]}"] = row.cells[SKU]

    def key_of(self, row: Row) -> str:
        number = row.cells.get(NUMBER, "")
        own = row.cells.get(SKU) or (f"id:{number}" if number else f"line {row.line}")
        parent = row.cells.get(PARENT, "") if _is_variation(row) else ""
        return self._by_number.get(parent, parent) or own

    def product(self, rows: Sequence[Row]) -> IncomingProduct | None:
        main = next((row for row in rows if not _is_variation(row)), None)
        if main is None:
            for row in rows:
                self.skipped(row, f"its parent {row.cells.get(PARENT)!r} is not in the file")
            return None
        values = self.values(main)
        sku = self.free_sku(main, values[SKU] or f"{values[NUMBER]}")
        variations = [row for row in rows if row is not main and _is_variation(row)]
        variants = [one for row in variations if (one := self._variant(row, values))]
        if not sku:
            return None
        photos = merged(one for row in rows for one in photos_of(self.values(row)))
        return IncomingProduct(
            line=main.line,
            key=sku,
            sku=sku,
            said=_said(values),
            labels=self._labels(values),
            tags=tags_of(values),
            collections=listed(values, COLLECTIONS),
            variants=variants or [_only(values, sku)],
            media=photos,
            has_all_photos=bool(photos),
        )

    def _variant(self, row: Row, parent: Values) -> IncomingVariant | None:
        values = self.values(row)
        sku = self.free_sku(row, values[SKU] or values[NUMBER])
        if not sku:
            return None
        offer = _offer(values)
        if offer.get("sale_price") is None and parent[SALE_PRICE] and not values[SALE_PRICE]:
            offer |= parent.amount(SALE_PRICE, "sale_price")
        return IncomingVariant(
            line=row.line,
            sku=sku,
            barcode=barcode(values[GTIN]),
            options=_attributes(values),
            offers=[IncomingOffer(offer)],
            photos=[one.url for one in photos_of(values)],
        )

    def _labels(self, values: Values) -> dict[str, str]:
        found = super().labels(values.row)
        own = {fold(name): value for name, value in _attributes(values).items()}
        for one in self.attributes:
            meant = self.of_meaning.get(one.meaning, ())
            names = [fold(name) for name in (one.name, *one.names, *meant)]
            said = next((own[name] for name in names if name in own), "")
            if not said and one.meaning == "kind":
                said = _deepest(values[COLLECTIONS])
            if said and "," not in said:
                found[one.key] = said.strip().lower()
        return found


def _is_variation(row: Row) -> bool:
    return row.cells.get(TYPE, "").strip().lower().startswith("variation")


def _only(values: Values, sku: str) -> IncomingVariant:
    """A simple product is its own variant."""
    offers = [IncomingOffer(_offer(values))]
    return IncomingVariant(values.row.line, sku, barcode(values[GTIN]), offers=offers)


def _said(values: Values) -> dict[str, Any]:
    said = values.product()
    if not said.get("description") and values[SHORT]:
        said["description"] = Values(
            Row(values.row.line, {DESCRIPTION: values[SHORT]}), values.problem
        ).product()["description"]
    if values[VISIBLE].lower() == "hidden":
        said["status"] = "draft"
    return said


def _offer(values: Values) -> dict[str, Any]:
    said = values.offer()
    if SALE_FROM in values:
        said |= {"sale_from": day_of(values[SALE_FROM]), "sale_until": day_of(values[SALE_UNTIL])}
    if values[AVAILABILITY].lower() == "backorder" or (
        said.get("availability") == "out_of_stock" and values[BACKORDERS] in ("1", "notify")
    ):
        said["availability"] = "backorder"
    return said


def _attributes(values: Values) -> dict[str, str]:
    """ "Attribute 1 name" is Color, "Attribute 1 value(s)" is Black."""
    found = {}
    for column in values.row.cells:
        numbered = ATTRIBUTE.fullmatch(column)
        if numbered and values[column]:
            value = values[f"Attribute {numbered[1]} value(s)"]
            found[values[column].removeprefix("pa_")] = value
    return {name: value for name, value in found.items() if value}


def _deepest(categories: str) -> str:
    """Of "Men, Men > Shirts" it is Shirts."""
    paths = [one.strip() for one in categories.split(",") if one.strip()]
    return last_of_path(max(paths, key=lambda one: one.count(">"))) if paths else ""
