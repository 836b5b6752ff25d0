"""Every file has a row, so that neither outlives the other, whenever a process ends.

A file is written between two steps: its row says `wanted` before, and `written` in the transaction
of what refers to it. In the transaction that takes the reference away the row says `to_delete`;
once that is committed the file goes, then its row. Whatever was stopped in between,
`files/sweeping.py` ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from files.batches import batches
from files.models import LONGEST_NAME, KeptFile
from files.placing import place

BATCH = 100
State = KeptFile.State
Find = Callable[[list[str]], set[str]]


@dataclass(frozen=True)
class Shelf:
    """The files of a storage below a folder: `find` says which of some names something refers to.
    A file that has no row, as one written in a transaction that was never committed, is left alone
    for `patience`."""

    storage: str
    folder: str
    find: Find
    patience: timedelta = timedelta(hours=1)


shelves: list[Shelf] = []


def add_shelf(shelf: Shelf) -> None:
    """Every app names its own when it is ready."""
    shelves.append(shelf)


def write(storage: str, contents: Mapping[str, bytes]) -> dict[str, str]:
    """Writes them under these names, or others where there are files already; returns the name of
    each. To be called before the transaction of what refers to them, which `keep`s them. What has
    been written of them when it fails goes again."""
    names = _free_names(storages[storage], storage, contents)
    _want(storage, names.values())
    with undone(storage, names.values()):
        for path, content in contents.items():
            place(storages[storage], names[path], ContentFile(content))
    return names


def write_shared(storage: str, contents: Mapping[str, bytes]) -> None:
    """Writes what has its name by what it is, unless it is there; as `write`."""
    _want(storage, contents)
    for name, content in contents.items():
        if not storages[storage].exists(name):
            place(storages[storage], name, ContentFile(content))


def write_for(storage: str, name: str, content: File[Any], lasting: timedelta) -> None:
    """A file that nothing refers to and that goes by itself after a while, or when it is
    dropped."""
    _want(storage, [name])
    with undone(storage, [name]):
        place(storages[storage], name, content)
        keep(storage, [name], until=timezone.now() + lasting)


def keep(storage: str, names: Iterable[str], until: datetime | None = None) -> set[str]:
    """In the transaction of what refers to them. Returns the names of those that may have gone
    meanwhile, as nothing referred to them; they must be written again, in the same transaction."""
    wanted = set(names)
    with transaction.atomic():
        rows = _rows(storage, wanted).select_for_update().order_by("pk")
        there = {row.name for row in rows if row.state != State.TO_DELETE}
        _rows(storage, wanted).update(state=State.WRITTEN, since=timezone.now(), until=until)
        known = set(_rows(storage, wanted).values_list("name", flat=True))
        _insert(storage, wanted - known, State.WRITTEN)
    return wanted - there


def keep_contents(storage: str, contents: Mapping[str, bytes]) -> None:
    """`keep`, with what to write again where one has gone meanwhile."""
    for name in keep(storage, contents):
        place(storages[storage], name, ContentFile(contents[name]))


def drop(storage: str, names: Iterable[str]) -> None:
    """In the transaction that takes the reference away: once it is committed, the files go, unless
    something else refers to them."""
    dropped = {name for name in names if name}
    if dropped:
        with transaction.atomic():
            _insert(storage, dropped, State.TO_DELETE)
            _rows(storage, dropped).update(state=State.TO_DELETE, since=timezone.now())
            _forget_after_commit(storage, dropped)


@contextmanager
def undone(storage: str, names: Iterable[str]) -> Iterator[None]:
    """Where this fails, files that were written for it go at once, if the database can say so."""
    try:
        yield
    except BaseException:
        with suppress(DatabaseError):  # else they are swept later
            drop(storage, names)
        raise


def remove(storage: str, names: Iterable[str]) -> int:
    """Those of them that are to be deleted go, file and row, unless something refers to them after
    all; returns how many went."""
    return sum(_remove(storage, batch) for batch in batches(sorted(set(names)), BATCH))


def _remove(storage: str, names: list[str]) -> int:
    """Locked meanwhile: whoever is about to `keep` one of them waits, and finds it gone."""
    with transaction.atomic():
        rows = _rows(storage, names).filter(state=State.TO_DELETE).select_for_update()
        leaving = list(rows.order_by("pk").values_list("name", flat=True))
        used = referred_to(storage, leaving)
        _rows(storage, used).update(state=State.WRITTEN, since=timezone.now())
        gone = [name for name in leaving if name not in used]
        for name in gone:
            storages[storage].delete(name)
        _rows(storage, gone).delete()
    return len(gone)


def referred_to(storage: str, names: Iterable[str]) -> set[str]:
    """Those of some names that something refers to."""
    found: set[str] = set()
    for shelf in (one for one in shelves if one.storage == storage):
        if mine := [name for name in names if name.startswith(f"{shelf.folder}/")]:
            found |= shelf.find(mine)
    return found


class _Dropped:
    """What a transaction has dropped so far; called when it is committed."""

    def __init__(self, storage: str, names: set[str]) -> None:
        self.storage, self.names = storage, names
        self.is_done = False
        self.__qualname__ = "deletion of files"  # Django logs it by this, should it fail

    def __call__(self) -> None:
        self.is_done = True
        remove(self.storage, self.names)


def _forget_after_commit(storage: str, names: set[str]) -> None:
    for call in (entry[1] for entry in reversed(connection.run_on_commit)):
        if isinstance(call, _Dropped) and call.storage == storage and not call.is_done:
            call.names |= names
            return
    transaction.on_commit(_Dropped(storage, names), robust=True)


def _rows(storage: str, names: Iterable[str]) -> Any:
    return KeptFile.objects.filter(storage=storage, name__in=list(names))


def _want(storage: str, names: Iterable[str]) -> None:
    _insert(storage, names, State.WANTED)


def _insert(storage: str, names: Iterable[str], state: KeptFile.State) -> None:
    """Those that have no row yet."""
    now = timezone.now()
    rows = [KeptFile(storage=storage, name=name, state=state, since=now) for name in sorted(names)]
    KeptFile.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _free_names(store: Storage, storage: str, paths: Iterable[str]) -> dict[str, str]:
    names = {path: store.get_available_name(path, LONGEST_NAME) for path in paths}
    taken = set(_rows(storage, names.values()).values_list("name", flat=True))
    for path, name in names.items():
        if name in taken:
            stem, dot, ending = name.rpartition(".")
            names[path] = store.get_alternative_name(stem, f"{dot}{ending}")
    return names
