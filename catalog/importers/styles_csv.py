"""Reads `styles.csv` of a Kaggle-shaped folder as it is found in the wild. Free of Django, so that
the laboratory reads with it too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from catalog.importers.headings import NAME, NO_MORE, SKU, named
from catalog.importers.rows import Row, no_columns
from catalog.importers.text_table import count_lines, read_rows

UNKNOWN_LABELS = {"", "na", "n/a", "n.a.", "nan", "null", "none", "unknown", "-", "--", "?"}
__all__ = ["UNKNOWN_LABELS", "count_lines", "label_of", "read_styles"]


def label_of(cells: Mapping[str, str], column: str) -> str:
    """The label in a column as it is compared; "" where the shop does not know."""
    label = " ".join(cells.get(column, "").lower().split())[:100]
    return "" if label in UNKNOWN_LABELS else label


def read_styles(path: Path, columns: Mapping[str, Iterable[str]] = NO_MORE) -> Iterator[Row]:
    """Rows in file order, never more than a few lines in memory. `columns`: names of columns beside
    those that every product has, with their synonyms. Raises TableError."""

    def known(header: list[str]) -> list[str]:
        found = named(header, columns)
        missing = [column for column in (SKU, NAME) if column not in found]
        if missing:
            raise no_columns(path.name, missing, header)
        return found

    yield from read_rows(path, known)
