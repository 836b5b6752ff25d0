"""Which column of a table is what: by its name, by its content, or as somebody has said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from catalog.importers.cells import CODE, SIGNS, CellError, money
from catalog.importers.headings import (
    GTIN,
    LINK,
    MORE_PHOTOS,
    PHOTO,
    PRICE,
    SEVERAL,
    SKU,
    fold,
    matched,
)
from catalog.importers.kinds import Column, Kind, kind_of
from catalog.importers.kinds.base import clean_header
from catalog.importers.rows import Row, Table, TableError

SAMPLE = 50
# Of the cells of a column so many are values of an attribute that it is meant.
MOSTLY = 0.7
NOTHING = ("", "-", "none", "nothing", "ignore")
PICTURE = re.compile(r"https?://\S+\.(jpe?g|png|webp|gif|avif|heic)(\?\S*)?", re.I)


@dataclass(frozen=True)
class Match:
    """`columns`: each column of the file to what it is, "" for one that is left out; `choices`:
    all that a column may be; `samples`: some of the first cells of each, none twice."""

    kind: type[Kind]
    columns: dict[str, str]
    choices: tuple[str, ...]
    samples: dict[str, list[str]]

    @property
    def unknown(self) -> list[str]:
        return [column for column, name in self.columns.items() if not name]

    @property
    def needs_number(self) -> bool:
        """Whether no column is the article number, without which nothing can be read."""
        return self.kind.needs_sku and SKU not in self.columns.values()

    def row(self, row: Row) -> Row:
        """The row with what its cells are instead of what their columns are called."""
        cells: dict[str, str] = {}
        for column, name in self.columns.items():
            text = row.cells.get(column)
            if name and text is not None:
                cells[name] = f"{cells[name]}\n{text}" if name in cells else text
        return Row(row.line, cells, row.repairs, row.problem)

    def notes(self) -> Iterable[str]:
        """What is told before anything is written."""
        if not self.kind.is_open:
            yield f"The file is read as one of {self.kind.name}."
        renamed = [
            f"{one} is {name}" for one, name in self.columns.items() if name not in ("", one)
        ]
        if renamed:
            yield "Columns: " + ", ".join(renamed)
        if self.unknown:
            yield "Not known and left out: " + ", ".join(self.unknown)


def match_of(
    table: Table,
    attributes: Sequence[Column],
    stems: Mapping[str, set[str]],
    chosen: Mapping[str, str],
) -> Match:
    """`stems`: the known values of each attribute's column, folded. `chosen`: column to what
    somebody says that it is. Raises TableError for a choice that cannot be."""
    kind = kind_of(table.header)
    known = kind.known(attributes)
    samples = _samples(table)
    columns = _by_name(table.header, known)
    for column, name in _chosen(table.header, known, chosen).items():
        for other, taken in columns.items():
            if taken == name and name not in SEVERAL:
                columns[other] = ""
        columns[column] = name
    if kind.is_open:
        said = {fold(column) for column in chosen}
        free = [column for column in table.header if fold(column) not in said]
        _by_content(columns, free, samples, stems)
    return Match(kind, columns, tuple(known), samples)


def _by_name(header: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    plain = {clean_header(column): column for column in reversed(header)}
    found = dict.fromkeys(header, "")
    wanted = [clean_header(column) for column in header if plain[clean_header(column)] == column]
    for name, meant in matched(wanted, known).items():
        found[plain[name]] = meant
    return found


def _chosen(
    header: Sequence[str], known: Mapping[str, tuple[str, ...]], chosen: Mapping[str, str]
) -> dict[str, str]:
    columns = {fold(column): column for column in reversed(header)}
    names = {fold(one): name for name, synonyms in known.items() for one in (*synonyms, name)}
    found: dict[str, str] = {}
    for column, wanted in chosen.items():
        meant = column if column in header else columns.get(fold(column))
        if meant is None:
            raise TableError("no_such_column", column=column, columns=", ".join(header))
        if wanted.strip().lower() not in NOTHING and fold(wanted) not in names:
            raise TableError("no_such_name", name=wanted, names=", ".join(known))
        name = "" if wanted.strip().lower() in NOTHING else names[fold(wanted)]
        if name and name in found.values() and name not in SEVERAL:
            raise TableError("two_columns", name=name)
        found[meant] = name
    return found


def _samples(table: Table) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {column: [] for column in table.header}
    for row in islice(table.rows(), SAMPLE):
        for column, text in row.cells.items():
            if text and column in found:
                found[column].append(text[:300])
    return found


def _by_content(
    columns: dict[str, str],
    free: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    stems: Mapping[str, set[str]],
) -> None:
    for column in free:
        if columns[column] or not samples[column]:
            continue
        name = _meant(samples[column], stems)
        if name == PHOTO and PHOTO in columns.values():
            name = MORE_PHOTOS
        if name and (name in SEVERAL or name not in columns.values()):
            columns[column] = name
    if SKU not in columns.values():
        sku = next((one for one in free if not columns[one] and _tells_apart(samples[one])), "")
        if sku:
            columns[sku] = SKU


def _meant(cells: Sequence[str], stems: Mapping[str, set[str]]) -> str:
    if all(PICTURE.match(cell) for cell in cells):
        return PHOTO
    if all(re.match(r"https?://", cell) for cell in cells):
        return LINK
    if all(_is_gtin(cell) for cell in cells):
        return GTIN
    if all(_is_money(cell) for cell in cells):
        return PRICE
    folded = [fold(cell) for cell in cells]
    shares = {name: sum(one in known for one in folded) for name, known in stems.items()}
    best = max(shares, key=lambda name: shares[name], default="")
    return best if best and shares[best] >= MOSTLY * len(cells) else ""


def _is_gtin(text: str) -> bool:
    """The last digit of a GTIN follows from those before it."""
    if not re.fullmatch(r"\d{8}|\d{12,14}", text):
        return False
    weighted = (int(digit) * (3, 1)[at % 2] for at, digit in enumerate(text[-2::-1]))
    return (10 - sum(weighted) % 10) % 10 == int(text[-1])


def _is_money(text: str) -> bool:
    """An amount that names its currency."""
    if not (CODE.search(text) or any(sign in text for sign in SIGNS)):
        return False
    try:
        return money(text) is not None
    except CellError:
        return False


def _tells_apart(cells: Sequence[str]) -> bool:
    short = all(len(cell) <= 40 and " " not in cell for cell in cells)
    return bool(cells) and short and len(set(cells)) == len(cells)
