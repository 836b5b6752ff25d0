"""Brings a backup back into an empty place."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.files.base import File
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import transaction

from catalog.models import Product
from operations import tables
from operations.backup import FORMAT, MANIFEST, STORAGES, BackupError, Progress


def restore_backup(source: Path, say: Progress) -> dict[str, Any]:
    """Files and artifacts first, rows last and all at once: what was stopped can be run again.

    Returns the manifest. Raises BackupError if the place is not empty or the file is no backup of
    this version.
    """
    try:
        with tarfile.open(source, "r:") as tar:
            manifest = _read_manifest(tar, source)
            call_command("migrate", verbosity=0)
            _check_place(manifest, source)
            for name in STORAGES:
                say(f"{_put_files(tar, name)} files of {name}")
            _put_artifacts(tar)
            say(f"{_put_rows(tar, manifest)} rows")
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{source} is no backup, or it is damaged: {error}") from error
    return manifest


def _read_manifest(tar: tarfile.TarFile, source: Path) -> dict[str, Any]:
    try:
        file = tar.extractfile(MANIFEST)
        manifest: dict[str, Any] = json.load(file) if file else {}
    except (KeyError, ValueError) as error:
        raise BackupError(f"{source} is no backup: it has no {MANIFEST}.") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{source} is not of format {FORMAT}.")
    return manifest


def _check_place(manifest: dict[str, Any], source: Path) -> None:
    if manifest["migrations"] != tables.migrations():
        raise BackupError(
            f"{source} is of another version of this software. Restore it with that version, "
            "then upgrade."
        )
    for model in (Product, get_user_model()):
        if model._base_manager.exists():
            raise BackupError(
                f"The database has {model._meta.verbose_name_plural} already. A backup is restored "
                "into an empty database only."
            )
    if (Path(settings.ARTIFACTS_DIR) / "index").exists():
        raise BackupError(f"{settings.ARTIFACTS_DIR} has an index already. Move it away first.")


def _below(tar: tarfile.TarFile, folder: str) -> Iterator[tuple[tarfile.TarInfo, str]]:
    """The members of a folder, with their names within it."""
    for info in tar.getmembers():
        if info.name.startswith(folder):
            yield info, info.name.removeprefix(folder)


def _put_files(tar: tarfile.TarFile, storage_name: str) -> int:
    storage, count = storages[storage_name], 0
    for info, name in _below(tar, f"files/{storage_name}/"):
        packed = tar.extractfile(info)
        if packed is not None and not storage.exists(name):
            storage.save(name, File(packed, name))
            count += 1
    return count


def _put_artifacts(tar: tarfile.TarFile) -> None:
    """Unpacked beside, then moved: an index is there completely or not at all."""
    root = Path(settings.ARTIFACTS_DIR)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=root) as made:
        members = [info for info, _ in _below(tar, "artifacts/")]
        tar.extractall(made, members, filter="data")
        for path in sorted(Path(made, "artifacts").glob("*")):
            if (root / path.name).is_dir():
                shutil.rmtree(root / path.name)
            path.replace(root / path.name)


def _put_rows(tar: tarfile.TarFile, manifest: dict[str, Any]) -> int:
    with tempfile.TemporaryDirectory(prefix="restore-") as made:
        members = [info for info, _ in _below(tar, "database/")]
        tar.extractall(made, members, filter="data")
        with transaction.atomic():
            tables.empty_all()
            for label, count in manifest["rows"].items():
                model = apps.get_model(label)
                found = tables.read_table(model, Path(made, "database", f"{label}.jsonl.gz"))
                if found != count:
                    raise BackupError(f"{label} has {found} rows instead of {count}.")
    tables.go_on_counting()
    return sum(manifest["rows"].values())
