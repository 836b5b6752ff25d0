from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from catalog.importers.spreadsheet import AmountWidget
from catalog.models import Product
from tests.helpers import MakeProduct, text_of

pytestmark = pytest.mark.django_db


def import_csv(admin_client: Client, text: str, *, confirm: bool = True) -> Any:
    file = SimpleUploadedFile("products.csv", text.encode(), "text/csv")
    page = admin_client.post("/admin/catalog/product/import/", {"import_file": file, "format": "0"})
    form = page.context.get("confirm_form")
    if form is None or not confirm:
        return page
    return admin_client.post("/admin/catalog/product/process_import/", form.initial, follow=True)


def test_a_csv_is_previewed_and_then_imported(
    admin_client: Client, make_product: MakeProduct
) -> None:
    make_product("1", name="Old", item_type="tshirts")
    text = "sku,name,price,is_active,baseColour\n1,New,12.50,0,Red\n2,Second,,1,\n"
    page = import_csv(admin_client, text, confirm=False)
    assert "New" in text_of(page)
    assert Product.objects.get().name == "Old"
    import_csv(admin_client, text)
    first = Product.objects.get(sku="1")
    assert (first.name, str(first.price), first.is_active) == ("New", "12.50", False)
    assert first.label("colour") == "red"
    assert Product.objects.get(sku="2").name == "Second"


def test_rows_with_errors_are_named_and_nothing_is_written(admin_client: Client) -> None:
    page = import_csv(admin_client, "sku,name,price\n1,Fine,3\n2,Bad,dear\n,Worse,1\n")
    text = text_of(page)
    assert "'dear' is no amount." in text
    assert "An article number has 1 to 64 characters." in text
    assert not Product.objects.exists()


def test_an_export_comes_back_as_it_was(admin_client: Client, make_product: MakeProduct) -> None:
    make_product("1", name="=Tee", price="9.90", item_type="tshirts", colour="red")
    form = {"format": "0", "resource": ""}
    page = admin_client.get("/admin/catalog/product/export/")
    form |= {
        name: "on" for name in page.context["form"].fields if name.startswith("productresource")
    }
    exported = admin_client.post("/admin/catalog/product/export/", form).content.decode()
    assert exported.startswith("sku,name,")
    assert "9.90" in exported
    assert "tshirts" in exported
    assert ",=Tee" not in exported  # a spreadsheet would run it


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("sku;name;price\n2;Größe;10,50\n", "utf-8"),
        ("sku;name;price\n2;Größe;10,50\n", "cp1252"),
        ("SKU\tProduct name\tPreis\n\n2\tGröße\t10.5\n", "utf-16"),
    ],
)
def test_a_csv_of_any_dialect_is_taken(admin_client: Client, text: str, encoding: str) -> None:
    file = SimpleUploadedFile("products.csv", text.encode(encoding), "text/csv")
    page = admin_client.post("/admin/catalog/product/import/", {"import_file": file, "format": "0"})
    form = page.context["confirm_form"].initial
    admin_client.post("/admin/catalog/product/process_import/", form)
    product = Product.objects.get()
    assert (product.sku, product.name, str(product.price)) == ("2", "Größe", "10.50")


def test_a_row_that_is_too_long_is_named(admin_client: Client) -> None:
    text = text_of(import_csv(admin_client, "sku,name\n1,Fine\n2,A,B,C\n", confirm=False))
    assert "A row has more cells than the first line: 2, A, B, C" in text
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("value", "amount"),
    [(1.299, "1.30"), (1299, "1299.00"), ("1.299,00", "1299.00"), (" ", "None")],
)
def test_numbers_of_a_spreadsheet_are_what_they_are(value: Any, amount: str) -> None:
    assert str(AmountWidget().clean(value)) == amount


def test_an_amount_that_may_be_either_is_asked_about_in_the_readers_language() -> None:
    with override("de"), pytest.raises(ValueError, match="kann tausend oder drei Nachkommastellen"):
        AmountWidget().clean("1.299")
