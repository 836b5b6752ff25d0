from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import PatternFill

from catalog.importers.tables import open_table
from catalog.importers.xlsx import text_of


def test_blank_rows_and_cells_that_are_only_formatted_are_nothing(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("Products")
    for line, row in {3: ["SKU", "Name", "Price"], 5: [15970.0, "Shirt", 1.299]}.items():
        for at, value in enumerate(row, start=1):
            sheet.cell(line, at, value)
    for line in range(6, 400):
        sheet.cell(line, 9).fill = PatternFill("solid", fgColor="FF0000")
    book.save(tmp_path / "products.xlsx")
    table = open_table(tmp_path / "products.xlsx")
    assert list(table.header) == ["SKU", "Name", "Price"]
    (row,) = table.rows()
    assert (row.line, row.problem) == (5, "")
    assert row.cells == {"SKU": "15970", "Name": "Shirt", "Price": "1.2990"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "1"),
        (12.5, "12.5"),
        (date(2024, 3, 1), "2024-03-01"),
        (" a ", "a"),
        (1e15, "1000000000000000"),
    ],
)
def test_a_cell_is_its_text(value: object, text: str) -> None:
    assert text_of(value) == text
