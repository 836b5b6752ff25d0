"""A table that no program of a known shop wrote: a row for each product, or for each variant with
the group that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from catalog.importers.headings import COLLECTIONS, GROUP, GTIN, SIZE, SKU, SYNONYMS
from catalog.importers.kinds.base import Kind, listed, merged, photos_of, says_all, tags_of
from catalog.importers.offered import IncomingOffer, IncomingProduct, IncomingVariant
from catalog.importers.rows import Row
from catalog.importers.values import barcode

COLOUR = "Color"


class Plain(Kind):
    name = "table"
    is_open = True
    columns = SYNONYMS

    @classmethod
    def recognises(cls, header: Sequence[str]) -> bool:
        return True

    def has_groups(self, columns: Set[str]) -> bool:
        return GROUP in columns

    def key_of(self, row: Row) -> str:
        group = row.cells.get(GROUP, "").strip()
        return f"group {group}" if group else f"line {row.line}"

    def product(self, rows: Sequence[Row]) -> IncomingProduct | None:
        variants = [one for one in map(self._variant, rows) if one]
        if not variants:
            return None
        first = next(row for row in rows if row.line == variants[0].line)
        values = self.values(first)
        said = values.product()
        if len(rows) > 1 and "name" in said:
            said["name"] = without_options(said["name"], variants[0].options)
        kept = {one.line for one in variants}
        media = [one for row in rows if row.line in kept for one in photos_of(self.values(row))]
        photos = merged(media)
        return IncomingProduct(
            line=first.line,
            key=first.cells.get(GROUP, "").strip() or variants[0].sku,
            said=said,
            labels=self.labels(first),
            groups=self.groups(first),
            tags=tags_of(values),
            collections=listed(values, COLLECTIONS),
            variants=differing(variants),
            media=photos,
            has_all_photos=says_all(values, photos),
        )

    def _variant(self, row: Row) -> IncomingVariant | None:
        sku = self.free_sku(row, row.cells.get(SKU, ""))
        if not sku:
            return None
        values = self.values(row)
        return IncomingVariant(
            line=row.line,
            sku=sku,
            barcode=barcode(values[GTIN]),
            options=self.options(row),
            offers=[IncomingOffer(values.offer())],
            photos=[one.url for one in photos_of(values)],
        )

    def options(self, row: Row) -> dict[str, str]:
        found = {"Size": row.cells.get(SIZE, "").strip()}
        for one in self.attributes:
            if one.meaning == "colour":
                found[COLOUR] = row.cells.get(one.name, "").strip()
        return {name: value for name, value in found.items() if value}


def differing(variants: list[IncomingVariant]) -> list[IncomingVariant]:
    """A colour that all of them have is the product's, and no option."""
    if len({one.options.get(COLOUR) for one in variants}) == 1:
        for one in variants:
            one.options.pop(COLOUR, None)
    return variants


def without_options(name: str, options: dict[str, str]) -> str:
    """ "Printed Kurta - S" of size S is a Printed Kurta."""
    for value in options.values():
        name = re.sub(rf"\s*[-\u2013|/,(]\s*{re.escape(value)}\)?$", "", name) or name
    return name
