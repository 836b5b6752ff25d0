from __future__ import annotations

import pytest
from django.test import Client

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
    assert text.startswith("sku,name,description,brand,price,currency,product_url,year,status,")
    assert "9.90" in text
    assert "tshirts" in text
    assert ",=Tee" not in text  # a spreadsheet would run it
