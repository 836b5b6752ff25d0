"""The items of an RSS or Atom feed as a table, a column for each kind of element."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from catalog.importers.rows import Row, Table, TableError, bounded

ITEMS = {"item", "entry"}
# Of several elements of one name all are kept, one a line.
BETWEEN = "\n"


def read_xml(path: Path) -> Table:
    """Reads it once to its end, so that a damaged feed is told before anything is done with it.
    Raises TableError."""
    header: dict[str, None] = {}
    count = 0
    for count, cells in enumerate(_items(path), start=1):  # noqa: B007
        header.update(dict.fromkeys(cells))
        bounded(header)
    if not count:
        raise TableError("empty_feed")
    return Table(list(header), partial(_rows, path, list(header)), lambda: count, unit="item")


def _rows(path: Path, header: list[str]) -> Iterator[Row]:
    for number, cells in enumerate(_items(path), start=1):
        yield Row(number, dict.fromkeys(header, "") | cells)


def _items(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open("rb") as file:
            parents: list[Element] = []
            for event, element in iterparse(file, events=("start", "end")):
                if event == "start":
                    parents.append(element)
                    continue
                parents.pop()
                if _name(element) in ITEMS:
                    yield _cells(element)
                    # What was read is forgotten, or a large feed would fill the memory.
                    for parent in parents[-1:]:
                        parent.clear()
    except ParseError as error:
        raise TableError("damaged_feed", line=error.position[0]) from error
    except DefusedXmlException as error:
        raise TableError("entities") from error
    except (LookupError, ValueError) as error:
        raise TableError("encoding") from error


def _cells(item: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in item:
        name, text = _name(element), _text(element)
        found[name] = f"{found[name]}{BETWEEN}{text}" if found.get(name) else text
    return found


def _text(element: Element) -> str:
    """A link of Atom says in an attribute where it leads."""
    text = " ".join(" ".join(element.itertext()).split()) if len(element) else element.text or ""
    return text.strip() or str(element.get("href", "")).strip()


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
