"""Photos that a table names by their web addresses.

Several are fetched at once, ahead of who reads them, and kept, so that an import that goes on or
comes again asks only whether they have changed.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from io import BytesIO
from weakref import WeakValueDictionary

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils import timezone

from catalog.importers.fetching import Answer, Fetcher, FetchError, Limits
from catalog.importers.offered import IncomingMedia, IncomingProduct, OfferedPhoto
from catalog.photos import PhotoError

FOLDER = "fetched"
SHELVES = 256
AHEAD = 100
KEPT_FOR = timedelta(days=60)
KINDS = ("image/", "application/octet-stream", "binary/octet-stream")


@dataclass(frozen=True)
class Kept:
    """A photo as it was fetched, with what the server said of its state."""

    data: bytes
    etag: str = ""
    modified: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in asked.items() if value}


class Shelf:
    """Photos by their addresses, where no visitor reaches them: a line that says what each is, and
    then its bytes. One that was cut short is none."""

    def __init__(self) -> None:
        self._storage: Storage = storages["private"]

    def find(self, url: str) -> Kept | None:
        try:
            with self._storage.open(_place(url)) as file:
                head, _line, data = file.read().partition(b"\n")
            said = json.loads(head)
        except (OSError, ValueError):
            return None
        is_whole = said.get("url") == url and said.get("bytes") == len(data)
        return Kept(data, said["etag"], said["modified"]) if is_whole else None

    def keep(self, url: str, kept: Kept) -> None:
        said = {"etag": kept.etag, "modified": kept.modified, "bytes": len(kept.data), "url": url}
        place = _place(url)
        self._storage.delete(place)
        self._storage.save(place, ContentFile(json.dumps(said).encode() + b"\n" + kept.data))

    def forget_old(self, shelf: int) -> None:
        """Of one of 256 shelves, those that nobody has fetched anew for long."""
        folder = f"{FOLDER}/{shelf:02x}"
        try:
            _folders, names = self._storage.listdir(folder)
        except FileNotFoundError:
            return
        for name in names:
            path = f"{folder}/{name}"
            if timezone.now() - self._storage.get_modified_time(path) > KEPT_FOR:
                self._storage.delete(path)


def _place(url: str) -> str:
    name = hashlib.sha256(url.encode()).hexdigest()
    return f"{FOLDER}/{name[:2]}/{name}"


class WebPhotos:
    """Fetches the first photo of each product."""

    def __init__(self) -> None:
        self._at_once = settings.FETCH_AT_ONCE
        self._fetcher = Fetcher(self._at_once)
        self._limits = Limits(settings.MAX_UPLOAD_BYTES, settings.FETCH_SECONDS, KINDS)
        self._shelf = Shelf()
        # Products may share a photo; one whose fetch nobody waits for any more is forgotten.
        self._running: WeakValueDictionary[str, Future[None]] = WeakValueDictionary()

    def beside(
        self, products: Iterable[tuple[IncomingProduct, Sequence[OfferedPhoto]]]
    ) -> Iterator[tuple[IncomingProduct, Sequence[OfferedPhoto]]]:
        """Each product with its photos: those it comes with, or else those from the web that it
        names. Reading raises PhotoError."""
        waiting: deque[tuple[IncomingProduct, Sequence[OfferedPhoto]]] = deque()
        pool = ThreadPoolExecutor(self._at_once, thread_name_prefix="fetch")
        try:
            for product, own in products:
                photos = own or [self._started(pool, one) for one in product.media]
                waiting.append((product, photos))
                if len(waiting) > AHEAD:
                    yield waiting.popleft()
            yield from waiting
            self._shelf.forget_old(random.randrange(SHELVES))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        # Who took the last product still reads its photo.
        pool.shutdown(wait=False)

    def _started(self, pool: ThreadPoolExecutor, media: IncomingMedia) -> OfferedPhoto:
        """One whose digest is known is fetched when it is read: the catalogue may have it."""
        url = media.url
        if media.digest:
            return OfferedPhoto(partial(self._fetch_and_read, url), media.alt, media.digest)
        running = self._running.get(url) or pool.submit(self._fetch, url)
        self._running[url] = running
        return OfferedPhoto(partial(self._read, url, running.result), media.alt)

    def _fetch_and_read(self, url: str) -> bytes:
        return self._read(url, partial(self._fetch, url))

    def _fetch(self, url: str) -> None:
        """Brings what is kept up to date. Raises FetchError."""
        kept, data = self._shelf.find(url), BytesIO()
        answer = self._fetcher.fetch(url, data, self._limits, kept.conditions if kept else None)
        if answer.is_new:
            self._shelf.keep(url, _kept(data, answer))

    def _read(self, url: str, fetched: Callable[[], None]) -> bytes:
        try:
            fetched()
        except FetchError as error:
            raise PhotoError(f"the photo's address {url} {error}") from error
        kept = self._shelf.find(url)
        if kept is None:
            raise PhotoError(f"the photo of {url} was not kept")
        return kept.data


def _kept(data: BytesIO, answer: Answer) -> Kept:
    return Kept(data.getvalue(), answer.etag, answer.modified)
