"""Embeds what has changed, once it is committed: a Celery worker where there is a broker, else one
thread of this process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import connections

from catalog import changes
from jobs.queue import has_broker
from matching import runtime
from matching.engine import versions
from matching.indexing.embed import (
    embed_products,
    keep_faults,
    load_vectors,
    photos_without_vector,
    to_embed,
    without_vector,
)
from matching.indexing.labels import describe_few, renew_predictions
from matching.models import PhotoFault
from matching.runtime import Live

logger = logging.getLogger(__name__)
CHUNK = 64


def hear(product_ids: Sequence[int], **about: Any) -> None:
    """Where there is an index these are embedded; where there is none yet, its build does it."""
    if versions.current_number(runtime.index_root()) is not None:
        start(product_ids)


def start(product_ids: Sequence[int]) -> None:
    if not has_broker():
        _thread.take(product_ids)
        return
    from matching.tasks import keep_up_with

    for chunk in _chunks(product_ids):
        keep_up_with.apply_async((chunk,), queue=settings.VISION_QUEUE)


def keep_up(product_ids: Sequence[int]) -> int:
    """Embeds those of the products that have no current vector, predicts what the shop does not say
    of them, and tells all processes; returns how many were embedded. What stops it is kept of each
    of them, for the admin to say, and raised."""
    embedded = 0
    for chunk in _chunks(product_ids):
        try:
            embedded += _keep_up(runtime.built(), chunk)
        except Exception as error:
            _keep_failure(chunk, error)
            raise
    return embedded


def _keep_up(built: Live, product_ids: list[int]) -> int:
    products = to_embed().filter(pk__in=product_ids)
    missing = list(without_vector(built.backbone, products).values_list("pk", flat=True))
    counts = embed_products(built.backbone, products.filter(pk__in=missing), _Quiet())
    changes.record([*missing, *_predict(built, product_ids)])
    return counts.embedded + counts.copied


def _predict(built: Live, product_ids: list[int]) -> set[int]:
    """Labels that the shop does not give; returns the products that have others now."""
    ids, vectors = load_vectors(built.backbone, product_ids)
    predictions = built.generation.heads.predict(vectors)
    catalogue = describe_few(ids, built.generation.catalogue, predictions)
    return renew_predictions(catalogue, predictions)


def _keep_failure(product_ids: list[int], error: Exception) -> None:
    backbone = runtime.built().backbone
    lacking = photos_without_vector(backbone, to_embed().filter(pk__in=product_ids))
    photos = ((pk, digest) for pk, _name, digest in lacking)
    keep_faults(photos, PhotoFault.Code.FAILED, f"{type(error).__name__}: {error}")


def _chunks(product_ids: Iterable[int]) -> Iterator[list[int]]:
    ids = list(product_ids)
    for at in range(0, len(ids), CHUNK):
        yield ids[at : at + CHUNK]


class _Quiet:
    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Nobody waits for it."""

    def log(self, line: str) -> None:
        logger.warning("%s", line)


class _Thread:
    """One at a time, which ends when nothing is left to do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, None] = {}
        self._is_running = False

    def take(self, product_ids: Iterable[int]) -> None:
        with self._lock:
            self._waiting.update(dict.fromkeys(product_ids))
            if self._is_running or not self._waiting:
                return
            self._is_running = True
        # A daemon: what a server that ends has not done is done by whoever sees it waiting.
        threading.Thread(target=self._run, name="keep-up", daemon=True).start()

    def _run(self) -> None:
        try:
            while ids := self._next():
                try:
                    keep_up(ids)
                except Exception:
                    logger.exception("products %s could not be embedded", ids)
        finally:
            connections.close_all()

    def _next(self) -> list[int]:
        with self._lock:
            ids = list(self._waiting)[:CHUNK]
            for one in ids:
                del self._waiting[one]
            self._is_running = bool(ids)
            return ids


_thread = _Thread()
