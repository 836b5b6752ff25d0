from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.models import ColumnMatch, Product
from jobs.models import Job
from tests.catalog.importers.tables import case
from tests.catalog.importers.test_spreadsheet import exported
from tests.helpers import MakeProduct, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once")]


def upload(client: Client, data: str | bytes, name: str = "products.csv") -> Any:
    """The page that shows what each column is taken for."""
    content = data.encode() if isinstance(data, str) else data
    file = SimpleUploadedFile(name, content, "text/csv")
    return client.post(reverse("admin:import-table"), {"import_file": file}, follow=True)


def chosen(page: Any, **changed: str) -> dict[str, str]:
    """The form of the page, as a browser sends it."""
    form = {one.field: one.name for one in page.context["columns"]}
    names = {one.column: one.field for one in page.context["columns"]}
    return form | {names[column]: value for column, value in changed.items()}


def confirm(client: Client, page: Any, **changed: str) -> Any:
    return client.post(page.request["PATH_INFO"], chosen(page, **changed), follow=True)


def test_a_table_is_looked_at_and_then_imported(
    admin_client: Client, make_product: MakeProduct
) -> None:
    make_product("1", name="Old", item_type="tshirts")
    text = "SKU;name;price;is_active;baseColour;Weight\n1;New;12,50;0;Red;3\n2;Second;;1;;\n"
    page = upload(admin_client, text)
    assert "Not known and left out: Weight" in text_of(page)
    assert "1 New 12.50 1 0 brought up to date" in text_of(page)
    assert "2 Second 1 0 new" in text_of(page)
    assert Product.objects.get().name == "Old"
    confirm(admin_client, page)
    first = Product.objects.get(sku="1")
    assert (first.name, str(first.price), first.status) == ("New", "12.50", "draft")
    assert first.label("colour") == "red"
    assert Product.objects.get(sku="2").name == "Second"


def test_only_trying_writes_nothing(admin_client: Client) -> None:
    page = upload(admin_client, "sku,name\n1,One\n")
    form = chosen(page) | {"dry_run": "1"}
    admin_client.post(page.request["PATH_INFO"], form)
    assert Job.objects.get().result["added"] == 1
    assert not Product.objects.exists()
    assert not ColumnMatch.objects.exists()
    confirm(admin_client, page)
    assert Product.objects.get().name == "One"


def test_a_column_is_what_somebody_says_and_that_is_remembered(admin_client: Client) -> None:
    text = "sku,name,uvp\n{0},Tee {0},5.00\n"
    page = upload(admin_client, text.format(1))
    assert page.context["unknown"] == ["uvp"]
    confirm(admin_client, page, uvp="price", name="")
    assert str(Product.objects.get().price) == "5.00"
    assert Product.objects.get().name == "1"
    again = upload(admin_client, text.format(2), "next.csv")
    assert [one.name for one in again.context["columns"]] == ["id", "", "price"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "price"}, "Two columns are said to be price"),
        ({"sku": ""}, "No column is the article number"),
        ({"name": "nonsense"}, "No column can be nonsense"),
    ],
)
def test_a_choice_that_cannot_be_is_told_and_nothing_starts(
    admin_client: Client, changed: dict[str, str], said: str
) -> None:
    page = upload(admin_client, "sku,name,price\n1,A,2\n")
    assert said in text_of(confirm(admin_client, page, **changed))
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The submitted file is empty."),
        (b"%PDF-1.7 nothing", "This is no table of products"),
        (b"<rss><item>", "The feed is damaged in line 1"),
    ],
)
def test_what_is_no_table_is_told(admin_client: Client, data: bytes, said: str) -> None:
    page = upload(admin_client, data)
    assert page.status_code == 200
    assert said in text_of(page)


def test_an_address_is_asked_in_words(admin_client: Client) -> None:
    link = reverse("admin:import-table")
    page = admin_client.post(link, {"address": "http://127.0.0.1:9/feed.xml"})
    assert "leads into a private network" in text_of(page)
    assert "Choose a file, or give a web address." in text_of(admin_client.post(link, {}))


def test_one_that_is_gone_is_told(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:match-table", args=["0" * 32]), follow=True)
    assert "The file is gone: upload it again." in text_of(page)


def test_who_may_not_change_products_does_not_reach_it(client: Client) -> None:
    staff = User.objects.create_user("staff", password="x", is_staff=True)
    client.force_login(staff)
    assert client.get(reverse("admin:import-table")).status_code == 403
    assert client.get(reverse("admin:match-table", args=["0" * 32])).status_code == 403


def test_more_rows_than_a_page_could_wait_for_are_taken(admin_client: Client) -> None:
    rows = "".join(f"{number},Product {number}\n" for number in range(6000))
    confirm(admin_client, upload(admin_client, "sku,name\n" + rows))
    assert Product.objects.count() == 6000


def test_an_export_is_taken_back_and_changes_nothing(
    admin_client: Client, make_product: MakeProduct
) -> None:
    make_product("1", name="Tee", price="9.90", item_type="tshirts", colour="red")
    make_product("A/B 2", name="Größe, lang", status="archived", year=2012)
    names = ("sku", "name", "status", "variants__sku", "variants__offers__price")
    before = list(Product.objects.order_by("pk").values(*names))
    confirm(admin_client, upload(admin_client, exported(admin_client)))
    result = Job.objects.get().result
    assert (result["unchanged"], result["updated"], result["added"]) == (2, 0, 0)
    after = list(Product.objects.order_by("pk").values(*names))
    assert after == before


@pytest.mark.parametrize(
    ("name", "shown"),
    [("semicolon", "adm-2 Shirt 10.00"), ("header_case", "adm-3"), ("cp1252", "Größe")],
)
def test_everyday_files_are_shown(admin_client: Client, name: str, shown: str) -> None:
    page = upload(admin_client, case(f"02/{name}.csv").read_bytes())
    assert shown in text_of(page)
    assert len(page.context["products"]) == 1
