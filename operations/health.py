"""What the service stands on, part by part, and whether it holds."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from celery import current_app
from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import DatabaseError, connection
from kombu.exceptions import KombuError
from redis import Redis
from redis.exceptions import RedisError

from matching import runtime
from matching.engine.errors import EngineError
from operations.cache import IMPATIENT

# Somebody who asks all the time costs no more than one look in so many seconds.
KEPT_SECONDS = 5.0
IN_PROCESS = "in this process"
FAILURES = (
    *(BotoCoreError, ClientError, DatabaseError, EngineError, KombuError, OSError),
    *(RedisError, runtime.NotReadyError),
)


class PartError(Exception):
    """A part does not hold; the message says what is wrong with it."""


@dataclass(frozen=True)
class Part:
    """`detail` may name paths and addresses of the server: it is not for everybody."""

    name: str
    is_well: bool
    is_needed: bool
    detail: str
    seconds: float


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connection.vendor


def cache() -> str:
    return _redis()


def broker() -> str:
    return _redis()


def _redis() -> str:
    if not settings.REDIS_URL:
        return IN_PROCESS
    with Redis.from_url(settings.REDIS_URL, **IMPATIENT) as redis:
        redis.ping()
    return "Redis"


def workers() -> str:
    """One that answers is enough; which, and how many more there are, is not waited for."""
    if not settings.REDIS_URL:
        return IN_PROCESS
    _redis()  # Celery would ask again and again.
    with current_app.connection_for_write() as link:
        answers = current_app.control.ping(timeout=1.0, limit=1, connection=link)
    if not answers:
        raise PartError("No worker answers.")
    return ", ".join(name for answer in answers for name in answer)


def generation() -> str:
    serving = runtime.live().generation.number
    if problem := runtime.damaged() or runtime.damaged_backbone():
        raise PartError(problem)
    return f"generation {serving}"


def backbone() -> str:
    """The one that serves; before the first index, the one that there is to build with."""
    try:
        found = runtime.built().backbone
    except runtime.NotReadyError:
        found = runtime.get_backbone()
    found.make_ready()
    return f"{found.name} {found.fingerprint}"


def finder() -> str:
    found = runtime.get_finder()
    if found is None:
        return "none"
    first = runtime.finder_folders()[0]
    if found.folder != first:
        raise PartError(f"The finder in {first} is damaged; the bundled one serves.")
    return f"{found.folder.name} {found.fingerprint}"


def sentences() -> str:
    found = runtime.get_sentences()
    if found is None and settings.SENTENCES:
        raise PartError(f"There is no sentence encoder {settings.SENTENCES!r}.")
    return f"{found.name} {found.fingerprint}" if found else "off"


def storage() -> str:
    for name in ("default", "private"):
        one = storages[name]
        if isinstance(one, FileSystemStorage):
            _can_write(Path(one.location))
        else:
            one.exists("is-this-bucket-there")
    return "S3" if settings.S3_BUCKET else "folders"


def _can_write(folder: Path) -> None:
    """A folder that nothing was put into yet is not there: then what it will be made in counts."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise PartError(f"Nothing can be written to {there}.")


# Without what is needed nothing can be answered. Without the others the site goes on: pages,
# accounts and the catalogue without an index, all of that and searches without Redis.
NEEDED = (database, backbone, storage)
PARTS: tuple[Callable[[], str], ...] = (
    *(database, cache, broker, workers),
    *(generation, backbone, finder, sentences, storage),
)


def examine() -> list[Part]:
    """Looks at every part now; up to two seconds where one does not answer."""
    return [_examine(look) for look in PARTS]


def _examine(look: Callable[[], str]) -> Part:
    started = time.monotonic()
    try:
        detail, is_well = look(), True
    except (*FAILURES, PartError) as error:
        detail, is_well = str(error), False
    seconds = time.monotonic() - started
    return Part(look.__name__, is_well, look in NEEDED, detail, round(seconds, 3))


_lock = threading.Lock()
_last: tuple[float, list[Part]] | None = None


def recent() -> list[Part]:
    """As `examine`, but not older than KEPT_SECONDS; one at a time looks, others wait for it."""
    global _last
    with _lock:
        if _last is None or time.monotonic() - _last[0] > KEPT_SECONDS:
            parts = examine()
            _last = (time.monotonic(), parts)
        return _last[1]


def state_of(parts: list[Part]) -> str:
    """ready, degraded (the site goes on without some part) or unready."""
    if all(part.is_well for part in parts):
        return "ready"
    return "degraded" if all(part.is_well for part in parts if part.is_needed) else "unready"
