"""Database and storages: what rows say, and whether it is so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import numpy as np
from django.contrib.sessions.models import Session
from django.core.files.storage import storages
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone

from catalog.models import Media, Pictured, Product
from catalog.photo_files import STORAGE, names_of, write_renditions
from files import ledger
from files.batches import batches
from files.models import KeptFile
from files.sweeping import PATIENCE, sweep, sweep_all, unlisted
from jobs import leases, queue
from jobs.models import Job
from matching import runtime
from matching.engine.errors import EngineError
from matching.indexing.embed import to_embed, without_vector
from matching.indexing.keep_up import keep_up
from matching.models import Embedding, Search
from operations.doctor.finding import Finding

BATCH = 500
# The night's work may have been late.
SESSIONS_KEPT = timedelta(days=7)
WAITS_TOO_LONG = timedelta(minutes=10)
FLOAT_BYTES = 4


def files() -> Iterator[Finding]:
    old = Q(state=KeptFile.State.WANTED, since__lt=timezone.now() - PATIENCE)
    left = KeptFile.objects.filter(old | Q(state=KeptFile.State.TO_DELETE))
    yield from (_file(f"{row} was not ended", sweep) for row in left.order_by("pk"))
    for shelf in ledger.shelves:
        for name in unlisted(shelf):
            yield _file(f"{shelf.storage}/{name} has no row", sweep_all)
    for model in (Product, Media):
        for rows in batches(_pictured(model), BATCH):
            for row in rows:
                yield from _of_photo(row)
    searches = Search.objects.exclude(photo="").values_list("photo", flat=True).order_by("pk")
    for name in searches.iterator(chunk_size=BATCH):
        yield from _of_file("private", name)


def _file(text: str, mend: object = None) -> Finding:
    return Finding("files", text, mend if callable(mend) else None)


def _pictured(model: type[Pictured]) -> Iterator[Pictured]:
    rows = model._base_manager.exclude(photo="").order_by("pk")
    return iter(rows.iterator(chunk_size=BATCH))


def _of_photo(row: Pictured) -> Iterator[Finding]:
    photo, *renditions = names_of(str(row.photo.name), row.photo_digest, row.renditions)
    yield from _of_file(STORAGE, photo)
    for name in renditions:
        if not storages[STORAGE].exists(name):
            yield _file(f"{STORAGE}/{name} is missing", partial(_draw, row))
        yield from _of_row(STORAGE, name)


def _of_file(storage: str, name: str) -> Iterator[Finding]:
    if not storages[storage].exists(name):
        yield _file(f"{storage}/{name} is missing; bring it back from a backup, or upload it again")
    yield from _of_row(storage, name)


def _of_row(storage: str, name: str) -> Iterator[Finding]:
    listed = KeptFile.objects.filter(storage=storage, name=name, state=KeptFile.State.WRITTEN)
    if not listed.exists():
        yield _file(f"{storage}/{name} is not in the ledger", partial(_enter, storage, name))


def _enter(storage: str, name: str) -> None:
    ledger.keep(storage, [name])


def _draw(row: Pictured) -> None:
    with row.photo.open("rb") as file:
        write_renditions(file.read(), row.photo_digest)


def jobs() -> Iterator[Finding]:
    for row, found in leases.lost(Job.objects.all()):
        if found.exists():
            yield Finding("jobs", f"{row} is {row.state}, and nobody does it", queue.recover_lost)
    before = timezone.now() - WAITS_TOO_LONG
    waiting = Job.objects.filter(state=Job.State.QUEUED, owner="", created_at__lt=before)
    for row in waiting.defer("log"):
        yield Finding("jobs", f"{row} has waited since {row.created_at:%Y-%m-%d %H:%M}", _send)


def _send() -> None:
    """To the broker; without one nobody would ever take them."""
    if queue.has_broker():
        queue.send_waiting()
        return
    for row in Job.objects.filter(state=Job.State.QUEUED, owner=""):
        queue.cancel(row)


def sessions() -> Iterator[Finding]:
    old = Session.objects.filter(expire_date__lt=timezone.now() - SESSIONS_KEPT).count()
    if old:
        clear = partial(call_command, "clearsessions")
        yield Finding("sessions", f"{old} ended long ago and are still kept", clear)


def vectors() -> Iterator[Finding]:
    """Of the backbone that serves."""
    try:
        backbone = runtime.live().backbone
    except (runtime.NotReadyError, EngineError):
        return
    wrong = []
    rows = Embedding.objects.filter(backbone=backbone.fingerprint).order_by("pk")
    for pk, vector in rows.values_list("pk", "vector").iterator(chunk_size=BATCH):
        if not _is_unit(bytes(vector), backbone.dimension):
            wrong.append(pk)
            yield Finding("vectors", f"vector {pk} is damaged", partial(_forget_vector, pk))
    lacking = without_vector(backbone, to_embed(), but_unreadable=True)
    if count := lacking.count():
        text = f"{count} products with a photo have no vector"
        yield Finding("vectors", text, _embed_lacking)


def _is_unit(vector: bytes, dimension: int) -> bool:
    if len(vector) != FLOAT_BYTES * dimension:
        return False
    length = np.linalg.norm(np.frombuffer(vector, np.float32).astype(np.float64))
    return bool(abs(length - 1) < 0.01)


def _forget_vector(pk: int) -> None:
    """It is made anew, from the photo."""
    row = Embedding.objects.filter(pk=pk).first()
    if row:
        row.delete()
        keep_up([row.product_id])


def _embed_lacking() -> None:
    lacking = without_vector(runtime.live().backbone, to_embed(), but_unreadable=True)
    keep_up(list(lacking.values_list("pk", flat=True)))
