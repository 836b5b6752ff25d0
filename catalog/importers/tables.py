"""Any file that holds a table of products, opened by what is in it and not by its ending."""

from __future__ import annotations

import re
from pathlib import Path

from catalog.importers.rows import Table, TableError
from catalog.importers.text_table import read_text
from catalog.importers.xlsx import read_xlsx
from catalog.importers.xml_feed import read_xml

OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"
NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{", b"[")


def open_table(path: Path) -> Table:
    """Raises TableError for what is none."""
    with path.open("rb") as file:
        begin = file.read(512)
    if begin.startswith(b"PK"):
        return read_xlsx(path)
    if begin.startswith(OLD_SPREADSHEET):
        raise TableError("old_sheet")
    plain = re.sub(rb"^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)|\x00", b"", begin).lstrip()
    if plain.lower().startswith((b"<!doctype html", b"<html")):
        raise TableError("web_page")
    if plain.startswith(b"<"):
        return read_xml(path)
    if plain.startswith(NO_TABLES):
        raise TableError("no_table")
    return read_text(path)
