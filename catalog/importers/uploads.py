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
from django.core.files.storage import storages

from files import ledger
from files.ledger import Shelf

STORAGE, FOLDER = "private", "imports"
# Those that nobody tried again.
KEPT_FOR = timedelta(days=7)
# Nothing refers to an upload but the job that takes it up.
SHELF = Shelf(STORAGE, FOLDER, lambda names: set(), KEPT_FOR)


class UploadGoneError(Exception):
    """Nothing is kept under that name, any more or at all."""


def keep_upload(file: File, ending: str) -> str:
    """Returns its name there."""
    name = f"{FOLDER}/{uuid.uuid4().hex}{ending}"
    ledger.write_for(STORAGE, name, file, KEPT_FOR)
    return name


def short_name(name: str) -> str:
    """As it stands in addresses."""
    return name.removeprefix(f"{FOLDER}/").rpartition(".")[0]


@contextmanager
def kept_upload(name: str) -> Iterator[Path]:
    """A copy of it on this machine, while this lasts. Raises UploadGoneError."""
    with tempfile.NamedTemporaryFile(prefix="import-") as copy:
        try:
            with storages[STORAGE].open(name) as file:
                shutil.copyfileobj(file, copy)
        except FileNotFoundError as error:
            raise UploadGoneError from error
        copy.flush()
        yield Path(copy.name)


def forget_upload(name: str) -> None:
    ledger.drop(STORAGE, [name])
