"""Makes products of the rows of a table, and tells what of it cannot be read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from catalog.importers.headings import SKU, fold
from catalog.importers.kinds import Column, Kind, grouped
from catalog.importers.match import Match, match_of
from catalog.importers.offered import MOST_PHOTOS, IncomingProduct
from catalog.importers.rows import Row, Table
from catalog.models import Attribute, AttributeValue, ColumnMatch


@dataclass
class TableReader:
    """`log` hears of every problem with its line in the file; `tally` counts rows, skipped rows and
    problems, `unread` has the article numbers of those skipped. `limit`: no more rows than that."""

    table: Table
    match: Match
    log: Callable[[str], None]
    limit: int | None = None
    unread: set[str] = field(default_factory=set)
    tally: dict[str, int] = field(default_factory=lambda: {"rows": 0, "skipped": 0, "problems": 0})

    def products(self) -> Iterator[IncomingProduct]:
        kind = self.match.kind(attribute_columns(), self.problem, self._skip)
        kind.prepare(self._rows())
        for rows in self._groups(kind):
            self.tally["rows"] += len(rows)
            product = self._product(kind, rows)
            if product:
                yield product

    def _groups(self, kind: Kind) -> Iterator[list[Row]]:
        if kind.has_groups(set(self.match.columns.values())):
            return grouped(self._rows, kind.key_of)
        return ([row] for row in self._rows())

    def problem(self, line: int, text: str) -> None:
        self.tally["problems"] += 1
        self.log(f"{self.table.unit} {line}: {text}")

    def _product(self, kind: Kind, rows: list[Row]) -> IncomingProduct | None:
        for row in rows:
            for repair in row.repairs:
                self.problem(row.line, repair)
            if row.problem:
                self._skip(row, row.problem)
        usable = [row for row in rows if not row.problem]
        product = kind.product(usable) if usable else None
        if product and len(product.media) > MOST_PHOTOS:
            text = f"it has {len(product.media)} photos; the first {MOST_PHOTOS} are taken"
            self.problem(product.line, text)
            product.media = product.media[:MOST_PHOTOS]
        return product

    def _rows(self) -> Iterator[Row]:
        return map(self.match.row, islice(self.table.rows(), self.limit))

    def _skip(self, row: Row, reason: str) -> None:
        self.tally["skipped"] += 1
        self.unread.add(row.cells.get(SKU, ""))
        self.problem(row.line, f"{reason}; skipped")


def matched_table(table: Table, columns: Mapping[str, str]) -> Match:
    """What each column is; `columns` says it of those that somebody has decided on. Raises
    TableError."""
    stems: dict[str, set[str]] = {}
    for value in AttributeValue.objects.select_related("attribute"):
        known = stems.setdefault(value.attribute.csv_column, set())
        known |= {fold(one) for one in (value.value, *value.spellings)}
    return match_of(table, attribute_columns(), stems, columns)


def source_of(table: Table) -> str:
    """Files of the same columns are of one source, where nobody says better."""
    names = "\n".join(sorted(map(fold, table.header)))
    return f"columns {hashlib.sha256(names.encode()).hexdigest()[:32]}"


def remembered(source: str) -> dict[str, str]:
    row = ColumnMatch.objects.filter(source=source).first()
    return dict(row.columns) if row else {}


def remember(source: str, name: str, columns: Mapping[str, str]) -> None:
    """`columns`: all that was said of them, before and now."""
    said = {"name": name[:200], "columns": dict(columns)}
    ColumnMatch.objects.update_or_create(source=source, defaults=said)


def attribute_columns() -> list[Column]:
    return [
        Column(
            key=one.key,
            name=one.csv_column,
            names=(one.key, one.label),
            groups=tuple(one.parent_columns),
            meaning=one.meaning,
        )
        for one in Attribute.objects.all()
    ]
