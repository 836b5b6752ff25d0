"""Imports any table of products: a shop's export, a feed, or what somebody wrote by hand."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.urls import reverse

from catalog.importers.fetching import Fetcher, FetchError, Limits
from catalog.importers.headings import SKU
from catalog.importers.incoming import Incoming
from catalog.importers.match import Match
from catalog.importers.offered import IncomingProduct, OfferedPhoto
from catalog.importers.rows import Table, TableError, no_columns
from catalog.importers.table_reader import (
    TableReader,
    matched_table,
    remember,
    remembered,
    source_of,
)
from catalog.importers.tables import open_table
from catalog.importers.unlisted import ARCHIVE_ALL, KEEP, archive, claim, unlisted
from catalog.importers.uploads import UploadGoneError, forget_upload, kept_upload, short_name
from catalog.importers.values import web_address
from catalog.importers.web_photos import WebPhotos
from catalog.importers.writer import Ingest
from jobs.queue import JobError, Report

NONE_LEFT = {"archived": 0, "held_back": 0}
WEB = ("http://", "https://")
# A feed of a large shop is made while it is read.
MOST_SECONDS = 900.0


class FolderPhotos(Protocol):
    """The photos that lie beside a table; None for an article without one."""

    def path(self, sku: str) -> Path | None: ...

    def read(self, sku: str) -> bytes | None: ...


@dataclass(frozen=True)
class Order:
    """What is to be done with a table. `columns`: column to what it is, where the match is not as
    it should be; remembered for `source`, or else for tables of the same columns. `unlisted`: what
    becomes of products that the source listed before and lists no longer (see `unlisted.py`).
    `needed`: what the columns must hold."""

    columns: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    dry_run: bool = False
    limit: int | None = None
    unlisted: str = KEEP
    photos: FolderPhotos | None = None
    needed: Sequence[str] = (SKU,)


def import_table(
    report: Report,
    *,
    path: str,
    columns: Mapping[str, str] | None = None,
    source: str = "",
    dry_run: bool = False,
    limit: int | None = None,
    unlisted: str = KEEP,
) -> dict[str, Any]:
    """`import_file` of what stands at a path or at a web address."""
    order = Order(columns or {}, source, dry_run, limit, unlisted)
    try:
        with local_file(path) as file:
            return import_file(report, file, order, name=path.rpartition("/")[2])
    except FetchError as error:
        raise JobError(f"The address {path} {error}.") from error


def import_upload(
    report: Report,
    *,
    upload: str,
    name: str,
    columns: Mapping[str, str] | None = None,
    dry_run: bool = False,
    unlisted: str = KEEP,
) -> dict[str, Any]:
    """`import_file` of what was uploaded as `name`; then it goes. One that failed, was cancelled or
    was only tried stays for a while, and one that asks something; `go_on` in the result is the page
    to answer then."""
    order = Order(columns or {}, dry_run=dry_run, unlisted=unlisted)
    try:
        with kept_upload(upload) as file:
            result = import_file(report, file, order, name=name)
    except UploadGoneError as error:
        raise JobError("The file is gone: it was imported before. Upload it again.") from error
    if dry_run or result["held_back"]:
        return result | {"go_on": reverse("admin:match-table", args=[short_name(upload)])}
    forget_upload(upload)
    return result


def import_file(report: Report, file: Path, order: Order, name: str) -> dict[str, Any]:
    """Reads the file into the catalogue; every problem is logged with its line in the file.

    Returns counts (rows, added, updated, unchanged, emptied fields, archived, held_back from being
    archived, without_photo, skipped, problems) and seconds. Raises JobError if it is no table of
    products.
    """
    started = time.monotonic()
    try:
        table = open_table(file)
        match = _matched(table, order, name)
        for note in match.notes():
            report.log(note)
        reader = TableReader(table, match, report.log, order.limit)
        counts = _write(report, reader, order)
    except TableError as error:
        raise JobError(str(error)) from error
    return {**reader.tally, **counts, "seconds": round(time.monotonic() - started, 1)}


@contextmanager
def local_file(path: str, seconds: float = MOST_SECONDS) -> Iterator[Path]:
    """The file itself, or what stands at a web address while this lasts. Raises FetchError."""
    if not path.startswith(WEB):
        yield Path(path)
        return
    limits = Limits(settings.MAX_ARCHIVE_BYTES, seconds)
    with tempfile.NamedTemporaryFile(prefix="import-") as file:
        Fetcher().fetch(web_address(path), file, limits)
        file.flush()
        yield Path(file.name)


def _matched(table: Table, order: Order, name: str) -> Match:
    source = order.source or source_of(table)
    # What was said of files with the same columns holds for a source of which nothing was said.
    chosen = (remembered(source) or remembered(source_of(table))) | dict(order.columns)
    match = matched_table(table, chosen)
    found = match.columns.values()
    missing = [one for one in order.needed if one not in found and match.kind.needs_sku]
    if missing:
        raise no_columns(name, missing, match.columns)
    if order.columns and not order.dry_run:
        remember(source, name, chosen)
    return match


def _write(report: Report, reader: TableReader, order: Order) -> dict[str, int]:
    lists_all = order.unlisted != KEEP and order.limit is None
    ingest = Ingest(reader.problem, order.dry_run, lists_all=lists_all)
    total = min(reader.table.count(), reader.limit or 2**31)
    products = (Incoming(product, photos) for product, photos in _photos_beside(reader, order))
    for _ in ingest.take(products):
        report.progress(reader.tally["rows"], max(total, reader.tally["rows"]))
    report.progress(reader.tally["rows"], reader.tally["rows"])
    for note in ingest.notes():
        report.log(note)
    counts = ingest.counts.as_dict() | {"emptied": ingest.tally.emptied}
    source = order.source or source_of(reader.table)
    return counts | (_archived(report, source, ingest, reader, order) if lists_all else NONE_LEFT)


def _archived(
    report: Report, source: str, ingest: Ingest, reader: TableReader, order: Order
) -> dict[str, int]:
    """Archives what the source lists no longer, unless that is too much; returns the counts."""
    if not order.dry_run:
        claim(source, ingest.seen)
    found = unlisted(source, ingest.seen, reader.unread)
    if found.are_too_many and order.unlisted != ARCHIVE_ALL:
        report.log(found.question)
        return NONE_LEFT | {"held_back": len(found.gone)}
    if not order.dry_run:
        archive(found.gone)
    return NONE_LEFT | {"archived": len(found.gone)}


def _photos_beside(
    reader: TableReader, order: Order
) -> Iterator[tuple[IncomingProduct, Sequence[OfferedPhoto]]]:
    """Each product with its photos: that of the folder, or else those of the web, which is not
    asked where nothing is written."""
    beside = ((product, _in_folder(product, order.photos)) for product in reader.products())
    return beside if order.dry_run else WebPhotos().beside(beside)


def _in_folder(product: IncomingProduct, photos: FolderPhotos | None) -> Sequence[OfferedPhoto]:
    if photos is None or (product.media and photos.path(product.number) is None):
        return ()
    return (OfferedPhoto(partial(photos.read, product.number)),)
