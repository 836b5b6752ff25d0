from __future__ import annotations

from pathlib import Path

import pytest

from catalog.importers.rows import TableError
from catalog.importers.tables import open_table


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7", "no table of products"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "of an old kind"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"PK\x03\x04nothing", "no spreadsheet"),
        (b"<rss><channel></channel></rss>", "holds no products"),
        (b"<rss><channel><item><id>1</id>", "damaged in line 1"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><rss><item><id>&b;</id></item></rss>', "entities"),
    ],
)
def test_what_is_no_table_is_told_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=said):
        open_table(path)
