"""Imports a Kaggle-shaped folder: `styles.csv` and `images/<id>.jpg`."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from catalog.importers.styles_csv import (
    NAME_COLUMN,
    SKU_COLUMN,
    UNKNOWN_LABELS,
    StylesError,
    StylesRow,
    count_lines,
    read_styles,
)
from catalog.importers.writer import Incoming, Ingest
from catalog.models import Attribute
from catalog.photos import PhotoError
from jobs.queue import JobError, Report

PHOTO_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
PLAIN_SKU = re.compile(r"[\w.-]{1,64}")
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
    return {**tally, **ingest.counts.as_dict(), "seconds": round(time.monotonic() - started, 1)}


class _FolderReader:
    """Turns rows of the file into products, setting aside those that cannot be one."""

    def __init__(self, folder: Path, problem: Problem, tally: dict[str, int]) -> None:
        self._images = folder / "images"
        self._problem = problem
        self._tally = tally
        self._attributes = list(Attribute.objects.all())
        self._first_seen: dict[str, int] = {}

    def products(self, styles: Path) -> Iterator[Incoming]:
        for row in read_styles(styles):
            self._tally["rows"] += 1
            for repair in row.repairs:
                self._problem(row.line, repair)
            reason = row.problem or self._why_skipped(row)
            if reason:
                self._tally["skipped"] += 1
                self._problem(row.line, f"{reason}; skipped")
            else:
                yield self._product(row)

    def _why_skipped(self, row: StylesRow) -> str:
        sku = row.cells[SKU_COLUMN]
        if not PLAIN_SKU.fullmatch(sku) or set(sku) == {"."}:
            return f"the id {sku[:70]!r} is not letters, digits, '.', '_' and '-', 64 at most"
        first = self._first_seen.setdefault(sku, row.line)
        return f"the id {sku} stands in line {first} already" if first != row.line else ""

    def _product(self, row: StylesRow) -> Incoming:
        cells = row.cells
        return Incoming(
            line=row.line,
            sku=cells[SKU_COLUMN],
            name=self._text(row, NAME_COLUMN, 255) or cells[SKU_COLUMN],
            read_photo=partial(_read_photo, self._images, cells[SKU_COLUMN]),
            description=cells.get("description", ""),
            brand=self._text(row, "brand", 100),
            price=self._number(row, "price"),
            currency=self._text(row, "currency", 3).upper(),
            product_url=_web_address(cells.get("link", "")),
            year=self._year(row),
            labels={row_.key: label_of(cells, row_.csv_column) for row_ in self._attributes},
            groups={
                row_.key: [label_of(cells, column) for column in row_.parent_columns]
                for row_ in self._attributes
                if row_.parent_columns
            },
        )

    def _text(self, row: StylesRow, column: str, longest: int) -> str:
        text = row.cells.get(column, "")
        if len(text) > longest:
            self._problem(row.line, f"{column} is longer than {longest} characters; cut")
        return text[:longest].strip()

    def _number(self, row: StylesRow, column: str) -> Decimal | None:
        text = row.cells.get(column, "")
        if text.lower() in UNKNOWN_LABELS:
            return None
        try:
            number = Decimal(text)
            if 0 <= number < Decimal(10) ** 10:
                return number.quantize(Decimal("0.01"))
        except InvalidOperation:
            pass
        self._problem(row.line, f"{column} {text[:40]!r} is no amount; left empty")
        return None

    def _year(self, row: StylesRow) -> int | None:
        text = row.cells.get("year", "").removesuffix(".0")
        if text.lower() in UNKNOWN_LABELS:
            return None
        if re.fullmatch(r"[0-9]{4}", text):
            return int(text)
        self._problem(row.line, f"year {text[:40]!r} is no year; left empty")
        return None


def label_of(cells: dict[str, str], column: str) -> str:
    label = " ".join(cells.get(column, "").lower().split())[:100]
    return "" if label in UNKNOWN_LABELS else label


def _web_address(text: str) -> str:
    return text if text.startswith(("http://", "https://")) and len(text) <= 500 else ""


def _read_photo(images: Path, sku: str) -> bytes:
    for suffix in PHOTO_SUFFIXES:
        try:
            return (images / f"{sku}{suffix}").read_bytes()
        except FileNotFoundError:
            continue
    raise PhotoError(f"there is no photo images/{sku}.jpg")
