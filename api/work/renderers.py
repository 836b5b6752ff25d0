"""Results of jobs as a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer

from catalog.models import Attribute

OF_ROW = ("number", "sku", "name", "outcome", "detail")
SIDES = ("left", "top", "right", "bottom")
# What a spreadsheet would run.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvRenderer(BaseRenderer):
    """A line for each garment of a row, and one for a row without."""

    media_type, format, charset = "text/csv", "csv", "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, context: Any = None) -> bytes:
        if "results" not in data:  # what went wrong
            return json.dumps(data).encode()
        keys = list(Attribute.objects.values_list("key", flat=True))
        table = io.StringIO()
        lines = csv.writer(table)
        lines.writerow([*OF_ROW, "garment", *SIDES, "turned", "confidence", *keys])
        for row in data["results"]:
            for cells in _cells(row, keys):
                lines.writerow([_quoted(cell) for cell in cells])
        return table.getvalue().encode()


def _cells(row: Mapping[str, Any], keys: list[str]) -> Iterator[list[Any]]:
    of_row = [row[name] for name in OF_ROW]
    for number, garment in enumerate(row["garments"] or [], start=1):
        labels = [garment["attributes"].get(key, {}).get("value", "") for key in keys]
        where = [*garment["box"], garment["turned"], garment["confidence"]]
        yield [*of_row, number, *where, *labels]
    if not row["garments"]:
        yield [*of_row, *[""] * (1 + len(SIDES) + 2 + len(keys))]


def _quoted(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
