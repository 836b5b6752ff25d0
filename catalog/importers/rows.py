"""A table as every reader takes it, whatever file it stands in. Free of Django."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

MOST_COLUMNS = 300
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
PROBLEMS = {
    "empty": "The file is empty.",
    "empty_sheet": "The spreadsheet is empty.",
    "empty_feed": "The feed holds no products: there is no <item> and no <entry> in it.",
    "old_sheet": "The spreadsheet is of an old kind (XLS): save it as XLSX or CSV.",
    "damaged_sheet": "The file is no spreadsheet (XLSX), or it is damaged.",
    "large_sheet": "Unpacked the spreadsheet is too large: save it as CSV.",
    "web_page": "This is a web page, not a table of products.",
    "no_table": "This is no table of products: give a CSV, TSV, XLSX or XML file.",
    "wide": "The table has %(columns)s columns; %(most)s are the most.",
    "damaged_feed": "The feed is damaged in line %(line)s: it is no well-formed XML.",
    "entities": "The feed declares entities of its own, which is not allowed.",
    "encoding": "The feed is written in an encoding that is not known.",
    "no_columns": "The first line of %(name)s has no column %(missing)s. It has: %(columns)s",
    "no_such_column": "There is no column %(column)s. There are: %(columns)s",
    "no_such_name": "No column can be %(name)s. It can be: %(names)s",
    "two_columns": "Two columns are said to be %(name)s: one can be.",
}


class TableError(ValueError):
    """The file as a whole cannot be read. `code`: one of PROBLEMS; `about`: what is filled in."""

    def __init__(self, code: str, **about: object) -> None:
        super().__init__(PROBLEMS[code] % about)
        self.code, self.about = code, about


def no_columns(name: str, missing: Iterable[str], columns: Iterable[str]) -> TableError:
    return TableError(
        "no_columns", name=name, missing=", ".join(missing), columns=", ".join(columns)
    )


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


def bounded(columns: Collection[str]) -> None:
    """Raises TableError for more columns than a page can show and a table of products has."""
    if len(columns) > MOST_COLUMNS:
        raise TableError("wide", columns=len(columns), most=MOST_COLUMNS)


def distinct(header: Sequence[str]) -> list[str]:
    """Names of columns without blanks around them; the second of a name is called "name (2)".
    Raises TableError for too many, and for what is no text."""
    bounded(header)
    if any(CONTROL.search(name) for name in header):
        raise TableError("no_table")
    found: list[str] = []
    for number, raw in enumerate(header, start=1):
        name = raw.strip() or f"column {number}"
        again = 2
        while name in found:
            name, again = f"{raw.strip()} ({again})", again + 1
        found.append(name)
    return found
