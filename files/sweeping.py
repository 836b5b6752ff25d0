"""Ends what was stopped between a row and its file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from django.core.files.storage import Storage, storages
from django.utils import timezone

from files import ledger
from files.batches import batches
from files.ledger import Shelf
from files.models import KeptFile

# What is being written is left alone for so long.
PATIENCE = timedelta(hours=1)
BATCH = 500
State = KeptFile.State


@dataclass
class Swept:
    """`deleted`: files whose row said so; `unlisted`: files that had no row, deleted or adopted."""

    deleted: int = 0
    unlisted: int = 0


def sweep() -> int:
    """What is to be deleted goes, with what was never used and what has had its time; returns how
    many files. Looks at rows alone, so that it costs nothing where nothing is left."""
    now, rows = timezone.now(), KeptFile.objects
    for due in (
        rows.filter(until__lt=now).exclude(state=State.TO_DELETE),
        rows.filter(state=State.WANTED, since__lt=now - PATIENCE),
    ):
        due.update(state=State.TO_DELETE, since=now, until=None)
    left = rows.filter(state=State.TO_DELETE).order_by("storage", "name")
    pairs = list(left.values_list("storage", "name"))
    return sum(
        ledger.remove(storage, [name for _, name in group])
        for storage, group in groupby(pairs, key=lambda pair: pair[0])
    )


def sweep_all() -> Swept:
    """`sweep`, then every file is looked for in the rows; to be done at night."""
    swept = Swept(deleted=sweep())
    for shelf in ledger.shelves:
        for names in batches(unlisted(shelf), BATCH):
            swept.unlisted += _sort(shelf, names)
    return swept


def unlisted(shelf: Shelf) -> Iterator[str]:
    """Files that have no row, and are old enough that nobody can be about to write one."""
    store, before = storages[shelf.storage], timezone.now() - shelf.patience
    for batch in batches(files_of(store, shelf.folder), BATCH):
        listed = KeptFile.objects.filter(storage=shelf.storage, name__in=batch)
        for name in sorted(set(batch) - set(listed.values_list("name", flat=True))):
            try:
                if store.get_modified_time(name) < before:
                    yield name
            except FileNotFoundError:
                continue


def files_of(store: Storage, folder: str = "") -> Iterator[str]:
    """The name of every file, in any folder below."""
    try:
        folders, names = store.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(names) if name)
    for one in sorted(folders):
        yield from files_of(store, f"{prefix}{one}")


def _sort(shelf: Shelf, names: list[str]) -> int:
    """What something refers to gets its row, the rest goes."""
    used = shelf.find(names)
    ledger.keep(shelf.storage, used)
    ledger.drop(shelf.storage, set(names) - used)
    return len(names)
