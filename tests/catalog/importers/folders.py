"""Folders of products as an import reads them, and what it says of them."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.helpers import encoded, picture

COLUMNS = (
    "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,"
    "productDisplayName"
)
ROW = "{id},Men,Apparel,Topwear,Tshirts,Red,Summer,2012,Casual,Tee {id}"
RED, BLUE = encoded(picture("red")), encoded(picture("blue"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three good products."""
    made = tmp_path / "data"
    (made / "images").mkdir(parents=True)
    write(made, *(ROW.format(id=number) for number in (1, 2, 3)))
    for number in (1, 2, 3):
        (made / f"images/{number}.jpg").write_bytes(encoded(picture("red"), quality=80 + number))
    return made


def write(folder: Path, *rows: str, columns: str = COLUMNS) -> None:
    (folder / "styles.csv").write_text("\n".join([columns, *rows]) + "\n")


def run(folder: Path, **options: Any) -> list[str]:
    out = io.StringIO()
    call_command("import_products", folder, stdout=out, **options)
    return out.getvalue().splitlines()


def media(folder: Path) -> list[str]:
    root = folder.parent / "media"
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def counts(line: str) -> str:
    assert re.search(r" in [0-9.]+ s$", line), line
    return re.sub(r" in [0-9.]+ s$", "", line)


def summary(**found: int) -> str:
    zero = dict.fromkeys(
        ["rows", "added", "updated", "unchanged", "skipped", "without_photo", "problems"], 0
    )
    return (
        "{rows} rows: {added} added, {updated} updated, {unchanged} unchanged, {skipped} skipped, "
        "{without_photo} without a photo, {problems} problems".format(**(zero | found))
    )
