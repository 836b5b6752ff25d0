"""Imports a Kaggle-shaped folder: `styles.csv` and `images/<id>.jpg`."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from catalog.importers.cells import CellError, Money, money
from catalog.importers.headings import (
    BRAND,
    CURRENCY,
    DESCRIPTION,
    LINK,
    NAME,
    PRICE,
    SKU,
    YEAR,
)
from catalog.importers.incoming import Incoming
from catalog.importers.styles_csv import (
    UNKNOWN_LABELS,
    StylesError,
    StylesRow,
    count_lines,
    label_of,
    read_styles,
)
from catalog.importers.writer import Ingest
from catalog.models import Attribute
from catalog.slugs import LONGEST_SKU, clean_sku, slug_of
from jobs.queue import JobError, Report

PHOTO_SUFFIXES = (
    *(".jpg", ".jpeg", ".png", ".webp"),
    *(".gif", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp"),
)
Problem = Callable[[int, str], None]


def import_folder(
    report: Report, *, path: str, dry_run: bool = False, limit: int | None = None
) -> dict[str, Any]:
    """Reads the folder into the catalogue; every problem is logged with its line in the file.

    Returns counts (rows, added, updated, unchanged, without_photo, skipped, problems) and seconds.
    Raises JobError if there is nothing to read.
    """
    started, folder = time.monotonic(), Path(path)
    styles = folder / "styles.csv"
    if not styles.is_file():
        raise JobError(f"There is no styles.csv in {folder}. Give the folder that holds it.")
    tally = {"rows": 0, "skipped": 0, "problems": 0}

    def problem(line: int, text: str) -> None:
        tally["problems"] += 1
        report.log(f"line {line}: {text}")

    reader = _FolderReader(folder, problem, tally)
    ingest = Ingest(problem, dry_run)
    total = min(count_lines(styles), limit or 2**31)
    try:
        for _ in ingest.take(islice(reader.products(styles), limit)):
            report.progress(tally["rows"], max(total, tally["rows"]))
    except StylesError as error:
        raise JobError(str(error)) from error
    for note in ingest.notes():
        report.log(note)
    return {**tally, **ingest.counts.as_dict(), "seconds": round(time.monotonic() - started, 1)}


class _FolderReader:
    """Turns rows of the file into products, setting aside those that cannot be one."""

    def __init__(self, folder: Path, problem: Problem, tally: dict[str, int]) -> None:
        self._photos = Photos(folder)
        self._problem = problem
        self._tally = tally
        self._attributes = list(Attribute.objects.all())
        self._first_seen: dict[str, int] = {}

    def products(self, styles: Path) -> Iterator[Incoming]:
        for row in read_styles(styles, self._columns()):
            self._tally["rows"] += 1
            for repair in row.repairs:
                self._problem(row.line, repair)
            reason = row.problem or self._why_skipped(row)
            if reason:
                self._tally["skipped"] += 1
                self._problem(row.line, f"{reason}; skipped")
            else:
                yield self._product(row)

    def _columns(self) -> dict[str, list[str]]:
        """The columns of attributes and of their groups, with the other names that they go by."""
        groups: dict[str, list[str]] = {
            column: [] for one in self._attributes for column in one.parent_columns
        }
        return groups | {one.csv_column: [one.key, one.label] for one in self._attributes}

    def _why_skipped(self, row: StylesRow) -> str:
        sku = row.cells[SKU] = clean_sku(row.cells[SKU])
        if not 0 < len(sku) <= LONGEST_SKU:
            return f"the id {sku[:70]!r} has not 1 to {LONGEST_SKU} characters"
        first = self._first_seen.setdefault(sku, row.line)
        return f"the id {sku} stands in line {first} already" if first != row.line else ""

    def _product(self, row: StylesRow) -> Incoming:
        cells = row.cells
        return Incoming(
            line=row.line,
            sku=cells[SKU],
            read_photo=partial(self._photos.read, cells[SKU]),
            fields=self._fields(row),
            labels={
                one.key: label_of(cells, one.csv_column)
                for one in self._attributes
                if one.csv_column in cells
            },
            groups={
                one.key: [label_of(cells, column) for column in one.parent_columns]
                for one in self._attributes
                if one.parent_columns
            },
        )

    def _fields(self, row: StylesRow) -> dict[str, Any]:
        """What the row says. A cell that cannot be read says nothing: what is known stays."""
        cells = row.cells
        said: dict[str, Any] = {}
        if cells[NAME]:
            said["name"] = self._text(row, NAME, 255)
        if DESCRIPTION in cells:
            said["description"] = cells[DESCRIPTION]
        if BRAND in cells:
            said["brand"] = self._text(row, BRAND, 100)
        if LINK in cells:
            said["product_url"] = _web_address(cells[LINK])
        if CURRENCY in cells:
            said["currency"] = self._text(row, CURRENCY, 3).upper()
        if PRICE in cells:
            said |= self._price(row, said.get("currency", ""))
        if YEAR in cells:
            said |= self._year(row)
        return said

    def _text(self, row: StylesRow, column: str, longest: int) -> str:
        text = row.cells[column]
        if len(text) > longest:
            self._problem(row.line, f"{column} is longer than {longest} characters; cut")
        return text[:longest].strip()

    def _price(self, row: StylesRow, currency: str) -> dict[str, Any]:
        text = row.cells[PRICE]
        if text.lower() in UNKNOWN_LABELS:
            return {"price": None}
        try:
            found = money(text, currency)
        except CellError as error:
            self._problem(row.line, f"price {text[:40]!r} {error}; left as it was")
            return {}
        return _said(found)

    def _year(self, row: StylesRow) -> dict[str, Any]:
        text = row.cells[YEAR].removesuffix(".0")
        if text.lower() in UNKNOWN_LABELS:
            return {"year": None}
        if re.fullmatch(r"[0-9]{4}", text):
            return {"year": int(text)}
        self._problem(row.line, f"year {text[:40]!r} is no year; left as it was")
        return {}


def _said(found: Money) -> dict[str, Any]:
    return {"price": found.amount} | ({"currency": found.currency} if found.currency else {})


def _web_address(text: str) -> str:
    return text if text.startswith(("http://", "https://")) and len(text) <= 500 else ""


def is_photo(name: str) -> bool:
    """By its ending; what macOS puts beside each file begins with a dot."""
    return Path(name).suffix.lower() in PHOTO_SUFFIXES and not name.startswith(".")


class Photos:
    """The photos of a folder by the name before the ending, in any case: those in images/ first,
    then those deeper in it, then those beside it."""

    def __init__(self, folder: Path) -> None:
        self._by_name: dict[str, Path] = {}
        beside = (path for path in sorted(folder.iterdir()) if path.is_file())
        for path in chain(_files_below(folder / "images"), beside):
            if is_photo(path.name):
                self._by_name.setdefault(path.stem.casefold(), path)

    def path(self, sku: str) -> Path | None:
        names = (sku.casefold(), slug_of(sku).casefold())
        return next((self._by_name[name] for name in names if name in self._by_name), None)

    def read(self, sku: str) -> bytes | None:
        path = self.path(sku)
        return path.read_bytes() if path else None


def _files_below(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(where) / name for name in sorted(names, key=_ending))


def _ending(name: str) -> tuple[int, str]:
    """Of two photos of one name, that which stands first in PHOTO_SUFFIXES."""
    ending = Path(name).suffix.lower()
    return (PHOTO_SUFFIXES.index(ending) if ending in PHOTO_SUFFIXES else 99), name
