"""A table as every reader takes it, whatever file it stands in. Free of Django."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field


class TableError(ValueError):
    """The file as a whole cannot be read; the message says why, in the shop's words."""


@dataclass(frozen=True)
class Row:
    """`line` is its first line in the file, from 1; `cells` by column, without blanks around them;
    `problem` is why it is unusable."""

    line: int
    cells: dict[str, str]
    repairs: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """`rows` reads the file from its beginning each time; never more than a few are in memory.
    `count` says how many there are, or nearly so; `unit` is what `Row.line` counts."""

    header: Sequence[str]
    rows: Callable[[], Iterator[Row]] = field(repr=False)
    count: Callable[[], int] = field(repr=False)
    unit: str = "line"


def distinct(header: Sequence[str]) -> list[str]:
    """Names of columns without blanks around them; the second of a name is called "name (2)"."""
    found: list[str] = []
    for number, raw in enumerate(header, start=1):
        name = raw.strip() or f"column {number}"
        again = 2
        while name in found:
            name, again = f"{raw.strip()} ({again})", again + 1
        found.append(name)
    return found
