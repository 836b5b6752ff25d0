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
        (
            b"sku," + b",".join(b"x%d" % one for one in range(5000)),
            "5001 columns; 300 are the most",
        ),
        (b"sku," + b"x," * 5000, "columns; 300 are the most"),
        (
            b"<rss><item>" + b"".join(b"<a%d/>" % one for one in range(400)) + b"</item></rss>",
            "300",
        ),
        (b"sku\x01\x02,\x05name\n1,2", "no table of products"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><rss><item><id>&b;</id></item></rss>', "entities"),
    ],
)
def test_what_is_no_table_is_told_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=said):
        open_table(path)
