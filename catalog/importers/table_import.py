"""Imports any table of products: a shop's export, a feed, or what somebody wrote by hand."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

from catalog.importers.fetching import Fetcher, FetchError, Limits
from catalog.importers.headings import SKU
from catalog.importers.incoming import Incoming
from catalog.importers.match import Match
from catalog.importers.offered import IncomingProduct
from catalog.importers.rows import TableError
from catalog.importers.table_reader import TableReader, matched_table
from catalog.importers.tables import open_table
from catalog.importers.today import incoming_of
from catalog.importers.values import web_address
from catalog.importers.web_photos import Read, WebPhotos
from catalog.importers.writer import Ingest
from jobs.queue import JobError, Report

WEB = ("http://", "https://")
# A feed of a large shop is made while it is read.
MOST_SECONDS = 900.0


class FolderPhotos(Protocol):
    """The photos that lie beside a table; None for an article without one."""

    def path(self, sku: str) -> Path | None: ...

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

    `path` may be a web address. `columns`: column to what it is, where the match is not as it
    should be. `needed`: what the columns must hold. Returns counts (rows, added, updated,
    unchanged, without_photo, skipped, problems) and seconds. Raises JobError if it is no table of
    products.
    """
    started = time.monotonic()
    with local_file(path) as file:
        counts = _import(report, file, columns or {}, dry_run, limit, photos, needed)
    return {**counts, "seconds": round(time.monotonic() - started, 1)}


@contextmanager
def local_file(path: str) -> Iterator[Path]:
    """The file itself, or what stands at a web address while this lasts. Raises JobError."""
    if not path.startswith(WEB):
        yield Path(path)
        return
    limits = Limits(settings.MAX_ARCHIVE_BYTES, MOST_SECONDS)
    with tempfile.NamedTemporaryFile(prefix="import-") as file:
        try:
            Fetcher().fetch(web_address(path), file, limits)
        except FetchError as error:
            raise JobError(f"The address {path} {error}.") from error
        file.flush()
        yield Path(file.name)


def _import(
    report: Report,
    file: Path,
    columns: Mapping[str, str],
    dry_run: bool,
    limit: int | None,
    photos: FolderPhotos | None,
    needed: Sequence[str],
) -> dict[str, Any]:
    try:
        table = open_table(file)
        match = matched_table(table, columns)
        _check(match, needed, file.name)
        for note in match.notes():
            report.log(note)
        reader = TableReader(table, match, report.log, limit)
        counts = _write(report, reader, photos, dry_run)
    except TableError as error:
        raise JobError(str(error)) from error
    return {**reader.tally, **counts}


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
    beside = _photos_beside(reader, photos, dry_run)
    for _ in ingest.take(_incoming(beside)):
        report.progress(reader.tally["rows"], max(total, reader.tally["rows"]))
    for note in ingest.notes():
        report.log(note)
    return ingest.counts.as_dict()


def _incoming(beside: Iterable[tuple[IncomingProduct, Read | None]]) -> Iterator[Incoming]:
    today = timezone.localdate()
    for product, read in beside:
        yield incoming_of(product, read, today)


def _photos_beside(
    reader: TableReader, photos: FolderPhotos | None, dry_run: bool
) -> Iterator[tuple[IncomingProduct, Read | None]]:
    """Each product with what reads its photo: from the folder, or else from the web, which is not
    asked where nothing is written."""
    beside = ((product, _in_folder(product, photos)) for product in reader.products())
    return beside if dry_run else WebPhotos().beside(beside)


def _in_folder(product: IncomingProduct, photos: FolderPhotos | None) -> Read | None:
    sku = product.sku or product.variants[0].sku
    if photos is None or (product.media and photos.path(sku) is None):
        return None
    return partial(photos.read, sku)
