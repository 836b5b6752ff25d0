"""The first sheet of a spreadsheet that holds anything, as a table."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from catalog.importers.formulas import unquoted
from catalog.importers.rows import Row, Table, TableError, distinct

MOST_UNPACKED_BYTES = 256 * 1024 * 1024
# Sheets that were formatted to their end hold a million rows of nothing.
MOST_BLANK_ROWS = 50_000
Numbered = tuple[int, list[str]]


def read_xlsx(path: Path) -> Table:
    """Raises TableError for what is no spreadsheet, or an empty one."""
    _check_size(path)
    lines = _lines(path)
    line, cells = next(lines, (0, []))
    if not cells:
        raise TableError("empty_sheet")
    header = distinct(cells)
    return Table(header, partial(_rows, path, header, line), partial(_count, path))


def _count(path: Path) -> int:
    """As many rows as the longest sheet says that it has, with those that are only formatted."""
    with _sheets(path) as sheets:
        return max((sheet.max_row or 1 for sheet in sheets), default=1) - 1


def _check_size(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
    except zipfile.BadZipFile as error:
        raise TableError("damaged_sheet") from error
    if unpacked > MOST_UNPACKED_BYTES:
        raise TableError("large_sheet")


def _rows(path: Path, header: list[str], first: int) -> Iterator[Row]:
    for line, cells in _lines(path):
        if line == first:
            continue
        beyond = any(cells[len(header) :])
        problem = "has more cells than the first line" if beyond else ""
        padded = [*map(unquoted, cells), *[""] * (len(header) - len(cells))]
        yield Row(line, dict(zip(header, padded, strict=False)), problem=problem)


def _lines(path: Path) -> Iterator[Numbered]:
    """The rows that hold anything, with their numbers."""
    with _sheets(path) as sheets:
        for sheet in sheets:
            # What a file says of its size may be wrong.
            sheet.reset_dimensions()
            lines = _filled(sheet.iter_rows(values_only=True))
            first = next(lines, None)
            if first:
                yield from chain([first], lines)
                return


@contextmanager
def _sheets(path: Path) -> Iterator[list[Any]]:
    with path.open("rb") as file:  # by a path its name would count, and an upload has none
        try:
            book = load_workbook(file, read_only=True, data_only=True)
        except (InvalidFileException, KeyError, ValueError, OSError, SyntaxError) as error:
            raise TableError("damaged_sheet") from error
        try:
            yield list(book.worksheets)
        finally:
            book.close()


def _filled(rows: Iterable[tuple[Any, ...]]) -> Iterator[Numbered]:
    blank = 0
    for line, values in enumerate(rows, start=1):
        cells = [text_of(value) for value in values]
        blank = 0 if any(cells) else blank + 1
        if not blank:
            yield line, cells
        elif blank > MOST_BLANK_ROWS:
            return


def text_of(value: Any) -> str:
    """A cell as its text: 15970.0 is 15970, and 1.299 never looks like thousands."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    return value.isoformat() if isinstance(value, date | datetime) else str(value).strip()


def _number(value: float) -> str:
    if value.is_integer():
        return str(int(value))
    text = format(Decimal(str(value)), "f")
    # Three decimals may be thousands to who reads a text; four are none.
    return f"{text}0" if len(text.partition(".")[2]) == 3 else text
