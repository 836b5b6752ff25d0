"""A shop to read queries in: the values of the demo catalogue, and some products by name."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from words import Reader, ShopValue, Text, Vocabulary, WordIndex

GATE = "item_type"
NAMES = [
    "Tidewell Men Striped Shirt",
    "Tidewell Men Checked Shirt",
    "Maren Holt Women Red Leather Ankle Boots",
    "Maren Holt Women Black Boots",
    "Nike Men Printed Polo T-shirt",
    "New Balance Women Running Shoes",
    "Lino Perros Women Pink Perfume",
    "Art Gallery Clutch",
    "Dotted Floral Sleeveless Dress with Lace",
    "Hooded Sweatshirt Solid Cotton Long Sleeve",
    "Red Tape Men Loafers",
]


def values() -> list[ShopValue]:
    known = json.loads((Path(__file__).parents[2] / "catalog/vocabulary.json").read_text())
    return [
        ShopValue(key, name, tuple(dict(names).get(name, ())) if isinstance(names, dict) else ())
        for key, names in known.items()
        for name in names
    ]


@cache
def reader() -> Reader:
    skus = {"15970", "AB-12"}

    def sku_of(candidates: object) -> str:
        return next((one for one in candidates if one in skus), "")  # type: ignore[attr-defined]

    return Reader(
        Vocabulary(values(), GATE),
        WordIndex(Text(pk, name) for pk, name in enumerate(NAMES)),
        sku_of,
    )
