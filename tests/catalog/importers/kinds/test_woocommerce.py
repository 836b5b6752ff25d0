from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.catalog.importers.tables import case, read, read_text

pytestmark = pytest.mark.django_db
HEADER = (
    "ID,Type,SKU,Name,Published,Short description,Description,In stock?,Stock,Backorders allowed?,"
    "Sale price,Regular price,Categories,Tags,Images,Parent,Brands,Attribute 1 name,"
    "Attribute 1 value(s),Attribute 2 name,Attribute 2 value(s)\n"
)
PARENT = (
    '7,variable,TEE,Tee,1,,<p>Soft</p>,1,,0,,,"Men, Men > T-Shirts",a,'
    '"https://x.example/a, b.jpg, https://x.example/2.jpg",,Acme,Color,Red,Size,"S, M"\n'
)
CHILDREN = (
    "8,variation,TEE-S,Tee - S,1,,,1,3,0,7.96,9.95,,,,id:7,,,,Size,S\n"
    "9,variation,TEE-M,Tee - M,1,,,0,0,1,,9.95,,,,TEE,,,,Size,M\n"
)


@pytest.mark.parametrize("rows", [PARENT + CHILDREN, CHILDREN + PARENT])
def test_variations_are_of_their_parent_wherever_it_stands(tmp_path: Path, rows: str) -> None:
    found = read_text(tmp_path, HEADER + rows)
    tee = found.products["TEE"]
    assert [one.sku for one in tee.variants] == ["TEE-S", "TEE-M"]
    assert [one.options for one in tee.variants] == [{"Size": "S"}, {"Size": "M"}]
    assert tee.said["description"] == "Soft"
    assert tee.labels == {"item_type": "t-shirts", "colour": "red"}
    assert [one.url for one in tee.media] == [
        "https://x.example/a,%20b.jpg",
        "https://x.example/2.jpg",
    ]
    assert found.log == []


def test_offers_are_those_of_the_variations(tmp_path: Path) -> None:
    small, medium = read_text(tmp_path, HEADER + PARENT + CHILDREN).products["TEE"].variants
    assert small.offers[0].said["sale_price"] == Decimal("7.96")
    assert medium.offers[0].said["sale_price"] is None
    assert medium.offers[0].said["availability"] == "backorder"


def test_a_variation_without_its_parent_is_told(tmp_path: Path) -> None:
    found = read_text(tmp_path, HEADER + CHILDREN.splitlines()[1] + "\n")
    assert found.products == {}
    assert found.log == ["line 2: its parent 'TEE' is not in the file; skipped"]


def test_an_export_of_a_shop_comes_whole() -> None:
    found = read(case("shop-files/woocommerce-products.csv"))
    assert len(found.products) == 18
    assert found.log == []
    flops = found.products["LN00004"]
    assert len(flops.variants) == 5
    said = flops.variants[0].offers[0].said
    assert (said["price"], said["sale_price"]) == (Decimal("9.95"), Decimal("7.96"))
    assert flops.labels == {"item_type": "flip flops", "colour": "black"}


def test_a_german_export_is_known(tmp_path: Path) -> None:
    text = (
        "ID,Typ,Artikelnummer,Name,Veröffentlicht,Vorrätig?,Angebotspreis,Regulärer Preis,Bilder,"
        "Übergeordnetes Produkt,Attribut 1 Name,Attribut 1 Wert(e)\n"
        '7,variable,T,Hemd,1,1,,,,,Farbe,Rot\n8,variation,T-S,Hemd,1,1,,"9,95",,T,Größe,S\n'
    )
    shirt = read_text(tmp_path, text).products["T"]
    assert shirt.labels["colour"] == "rot"
    assert shirt.variants[0].options == {"Größe": "S"}
    assert shirt.variants[0].offers[0].said["price"] == Decimal("9.95")
