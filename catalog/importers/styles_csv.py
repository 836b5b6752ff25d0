"""Reads `styles.csv` of a Kaggle-shaped folder as it is found in the wild. Free of Django, so that
the laboratory reads with it too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from catalog.importers.dialect import Dialect, Line, dialect_of
from catalog.importers.headings import NAME, NO_MORE, SKU, named

UNKNOWN_LABELS = {"", "na", "n/a", "n.a.", "nan", "null", "none", "unknown", "-", "--", "?"}
# A quoted field may hold line breaks; one that never closes must not swallow the rest of the file.
MAX_LINES_OF_A_ROW = 1000
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


def label_of(cells: Mapping[str, str], column: str) -> str:
    """The label in a column as it is compared; "" where the shop does not know."""
    label = " ".join(cells.get(column, "").lower().split())[:100]
    return "" if label in UNKNOWN_LABELS else label


def count_lines(path: Path) -> int:
    with path.open("rb") as file:
        end = dialect_of(file).line_end.encode()
        return sum(chunk.count(end) for chunk in iter(lambda: file.read(1 << 20), b""))


def read_styles(path: Path, columns: Mapping[str, Iterable[str]] = NO_MORE) -> Iterator[StylesRow]:
    """Rows in file order, never more than a few lines in memory. `columns`: names of columns beside
    those that every product has, with their synonyms. Raises StylesError."""
    with path.open("rb") as file:
        dialect = dialect_of(file)
        lines = (line for line in dialect.lines(file) if line.text.strip())
        header = named(_cells_of(next(lines, None), dialect), columns)
        missing = [column for column in (SKU, NAME) if column not in header]
        if missing:
            raise StylesError(
                f"The first line of {path.name} has no column {' and no column '.join(missing)}."
            )
        yield from _Reader(dialect, header).rows(lines)


def _cells_of(line: Line | None, dialect: Dialect) -> list[str]:
    return (dialect.split(line.text) or []) if line else []


class _Reader:
    """Makes rows of lines, mending quotes that never close and commas that nobody quoted."""

    def __init__(self, dialect: Dialect, header: list[str]) -> None:
        self._dialect = dialect
        self._header = header
        self._pending: list[Line] = []

    def rows(self, lines: Iterator[Line]) -> Iterator[StylesRow]:
        while True:
            line = self._pending.pop(0) if self._pending else next(lines, None)
            if line is None:
                return
            cells = self._dialect.split(line.text)
            if cells is None:
                cells = self._join_quoted(line, lines)
            yield self._row(line, cells)

    def _join_quoted(self, first: Line, lines: Iterator[Line]) -> list[str]:
        """The cells of a row that goes on in the next lines; those that are not its own wait."""
        text, taken = first.text, 0
        while taken < MAX_LINES_OF_A_ROW:
            if taken == len(self._pending):
                more = next(lines, None)
                if more is None:
                    break
                self._pending.append(more)
            following = self._pending[taken].text
            text, taken = f"{text}\n{following}", taken + 1
            # Only a quote can end it, and what it ends is a whole row.
            cells = self._dialect.split(text) if '"' in following else None
            if cells is not None and len(cells) >= len(self._header):
                del self._pending[:taken]
                return cells
        return first.text.split(self._dialect.separator)

    def _row(self, line: Line, cells: list[str]) -> StylesRow:
        cells = [CONTROL_CHARACTERS.sub(" ", cell).strip() for cell in cells]
        repairs = [] if line.is_clean else ["bytes that are no UTF-8, read as Windows-1252"]
        overflow = len(cells) - len(self._header)
        if overflow > 0:
            at = self._header.index(NAME)
            name = self._dialect.separator.join(self._raw_tail(line.text, cells, at, overflow))
            cells = [*cells[:at], name, *cells[at + overflow + 1 :]]
        named = dict(zip(self._header, cells, strict=False))
        problem = f"has {len(cells)} of {len(self._header)} fields" if overflow < 0 else ""
        return StylesRow(line.number, named, tuple(repairs), problem)

    def _raw_tail(self, text: str, cells: list[str], at: int, overflow: int) -> list[str]:
        """The pieces of a name with unquoted commas, with the blanks that stood around them."""
        raw = text.split(self._dialect.separator)
        unquoted = len(raw) == len(cells)
        return raw[at : at + overflow + 1] if unquoted else cells[at : at + overflow + 1]
