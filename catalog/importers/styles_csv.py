"""Reads `styles.csv` of a Kaggle-shaped folder as it is found in the wild."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NAME_COLUMN = "productDisplayName"
SKU_COLUMN = "id"
UNKNOWN_LABELS = {"", "na", "n/a", "nan", "null"}
# A quoted field may hold line breaks; one that never closes must not swallow the rest of the file.
MAX_LINES_OF_A_ROW = 10
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]+")


class StylesError(ValueError):
    """The file as a whole cannot be read; the message says what is missing."""


@dataclass(frozen=True)
class StylesRow:
    """One row: `line` is its first line in the file, from 1; `problem` is why it is unusable."""

    line: int
    cells: dict[str, str]
    repairs: tuple[str, ...] = ()
    problem: str = ""


def count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def read_styles(path: Path) -> Iterator[StylesRow]:
    """Rows in file order, never more than a few lines in memory. Raises StylesError."""
    lines = _numbered_lines(path)
    header = _header(next(lines, None), path)
    pending: list[_Line] = []
    while True:
        line = pending.pop(0) if pending else next(lines, None)
        if line is None:
            return
        if not line.text.strip():
            continue
        cells = _split(line.text)
        if cells is None:
            cells, pending = _join_quoted(line, pending, lines)
        yield _row(line, cells, header)


@dataclass(frozen=True)
class _Line:
    number: int
    text: str
    is_utf8: bool


def _numbered_lines(path: Path) -> Iterator[_Line]:
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            raw = raw.rstrip(b"\r\n")
            if number == 1:
                raw = raw.removeprefix(b"\xef\xbb\xbf")
            try:
                yield _Line(number, raw.decode("utf-8"), True)
            except UnicodeDecodeError:
                yield _Line(number, raw.decode("cp1252", errors="replace"), False)


def _header(line: _Line | None, path: Path) -> list[str]:
    header = [name.strip() for name in (_split(line.text) or [])] if line else []
    missing = [name for name in (SKU_COLUMN, NAME_COLUMN) if name not in header]
    if missing:
        raise StylesError(
            f"The first line of {path} has no column {' and no column '.join(missing)}."
        )
    return header


def _split(text: str) -> list[str] | None:
    """The cells of one line; None if a quote is opened and not closed."""
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        return None


def _join_quoted(
    line: _Line, pending: list[_Line], lines: Iterator[_Line]
) -> tuple[list[str], list[_Line]]:
    following = list(pending)
    text = line.text
    for taken in range(MAX_LINES_OF_A_ROW):
        if taken >= len(following):
            more = next(lines, None)
            if more is None:
                break
            following.append(more)
        text += "\n" + following[taken].text
        cells = _split(text)
        if cells is not None:
            return cells, following[taken + 1 :]
    return next(csv.reader([line.text], quoting=csv.QUOTE_NONE)), following


def _row(line: _Line, cells: list[str], header: list[str]) -> StylesRow:
    cells = [CONTROL_CHARACTERS.sub(" ", cell).strip() for cell in cells]
    repairs = [] if line.is_utf8 else ["bytes that are no UTF-8, read as Windows-1252"]
    overflow = len(cells) - len(header)
    if overflow > 0:
        at = header.index(NAME_COLUMN)
        name = ",".join(_raw_tail(line.text, cells, at, overflow))
        cells = [*cells[:at], name, *cells[at + overflow + 1 :]]
    named = dict(zip(header, cells, strict=False))
    problem = f"has {len(cells)} of {len(header)} fields" if overflow < 0 else ""
    return StylesRow(line.number, named, tuple(repairs), problem)


def _raw_tail(text: str, cells: list[str], at: int, overflow: int) -> list[str]:
    """The pieces of a name with unquoted commas, with the blanks that stood around them."""
    raw = text.split(",")
    unquoted = len(raw) == len(cells)
    return raw[at : at + overflow + 1] if unquoted else cells[at : at + overflow + 1]
