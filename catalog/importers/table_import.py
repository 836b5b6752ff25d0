"""Imports any table of products: a shop's export, a feed, or what somebody wrote by hand."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.utils import timezone

from catalog.importers.headings import SKU
from catalog.importers.incoming import Incoming
from catalog.importers.match import Match
from catalog.importers.offered import IncomingProduct
from catalog.importers.rows import TableError
from catalog.importers.table_reader import TableReader, matched_table
from catalog.importers.tables import open_table
from catalog.importers.today import incoming_of
from catalog.importers.writer import Ingest
from catalog.photos import PhotoError
from jobs.queue import JobError, Report


class FolderPhotos(Protocol):
    """The photos that lie beside a table; None for an article without one."""

    def read(self, sku: str) -> bytes | None: ...


def import_table(
    report: Report,
    *,
    path: str,
    columns: Mapping[str, str] | None = None,
    dry_run: bool = False,
    limit: int | None = None,
    photos: FolderPhotos | None = None,
    needed: Sequence[str] = (SKU,),
) -> dict[str, Any]:
    """Reads the file into the catalogue; every problem is logged with its line in the file.

    `columns`: column to what it is, where the match is not as it should be. `needed`: what the
    columns must hold. Returns counts (rows, added, updated, unchanged, without_photo, skipped,
    problems) and seconds. Raises JobError if it is no table of products.
    """
    started, file = time.monotonic(), Path(path)
    try:
        table = open_table(file)
        match = matched_table(table, columns or {})
        _check(match, needed, file.name)
        for note in match.notes():
            report.log(note)
        reader = TableReader(table, match, report.log, limit)
        counts = _write(report, reader, photos, dry_run)
    except TableError as error:
        raise JobError(str(error)) from error
    return {**reader.tally, **counts, "seconds": round(time.monotonic() - started, 1)}


def _check(match: Match, needed: Sequence[str], name: str) -> None:
    found = match.columns.values()
    missing = [column for column in needed if column not in found and match.kind.needs_sku]
    if missing:
        raise TableError(
            f"The first line of {name} has no column {' and no column '.join(missing)}. "
            f"Its columns: {', '.join(match.columns)}"
        )


def _write(
    report: Report, reader: TableReader, photos: FolderPhotos | None, dry_run: bool
) -> dict[str, int]:
    ingest = Ingest(reader.problem, dry_run)
    total = min(reader.table.count, reader.limit or 2**31)
    for _ in ingest.take(_incoming(reader, photos)):
        report.progress(reader.tally["rows"], max(total, reader.tally["rows"]))
    for note in ingest.notes():
        report.log(note)
    return ingest.counts.as_dict()


def _incoming(reader: TableReader, photos: FolderPhotos | None) -> Iterator[Incoming]:
    today = timezone.localdate()
    for product in reader.products():
        yield incoming_of(product, partial(_photo, product, photos), today)


def _photo(product: IncomingProduct, photos: FolderPhotos | None) -> bytes | None:
    if photos is not None:
        return photos.read(product.sku or product.variants[0].sku)
    raise PhotoError("the file names no photo" if not product.media else "not fetched")
