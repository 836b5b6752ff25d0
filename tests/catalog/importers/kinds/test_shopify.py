from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.catalog.importers.tables import case, read, read_text

pytestmark = pytest.mark.django_db
HEADER = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,"
    "Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,"
    "Variant Compare At Price,Variant Barcode,Image Src,Image Position,Image Alt Text,"
    "Google Shopping / Gender,Status\n"
)
ROWS = (
    'tee,Tee,"<p>Soft &amp; <b>red</b></p><ul><li>One</li></ul>",Acme,T-Shirts,"a, b",true,Size,S,'
    "T/S,shopify,3,deny,7.96,9.95,'0400000000015,https://x.example/2.jpg,2,Behind,male,active\n"
    "tee,,,,,,,,M,T/M,shopify,0,deny,9.95,,,https://x.example/1.jpg,1,In front,,\n"
    "tee,,,,,,,,,,,,,,,,https://x.example/3.jpg,3,,,\n"
    "cap,Cap,,,Caps,,true,Title,Default Title,,,,,5.00,,,,,,,draft\n"
)


def test_rows_of_one_handle_are_one_product(tmp_path: Path) -> None:
    found = read_text(tmp_path, HEADER + ROWS)
    assert list(found.products) == ["tee", "cap"]
    tee = found.products["tee"]
    assert tee.said == {
        "name": "Tee",
        "description": "Soft & red\nOne",
        "brand": "Acme",
        "status": "active",
    }
    assert tee.tags == ["a", "b"]
    assert tee.labels == {"item_type": "t-shirts", "gender": "male"}
    assert found.log == []


def test_each_variant_has_its_number_options_and_offer(tmp_path: Path) -> None:
    small, medium = read_text(tmp_path, HEADER + ROWS).products["tee"].variants
    assert (small.sku, small.options, small.barcode) == ("T/S", {"Size": "S"}, "0400000000015")
    assert small.offers[0].said == {
        "price": Decimal("9.95"),
        "sale_price": Decimal("7.96"),
        "quantity": 3,
        "availability": "in_stock",
    }
    assert medium.offers[0].said["availability"] == "out_of_stock"
    assert medium.offers[0].said["sale_price"] is None


def test_photos_stand_in_their_places(tmp_path: Path) -> None:
    media = read_text(tmp_path, HEADER + ROWS).products["tee"].media
    assert [(one.url[-5:], one.alt) for one in media] == [
        ("1.jpg", "In front"),
        ("2.jpg", "Behind"),
        ("3.jpg", ""),
    ]


def test_a_product_without_a_number_goes_by_its_handle(tmp_path: Path) -> None:
    cap = read_text(tmp_path, HEADER + ROWS).products["cap"]
    assert cap.variants[0].sku == "cap"
    assert cap.variants[0].options == {}
    assert cap.said["status"] == "draft"


def test_an_export_of_a_shop_comes_whole() -> None:
    found = read(case("shop-files/shopify-products.csv"))
    assert len(found.products) == 25
    assert found.log == []
    states = [one.said["status"] for one in found.products.values()]
    assert (states.count("archived"), states.count("draft")) == (2, 1)
    shirt = found.products["puma-men-red-t-shirt"]
    assert [one.sku for one in shirt.variants] == [
        f"LN00021/{one}" for one in ("S", "M", "L", "XL")
    ]
    assert len(shirt.media) == 2
    flops = found.products["bata-men-lite-black-flip-flops"].variants[0].offers[0].said
    assert (flops["price"], flops["sale_price"]) == (Decimal("9.95"), Decimal("7.96"))


def test_the_newer_names_of_columns_are_known(tmp_path: Path) -> None:
    text = (
        "Title,URL handle,Description,Vendor,Type,Status,SKU,Option1 name,Option1 value,Price,"
        "Compare-at price,Inventory tracker,Inventory quantity,Continue selling when out of stock,"
        "Product image URL\n"
        "Tee,tee,Soft,Acme,T-Shirts,Active,T-S,Size,S,5,,shopify,0,TRUE,https://x.example/1.jpg\n"
    )
    tee = read_text(tmp_path, text).products["tee"]
    assert (tee.said["status"], tee.labels["item_type"]) == ("active", "t-shirts")
    assert tee.variants[0].offers[0].said["availability"] == "backorder"
    assert len(tee.media) == 1
