"""Imports a Kaggle-shaped folder: `styles.csv` and `images/<id>.jpg`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from catalog.importers.headings import NAME, SKU
from catalog.importers.table_import import Order, import_file
from catalog.importers.unlisted import KEEP
from catalog.slugs import slug_of
from jobs.queue import JobError, Report

PHOTO_SUFFIXES = (
    *(".jpg", ".jpeg", ".png", ".webp"),
    *(".gif", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp"),
)


def import_folder(
    report: Report,
    *,
    path: str,
    columns: Mapping[str, str] | None = None,
    source: str = "",
    dry_run: bool = False,
    limit: int | None = None,
    unlisted: str = KEEP,
) -> dict[str, Any]:
    """`import_file` of its styles.csv, with the photos of the folder."""
    folder = Path(path)
    styles = folder / "styles.csv"
    if not styles.is_file():
        raise JobError(f"There is no styles.csv in {folder}. Give the folder that holds it.")
    order = Order(
        columns or {}, source, dry_run, limit, unlisted, Photos(folder), needed=(SKU, NAME)
    )
    return import_file(report, styles, order, name=styles.name)


def is_photo(name: str) -> bool:
    """By its ending; what macOS puts beside each file begins with a dot."""
    return Path(name).suffix.lower() in PHOTO_SUFFIXES and not name.startswith(".")


class Photos:
    """The photos of a folder by the name before the ending, in any case: those in images/ first,
    then those deeper in it, then those beside it."""

    def __init__(self, folder: Path) -> None:
        self._by_name: dict[str, Path] = {}
        beside = (path for path in sorted(folder.iterdir()) if path.is_file())
        for path in chain(_files_below(folder / "images"), beside):
            if is_photo(path.name):
                self._by_name.setdefault(path.stem.casefold(), path)

    def path(self, sku: str) -> Path | None:
        names = (sku.casefold(), slug_of(sku).casefold())
        return next((self._by_name[name] for name in names if name in self._by_name), None)

    def read(self, sku: str) -> bytes | None:
        path = self.path(sku)
        return path.read_bytes() if path else None


def _files_below(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(where) / name for name in sorted(names, key=_ending))


def _ending(name: str) -> tuple[int, str]:
    """Of two photos of one name, that which stands first in PHOTO_SUFFIXES."""
    ending = Path(name).suffix.lower()
    return (PHOTO_SUFFIXES.index(ending) if ending in PHOTO_SUFFIXES else 99), name
