"""Puts a file into a storage, all of it or nothing."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage

DRAFT = ".part"


def place(store: Storage, name: str, content: File[Any]) -> None:
    """Under this very name. In a folder it is written beside and renamed, so that no name ever
    leads to half a file; S3 does so by itself. Raises OSError."""
    if isinstance(store, FileSystemStorage):
        _place_in_folder(store, Path(store.path(name)), content)
    else:
        store.delete(name)
        store.save(name, content)


def _place_in_folder(store: FileSystemStorage, path: Path, content: File[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid.uuid4().hex}{DRAFT}")
    try:
        with draft.open("xb") as file:
            for chunk in content.chunks():
                file.write(chunk)
        if store.file_permissions_mode is not None:
            draft.chmod(store.file_permissions_mode)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
