"""Tables as shops have them, and the products that are read of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.importers.offered import IncomingProduct
from catalog.importers.table_reader import TableReader, matched_table
from catalog.importers.tables import open_table

CASES = Path(__file__).parents[4] / "shared" / "cases"


@dataclass(frozen=True)
class Read:
    """What came of a file: products by key, and what was logged."""

    products: dict[str, IncomingProduct]
    log: list[str]
    unknown: list[str]


def read(path: Path, columns: Mapping[str, str] | None = None) -> Read:
    table = open_table(path)
    match = matched_table(table, columns or {})
    log: list[str] = []
    products = list(TableReader(table, match, log.append).products())
    return Read({one.key: one for one in products}, log, match.unknown)


def read_text(folder: Path, text: str, columns: Mapping[str, str] | None = None) -> Read:
    path = folder / "table"
    path.write_text(text)
    return read(path, columns)


def case(name: str) -> Path:
    """A file of the folder of cases, which not every checkout has beside it."""
    path = CASES / name
    if not path.exists():
        pytest.skip(f"there is no {path}")
    return path
