"""Everything the service has learnt and was given, in one file: database, photos, artifacts.

manifest.json                      what it holds, and what the database was brought to
database/<app>.<model>.jsonl.gz    the rows of one moment
files/default/... private/...      photos of the catalogue, photos of searches
artifacts/...                      backbones, heads, indexes

Rows are read first. A photo that came later is one too many, which does no harm; one that went
meanwhile is counted. Versions of heads and indexes never change. The secret key is not in it.
"""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import storages

from files.sweeping import files_of
from operations import tables

FORMAT = 1
MANIFEST = "manifest.json"
STORAGES = ("default", "private")
Progress = Callable[[str], None]


class BackupError(Exception):
    """It cannot be written or restored; the message says why and what to do."""


def write_backup(target: Path, say: Progress) -> dict[str, Any]:
    """Makes `target`, a tar file, and returns its manifest. What is half done leaves nothing.

    Raises BackupError if it is there already, OSError if it cannot be written.
    """
    if target.exists():
        raise BackupError(f"{target} is there already. Name another file.")
    draft = target.with_name(f".{target.name}.part")
    try:
        with tarfile.open(draft, "w") as tar:
            manifest = _fill(tar, say)
        draft.chmod(0o600)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def _fill(tar: tarfile.TarFile, say: Progress) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="backup-") as made:
        folder = Path(made)
        manifest = {
            "format": FORMAT,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "rows": _write_rows(folder, say),
            "migrations": tables.migrations(),
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
        tar.add(folder / MANIFEST, MANIFEST)
        for path in sorted(folder.glob("*.gz")):
            tar.add(path, f"database/{path.name}")
    counts = {name: _add_files(tar, name, say) for name in STORAGES}
    artifacts = _add_artifacts(tar)
    say(f"{artifacts} files of artifacts")
    return manifest | {"files": counts, "artifacts": artifacts}


def _write_rows(folder: Path, say: Progress) -> dict[str, int]:
    counts = {}
    with tables.one_moment():
        for model in tables.tables():
            label = model._meta.label_lower
            counts[label] = tables.write_table(model, folder / f"{label}.jsonl.gz")
    say(f"{sum(counts.values())} rows of {len(counts)} tables")
    return counts


def _add_files(tar: tarfile.TarFile, storage_name: str, say: Progress) -> int:
    storage, count, gone = storages[storage_name], 0, 0
    for name in files_of(storage):
        try:
            with storage.open(name) as file:
                info = tarfile.TarInfo(f"files/{storage_name}/{name}")
                info.size = file.size
                tar.addfile(info, file)
                count += 1
        except FileNotFoundError:
            gone += 1
    say(f"{count} files of {storage_name}" + (f", {gone} went meanwhile" if gone else ""))
    return count


def _add_artifacts(tar: tarfile.TarFile) -> int:
    """Without drafts: what is not complete yet."""
    root, before = Path(settings.ARTIFACTS_DIR), len(tar.getnames())
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        tar.add(path, f"artifacts/{path.name}", filter=_complete)
    return len(tar.getnames()) - before


def _complete(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if "/." in info.name else info
