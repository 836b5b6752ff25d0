"""Google Merchant feeds, as RSS, Atom or tab-separated text: an item for each variant."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.importers.headings import AGE, GROUP, NAME, OF_MEANING, SKU, SYNONYMS
from catalog.importers.kinds.base import has, last_of_path
from catalog.importers.kinds.plain import Plain
from catalog.importers.rows import Row

CHILDREN = {"newborn", "infant", "toddler", "kids"}
OF_CHILDREN = {"male": "boys", "female": "girls"}


class Merchant(Plain):
    name = "Google Merchant"
    is_open = False
    columns = SYNONYMS | {NAME: ("title",), SKU: ("offer id",), GROUP: ()}
    of_meaning = OF_MEANING | {"kind": ("product_type",)}

    @classmethod
    def recognises(cls, header: Sequence[str]) -> bool:
        return has(header, "id", "title", "link") and (
            has(header, "image_link") or has(header, "availability")
        )

    def labels(self, row: Row) -> dict[str, str]:
        found = super().labels(row)
        for one in self.attributes:
            if one.meaning == "kind" and one.key in found:
                found[one.key] = last_of_path(found[one.key].split("\n")[-1])
            elif one.meaning == "wearer" and row.cells.get(AGE, "").strip().lower() in CHILDREN:
                found[one.key] = OF_CHILDREN.get(found.get(one.key, ""), found.get(one.key, ""))
        return found
