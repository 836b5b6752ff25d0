from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from catalog.importers.rows import Row, TableError
from catalog.importers.styles_csv import read_styles

HEADER = b"id,articleType,productDisplayName\n"


def rows_of(folder: Path, content: bytes) -> list[Row]:
    path = folder / "styles.csv"
    path.write_bytes(content)
    return list(read_styles(path))


def names_of(folder: Path, *lines: bytes) -> list[str]:
    rows = rows_of(folder, HEADER + b"\n".join(lines) + b"\n")
    return [row.cells["productDisplayName"] for row in rows]


def test_a_plain_row_is_read_with_its_line(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, HEADER + b"15970,Shirts,Blue Shirt\n")
    assert row == Row(
        2, {"id": "15970", "articleType": "Shirts", "productDisplayName": "Blue Shirt"}
    )


def test_unquoted_commas_belong_to_the_name(tmp_path: Path) -> None:
    assert names_of(tmp_path, b"1,Shirts,Red, White, and Blue") == ["Red, White, and Blue"]


def test_unquoted_commas_belong_to_the_name_wherever_it_stands(tmp_path: Path) -> None:
    content = b"id,productDisplayName,year\n1,Red, White,2012\n"
    (row,) = rows_of(tmp_path, content)
    assert row.cells == {"id": "1", "productDisplayName": "Red, White", "year": "2012"}


def test_quoted_commas_and_line_breaks_are_one_field(tmp_path: Path) -> None:
    lines = b'1,Shirts,"Red, White"', b'2,Shirts,"two\nlines"', b"3,Shirts,last"
    assert names_of(tmp_path, *lines) == ["Red, White", "two lines", "last"]


def test_lines_are_counted_across_quoted_line_breaks(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER + b'1,a,"two\nlines"\n2,b,last\n')
    assert [row.line for row in rows] == [2, 4]


def test_a_quote_that_never_closes_does_not_swallow_what_follows(tmp_path: Path) -> None:
    lines = [b'1,Bags,"15 inch bag', *(b"%d,Bags,bag" % n for n in range(2, 30))]
    names = names_of(tmp_path, *lines)
    assert len(names) == 29
    assert names[0] == '"15 inch bag'
    assert set(names[1:]) == {"bag"}


def test_a_quote_within_a_name_is_part_of_it(tmp_path: Path) -> None:
    assert names_of(tmp_path, b'1,Bags,Bag 15" wide, black') == ['Bag 15" wide, black']


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, b"\xef\xbb\xbf" + HEADER + b"1,Shirts,Shirt\n")
    assert row.cells["id"] == "1"


def test_bytes_that_are_no_utf8_are_read_and_told(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path, HEADER + b"1,Shirts,Caf\xe9 Shirt \x93x\x94\n")
    assert row.cells["productDisplayName"] == "Café Shirt \u201cx\u201d"
    assert row.repairs == ("bytes that are no UTF-8, read as Windows-1252",)


def test_windows_line_ends_blank_lines_and_nul_bytes_do_no_harm(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER.strip() + b"\r\n\r\n1,Shirts,A\x00B\r\n   \r\n2,Shirts,C\r\n")
    assert [(row.line, row.cells["productDisplayName"]) for row in rows] == [(3, "A B"), (5, "C")]


def test_too_few_fields_are_a_problem_of_that_row_only(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, HEADER + b"1,Shirts\n2,Shirts,Good\n")
    assert [row.problem for row in rows] == ["has 2 of 3 fields", ""]


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        (b"", "no column id, productDisplayName"),
        (b"id,other\n", "no column productDisplayName"),
        (b"\x00\xff\n", "no column id, productDisplayName"),
    ],
)
def test_a_file_without_the_columns_is_refused(
    tmp_path: Path, content: bytes, missing: str
) -> None:
    with pytest.raises(TableError, match=f"The first line of .*styles.csv has {missing}."):
        rows_of(tmp_path, content)


def test_rows_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "styles.csv"
    path.write_bytes(HEADER + b"1,Shirts,Shirt\n" * 200_000)
    rows = read_styles(path)
    assert len(list(itertools.islice(rows, 3))) == 3
    rows.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "content",
    [
        b"id;articleType;productDisplayName\n1;Shirts;Blue, soft\n",
        b"sep=;\r\nid;articleType;productDisplayName\r\n1;Shirts;Blue, soft\r\n",
        b"id\tarticleType\tproductDisplayName\n1\tShirts\tBlue, soft\n",
        b"\n\n" + HEADER + b"1,Shirts,Blue, soft\n",
        HEADER.replace(b"\n", b"\r") + b"1,Shirts,Blue, soft\r",
        (HEADER + b"1,Shirts,Blue, soft\n").decode().encode("utf-16"),
    ],
)
def test_every_dialect_says_the_same(tmp_path: Path, content: bytes) -> None:
    (row,) = rows_of(tmp_path, content)
    assert row.cells == {"id": "1", "articleType": "Shirts", "productDisplayName": "Blue, soft"}


def test_a_long_description_is_read_whole(tmp_path: Path) -> None:
    described = "\n".join(f"Line {number}: washable, soft" for number in range(40))
    content = f'id,description,productDisplayName\n1,"{described}",Shirt\n2,,Next\n'
    rows = rows_of(tmp_path, content.encode())
    assert [row.cells["productDisplayName"] for row in rows] == ["Shirt", "Next"]
    assert rows[0].cells["description"] == described.replace("\n", " ")
    assert rows[1].line == 42


def test_a_cell_of_hundreds_of_thousands_of_characters_is_read(tmp_path: Path) -> None:
    content = f'id,description,productDisplayName\n1,"{"soft " * 40_000}",Shirt\n2,,Next\n'
    assert [row.cells["id"] for row in rows_of(tmp_path, content.encode())] == ["1", "2"]
