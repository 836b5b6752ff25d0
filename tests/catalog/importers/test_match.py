from __future__ import annotations

from pathlib import Path

import pytest

from catalog.importers.match import Match
from catalog.importers.rows import TableError
from catalog.importers.table_reader import matched_table
from catalog.importers.tables import open_table

pytestmark = pytest.mark.django_db


def match(folder: Path, text: str, **chosen: str) -> Match:
    path = folder / "table.csv"
    path.write_text(text)
    return matched_table(open_table(path), chosen)


def test_names_and_synonyms_are_known_in_any_case(tmp_path: Path) -> None:
    found = match(tmp_path, "ARTIKELNUMMER;Bezeichnung;Preis;Farbe;EAN;Gewicht\n1;A;2;x;;3\n")
    assert found.columns == {
        "ARTIKELNUMMER": "id",
        "Bezeichnung": "productDisplayName",
        "Preis": "price",
        "Farbe": "baseColour",
        "EAN": "gtin",
        "Gewicht": "",
    }
    assert found.unknown == ["Gewicht"]
    assert "Not known and left out: Gewicht" in list(found.notes())


def test_what_a_name_does_not_tell_the_content_does(tmp_path: Path) -> None:
    text = (
        "nr,what,a,b,c,d,e\n"
        "X1,Tee,https://x.example/1.jpg,https://x.example/p1,red,4006381333931,12 EUR\n"
        "X2,Cap,https://x.example/2.jpg,https://x.example/p2,navy,4006381333931,9 EUR\n"
    )
    assert match(tmp_path, text).columns == {
        "nr": "id",
        "what": "",
        "a": "image_link",
        "b": "link",
        "c": "baseColour",
        "d": "gtin",
        "e": "price",
    }


def test_what_somebody_says_goes_before_all(tmp_path: Path) -> None:
    text = "sku,price,uvp,name\n1,2,3,A\n"
    found = match(tmp_path, text, UVP="Price", name="")
    assert found.columns == {"sku": "id", "price": "", "uvp": "price", "name": ""}


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"prize": "price"}, "There is no column prize. There are: sku, price"),
        ({"price": "cost"}, "No column can be cost. It can be: "),
        ({"price": "name", "sku": "title"}, "Two columns are said to be productDisplayName"),
    ],
)
def test_a_choice_that_cannot_be_is_told(tmp_path: Path, chosen: dict[str, str], said: str) -> None:
    with pytest.raises(TableError, match=said):
        match(tmp_path, "sku,price\n1,2\n", **chosen)
