from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from catalog.models import Product, Variant
from tests.helpers import MakeProduct

pytestmark = pytest.mark.django_db


def exported(client: Client) -> str:
    form = {"format": "0", "resource": ""}
    page = client.get("/admin/catalog/product/export/")
    fields = page.context["form"].fields
    form |= {name: "on" for name in fields if name.startswith("productresource")}
    return client.post("/admin/catalog/product/export/", form).content.decode()


def test_an_export_has_a_column_for_each_attribute(
    admin_client: Client, make_product: MakeProduct
) -> None:
    make_product("1", name="=Tee", price="9.90", item_type="tshirts", colour="red")
    text = exported(admin_client)
    assert text.startswith(
        "sku,name,description,brand,price,currency,product_url,year,status,item_group_id,size,"
    )
    assert "9.90" in text
    assert "tshirts" in text
    assert ",'=Tee," in text  # a spreadsheet would run it without


def test_an_export_has_a_row_for_each_variant_and_comes_back_unchanged(
    admin_client: Client, make_product: MakeProduct, tmp_path: Path
) -> None:
    product = make_product(
        "1",
        price="20",
        sale_price="15",
        sale_until=date(2030, 1, 2),
        options={"Größe": "S", "Color": "Red"},
        barcode="0400000000015",
        colour="red",
        quantity=3,
        collections=["Summer"],
        tags=["new", "sale"],
    )
    large = product.variants.create(sku="1/L", options={"Größe": "L", "Color": "Blue"})
    large.offers.create(price=25, availability="preorder")
    Product.objects.create(sku="bare", name="Nothing yet")
    text = exported(admin_client)
    small, other, bare = sorted(text.splitlines()[1:])
    assert ",1,S,0400000000015,15.00,/2030-01-02,in_stock,3," in small
    assert other.startswith("1/L,")
    assert ",1,L,,,,preorder,," in other
    assert bare.startswith("bare,")
    (tmp_path / "export.csv").write_text(text)
    rows = list(Variant.objects.exclude(sku="bare").values())
    for _ in range(2):
        out = io.StringIO()
        call_command("import_products", tmp_path / "export.csv", stdout=out)
        assert Product.objects.count() == 2
        assert list(Variant.objects.exclude(sku="bare").values()) == rows
    assert "0 added, 0 updated, 2 unchanged" in out.getvalue()
