"""What is worn in photos with a label for every pixel: worn.csv, one row for each label."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Worn(NamedTuple):
    """`kind`: a coarse one of the finder's; `item_types` that the label may stand for, perhaps
    none."""

    kind: str
    item_types: tuple[str, ...]


@cache
def worn() -> dict[str, Worn]:
    """By label; a label that is not here is no garment."""
    with (Path(__file__).parent / "worn.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["label"]: Worn(row["kind"], tuple(filter(None, row["item_types"].split("|"))))
            for row in csv.DictReader(file)
        }
