from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from import_export.formats.base_formats import CSV, XLSX

from catalog.importers.formulas import quoted, unquoted
from catalog.importers.spreadsheet import ProductResource
from catalog.models import Product
from jobs import queue
from tests.helpers import MakeProduct

RUN = ['=HYPERLINK("http://evil.example")', "+1 for it", "-20 % off", "@home", "'=quoted", "''=two"]
PLAIN = ["Dress", "", "a=b", "-5", "+3.50", "it's", "'twas the night"]


@pytest.mark.parametrize("text", RUN)
def test_what_would_be_run_begins_with_an_apostrophe_and_comes_back(text: str) -> None:
    assert quoted(text) == f"'{text}"
    assert unquoted(quoted(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert quoted(text) == unquoted(text) == text


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [CSV, XLSX])
def test_an_export_runs_nothing_and_an_import_takes_it_back_unchanged(
    make_product: MakeProduct, tmp_path: Path, kind: Any
) -> None:
    for at, text in enumerate([*RUN, *filter(None, PLAIN)]):
        make_product(f"sku-{at}", name=text, brand=text)
    made = kind().export_data(ProductResource().export())
    table = tmp_path / "products"
    table.write_bytes(made if isinstance(made, bytes) else made.encode())
    if kind is CSV:
        cells = [cell for row in csv.reader(io.StringIO(made)) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+1"))]
    before = list(Product.objects.order_by("pk").values_list("sku", "name", "brand"))
    Product.objects.update(name="changed", brand="changed")
    queue.run_here("import_table", path=str(table))
    assert list(Product.objects.order_by("pk").values_list("sku", "name", "brand")) == before
