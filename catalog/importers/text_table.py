"""Text files of any dialect as tables, as they are found in the wild. Free of Django."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from catalog.importers.dialect import Dialect, Line, dialect_of
from catalog.importers.formulas import unquoted
from catalog.importers.headings import NAME, named
from catalog.importers.rows import Row, Table, TableError, distinct

# A quoted field may hold line breaks; one that never closes must not swallow the rest of the file.
MAX_LINES_OF_A_ROW = 1000
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]+")


def read_text(path: Path) -> Table:
    """Raises TableError for an empty file."""
    headers: list[list[str]] = []

    def hear(header: list[str]) -> list[str]:
        headers.append(distinct(header))
        return headers[-1]

    next(read_rows(path, hear), None)
    if not any(headers[0]):
        raise TableError("empty")
    return Table(
        headers[0], partial(read_rows, path, distinct), lambda: max(0, count_lines(path) - 1)
    )


def count_lines(path: Path) -> int:
    with path.open("rb") as file:
        end = dialect_of(file).line_end.encode()
        return sum(chunk.count(end) for chunk in iter(lambda: file.read(1 << 20), b""))


def read_rows(path: Path, names_of: Callable[[list[str]], list[str]]) -> Iterator[Row]:
    """Rows in file order, never more than a few lines in memory; `names_of` the first line's cells
    are the names of their columns."""
    with path.open("rb") as file:
        dialect = dialect_of(file)
        lines = (line for line in dialect.lines(file) if line.text.strip())
        header = names_of(_cells_of(next(lines, None), dialect))
        yield from _Reader(dialect, header).rows(lines)


def _cells_of(line: Line | None, dialect: Dialect) -> list[str]:
    return (dialect.split(line.text) or []) if line else []


class _Reader:
    """Makes rows of lines, mending quotes that never close and commas that nobody quoted."""

    def __init__(self, dialect: Dialect, header: list[str]) -> None:
        self._dialect = dialect
        self._header = header
        # Where a comma that nobody quoted is most likely.
        self._wordy = next((at for at, one in enumerate(named(header)) if one == NAME), 0)
        self._pending: list[Line] = []

    def rows(self, lines: Iterator[Line]) -> Iterator[Row]:
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

    def _row(self, line: Line, cells: list[str]) -> Row:
        cells = [CONTROL_CHARACTERS.sub(" ", cell).strip() for cell in cells]
        repairs = [] if line.is_clean else ["bytes that are no UTF-8, read as Windows-1252"]
        overflow = len(cells) - len(self._header)
        if overflow > 0:
            at = self._wordy
            name = self._dialect.separator.join(self._raw_tail(line.text, cells, at, overflow))
            cells = [*cells[:at], name, *cells[at + overflow + 1 :]]
        cells_by_name = dict(zip(self._header, map(unquoted, cells), strict=False))
        problem = f"has {len(cells)} of {len(self._header)} fields" if overflow < 0 else ""
        return Row(line.number, cells_by_name, tuple(repairs), problem)

    def _raw_tail(self, text: str, cells: list[str], at: int, overflow: int) -> list[str]:
        """The pieces of a name with unquoted commas, with the blanks that stood around them."""
        raw = text.split(self._dialect.separator)
        unquoted = len(raw) == len(cells)
        return raw[at : at + overflow + 1] if unquoted else cells[at : at + overflow + 1]
