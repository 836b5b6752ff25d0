"""Variants and offers of what is imported: all are kept, and what the shop has set stays."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command

from catalog.models import Offer, Product, Variant

pytestmark = pytest.mark.django_db
HEADER = (
    "sku,name,item_group_id,size,color,ean,price,currency,sale price,sale dates,availability,"
    "stock,url\n"
)
SMALL = (
    "T/S,Tee - S,tee,S,Red,0400000000015,20.00,EUR,15.00,2024-03-01/2024-03-31,in stock,3,"
    "https://x.example/s\n"
)
LARGE = "T/L,Tee - L,tee,L,Blue,,25.00,EUR,,,out of stock,0,https://x.example/l\n"


def run(folder: Path, text: str) -> str:
    """The last line that is told."""
    (folder / "table.csv").write_text(text)
    out = io.StringIO()
    call_command("import_products", folder / "table.csv", stdout=out)
    return out.getvalue().splitlines()[-1]


def test_rows_of_one_group_are_kept_whole(tmp_path: Path) -> None:
    assert run(tmp_path, HEADER + SMALL + LARGE).startswith("2 rows: 1 added")
    product = Product.objects.get()
    assert (product.sku, product.name) == ("T/S", "Tee")
    small, large = product.variants.all()
    assert (small.sku, small.slug, small.barcode) == ("T/S", "T-S", "0400000000015")
    assert (small.options, large.options) == (
        {"Size": "S", "Color": "Red"},
        {"Size": "L", "Color": "Blue"},
    )
    offer = small.offers.get()
    assert (offer.price, offer.sale_price, offer.currency) == (Decimal(20), Decimal(15), "EUR")
    assert (offer.sale_from, offer.sale_until) == (date(2024, 3, 1), date(2024, 3, 31))
    assert (offer.availability, offer.quantity) == ("in_stock", 3)
    assert large.offers.get().availability == "out_of_stock"
    assert large.offers.get().product_url == "https://x.example/l"


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    text = HEADER + SMALL + LARGE
    run(tmp_path, text)
    before = list(Offer.objects.values())
    assert "0 added, 0 updated, 1 unchanged" in run(tmp_path, text)
    Product.objects.update(import_digest="")
    assert "0 added, 0 updated, 1 unchanged" in run(tmp_path, text)
    assert list(Offer.objects.values()) == before


def test_a_price_list_of_variants_changes_these_alone(tmp_path: Path) -> None:
    run(tmp_path, HEADER + SMALL + LARGE)
    assert "0 added, 1 updated" in run(tmp_path, "sku,price\nT/L,19.00\n")
    prices = Offer.objects.values_list("variant__sku", "price", "product_url")
    assert sorted(prices) == [
        ("T/L", Decimal(19), "https://x.example/l"),
        ("T/S", Decimal(20), "https://x.example/s"),
    ]
    assert Product.objects.get().name == "Tee"


def test_what_the_shop_has_set_stays_and_the_rest_follows(tmp_path: Path) -> None:
    run(tmp_path, HEADER + SMALL + LARGE)
    Offer.objects.filter(variant__sku="T/S").update(price="18.00")
    Variant.objects.filter(sku="T/S").update(options={"Size": "Small"})
    text = SMALL.replace("20.00", "21.00").replace(",3,", ",2,").replace(",S,", ",XS,")
    run(tmp_path, HEADER + text + LARGE)
    small = Variant.objects.get(sku="T/S")
    assert (small.options, small.offers.get().price) == ({"Size": "Small"}, Decimal(18))
    assert small.offers.get().quantity == 2


def test_options_that_a_source_has_set_it_changes(tmp_path: Path) -> None:
    run(tmp_path, HEADER + SMALL + LARGE)
    run(tmp_path, HEADER + SMALL.replace(",S,", ",XS,") + LARGE)
    assert Variant.objects.get(sku="T/S").options == {"Color": "Red", "Size": "XS"}


def test_a_product_is_known_by_any_of_its_variants(tmp_path: Path) -> None:
    run(tmp_path, HEADER + SMALL + LARGE)
    new = LARGE.replace("T/L", "T/XL").replace(",L,", ",XL,")
    assert "0 added, 1 updated" in run(tmp_path, HEADER + new + LARGE)
    product = Product.objects.get()
    assert product.sku == "T/S"
    assert sorted(product.variants.values_list("sku", flat=True)) == ["T/L", "T/S", "T/XL"]


def test_a_variant_goes_to_the_product_that_a_source_says(tmp_path: Path) -> None:
    run(tmp_path, "sku,name\nA,Tee\nB,Other tee\n")
    run(tmp_path, "sku,name,item_group_id\nA,Tee,tee\nB,Tee,tee\n")
    assert Variant.objects.get(sku="B").product.sku == "A"
    assert Offer.objects.count() == 2


def test_what_is_not_mentioned_is_not_emptied(tmp_path: Path) -> None:
    run(tmp_path, HEADER + SMALL)
    run(tmp_path, "sku,name\nT/S,Shirt\n")
    small = Variant.objects.get()
    assert (small.barcode, small.options) == ("0400000000015", {"Size": "S"})
    assert small.offers.get().price == Decimal(20)


def test_collections_and_tags_are_kept_until_a_source_says_otherwise(tmp_path: Path) -> None:
    header = "sku,name,collections,tags\n"
    run(tmp_path, header + '1,Tee,"Summer, Basics","new, sale"\n')
    run(tmp_path, "sku,name\n1,Shirt\n")
    product = Product.objects.get()
    assert (product.collections, product.tags) == (["Summer", "Basics"], ["new", "sale"])
    Product.objects.update(tags=["ours"])
    assert "1 updated" in run(tmp_path, header + "1,Shirt,Winter,old\n")
    product = Product.objects.get()
    assert (product.collections, product.tags) == (["Winter"], ["ours"])
    run(tmp_path, header + "1,Shirt,,\n")
    assert Product.objects.get().collections == []
