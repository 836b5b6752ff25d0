from __future__ import annotations

import io

import pytest

from catalog.importers.dialect import Dialect, Line, dialect_of

TABLE = "id;name\n1;Größe\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", Dialect()),
        (b"id,name\n1,A\n", Dialect()),
        (b"id;name\r\n1;A\r\n", Dialect(separator=";")),
        (b"id\tname\n", Dialect(separator="\t")),
        (b"id|name\n", Dialect(separator="|")),
        (b"sep=;\r\nid;name\r\n", Dialect(separator=";")),
        (b'"sep=|"\nid|name\n', Dialect(separator="|")),
        (b"\n \r\n\nid;name\n", Dialect(separator=";")),
        (b"id,name\r1,A\r", Dialect(line_end="\r")),
        (b'id;"GTIN, UPC, EAN, ISBN";name\n', Dialect(separator=";")),
        (b"\xef\xbb\xbfid,name\n", Dialect("utf-8-sig")),
        (TABLE.encode("utf-16"), Dialect("utf-16", separator=";")),
        (TABLE.encode("utf-16-le"), Dialect("utf-16-le", separator=";")),
        (TABLE.encode("utf-16-be"), Dialect("utf-16-be", separator=";")),
        (TABLE.encode("utf-32"), Dialect("utf-32", separator=";")),
    ],
)
def test_it_is_found_out(content: bytes, expected: Dialect) -> None:
    assert dialect_of(io.BytesIO(content)) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_lines_are_the_same_in_every_encoding(encoding: str) -> None:
    file = io.BytesIO(TABLE.encode(encoding))
    assert list(dialect_of(file).lines(file)) == [Line(1, "id;name"), Line(2, "1;Größe")]


def test_bytes_of_another_encoding_are_read_line_by_line() -> None:
    file = io.BytesIO("id\nGröße\n".encode() + "Größe\n".encode("cp1252"))
    assert list(dialect_of(file).lines(file)) == [
        Line(1, "id"),
        Line(2, "Größe"),
        Line(3, "Größe", is_clean=False),
    ]


def test_the_line_that_names_the_separator_is_no_row() -> None:
    file = io.BytesIO(b"sep=;\r\nid;name\r\n")
    assert list(dialect_of(file).lines(file)) == [Line(2, "id;name")]


def test_a_lone_carriage_return_ends_no_line_where_lines_end_otherwise() -> None:
    file = io.BytesIO(b"id,name\n1,A\rB\n")
    assert [line.text for line in dialect_of(file).lines(file)] == ["id,name", "1,A\rB"]


def test_a_cell_may_be_long() -> None:
    assert Dialect().split("1," + "long " * 40_000) == ["1", "long " * 40_000]
