"""What somebody uploads waits where no visitor reaches it, until a job takes it up."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.utils import timezone

FOLDER = "imports"
KEPT_FOR = timedelta(days=7)


class UploadGoneError(Exception):
    """Nothing is kept under that name, any more or at all."""


def private_storage() -> Storage:
    return storages["private"]


def keep_upload(file: File, ending: str) -> str:
    """Returns its name there."""
    _forget_old(private_storage())
    return str(private_storage().save(f"{FOLDER}/{uuid.uuid4().hex}{ending}", file))


@contextmanager
def kept_upload(name: str) -> Iterator[Path]:
    """A copy of it on this machine, while this lasts. Raises UploadGoneError."""
    with tempfile.NamedTemporaryFile(prefix="import-") as copy:
        try:
            with private_storage().open(name) as file:
                shutil.copyfileobj(file, copy)
        except FileNotFoundError as error:
            raise UploadGoneError from error
        copy.flush()
        yield Path(copy.name)


def forget_upload(name: str) -> None:
    private_storage().delete(name)


def _forget_old(storage: Storage) -> None:
    """Those that nobody tried again within a week."""
    try:
        _folders, names = storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for name in names:
        path = f"{FOLDER}/{name}"
        if timezone.now() - storage.get_modified_time(path) > KEPT_FOR:
            storage.delete(path)
