"""A sixth attribute is a row: from the import to every page, with no code that knows it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from catalog import columns
from catalog.facets import Filters, facets
from catalog.importers.spreadsheet import ProductResource
from catalog.models import Product
from jobs.models import Job
from matching.models import Finding, Search
from tests.helpers import encoded, picture, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("at_once")]
FABRICS = {"red": "cotton", "blue": "denim", "green": "wool"}
KINDS = {"tshirt": "Tshirts", "trousers": "Trousers", "handbag": "Handbags"}
COUNT, UNLABELLED = 90, 12
FORM = {"key": "fabric", "label": "Fabric", "role": "plain", "csv_column": "fabric", "position": 9}


def write_folder(folder: Path) -> None:
    """What is red is of cotton, what is blue of denim, what is green of wool; one lacks it."""
    (folder / "images").mkdir()
    rows = ["id,productDisplayName,articleType,fabric"]
    for number in range(COUNT):
        kind, colour = list(KINDS)[number % 3], list(FABRICS)[number // 3 % 3]
        image = picture(colour, kind).rotate(number % 17 - 8, fillcolor=(255, 255, 255))
        (folder / f"images/{number}.jpg").write_bytes(encoded(image, quality=70 + number % 25))
        fabric = "" if number == UNLABELLED else FABRICS[colour].title()
        rows.append(f"{number},{colour} {kind} {number},{KINDS[kind]},{fabric}")
    (folder / "styles.csv").write_text("\n".join(rows))


def fabric_of(sku: str) -> str:
    return Product.objects.get(sku=sku).label("fabric")


@pytest.fixture
def shop(admin_client: Client, tmp_path: Path) -> Client:
    """The owner adds the row, imports a folder, trains and builds."""
    added = admin_client.post(
        "/admin/catalog/attribute/add/", FORM | {"is_shown": "on", "parent_columns": "[]"}
    )
    assert added.status_code == 302, text_of(added)
    folder = tmp_path / "folder"
    folder.mkdir()
    write_folder(folder)
    call_command("import_products", folder, stdout=io.StringIO())
    said = io.StringIO()
    call_command("train_heads", stdout=said)
    assert "fabric" in said.getvalue()
    call_command("build_index", stdout=io.StringIO())
    columns.forget()
    return admin_client


def test_a_sixth_attribute_is_seen_everywhere(
    shop: Client, admin_user: User, tmp_path: Path
) -> None:
    assert (fabric_of("0"), fabric_of("3"), fabric_of("6")) == ("cotton", "denim", "wool")
    check_spreadsheet(tmp_path)
    check_search(shop)
    check_catalogue(shop)
    check_api(shop)
    check_audit(shop)
    check_back_office(shop)


def check_spreadsheet(folder: Path) -> None:
    table = folder / "table.csv"
    table.write_text("sku,name,fabric\n0,Red tee,linen\n")
    call_command("import_products", table, stdout=io.StringIO())
    assert fabric_of("0") == "linen"
    exported = ProductResource().export(Product.objects.filter(sku="0"))
    assert exported["fabric"] == ["linen"]
    columns.forget()


def check_search(client: Client) -> None:
    photo = SimpleUploadedFile("a.jpg", encoded(picture("red")), "image/jpeg")
    page = text_of(client.post("/", {"photo": photo}, follow=True))
    search = Search.objects.get()
    assert search.label("fabric") == "cotton"
    assert "Fabric Cotton" in page
    assert "cotton" in text_of(client.get("/history/"))
    narrowed = text_of(client.get(f"{search.get_absolute_url()}?fabric=wool"))
    assert "green tshirt" in narrowed
    assert "red tshirt" not in narrowed
    correction = {"attribute": "fabric", "value": "denim"}
    client.post(f"{search.get_absolute_url()}correct", correction)
    assert "corrected: denim" in text_of(client.get("/history/"))
    assert "Fabric 1 cotton → denim (1)" in text_of(client.get("/admin/dashboard/"))
    client.post("/", {"words": "woollen wool trousers"})
    assert Search.objects.latest("created_at").wishes["fabric"] == ["wool"]


def check_catalogue(client: Client) -> None:
    page = text_of(client.get("/products/?fabric=wool&sort=name"))
    assert "green tshirt" in page
    assert "red tshirt" not in page
    assert "Fabric" in page
    assert [one.label for one in facets(Filters())].count("Fabric") == 1
    assert "Fabric Denim" in text_of(client.get(Product.objects.get(sku="3").get_absolute_url()))


def check_api(client: Client) -> None:
    photo = SimpleUploadedFile("a.jpg", encoded(picture("green")), "image/jpeg")
    seen = client.post("/predict/", {"file": photo}).json()["prediction"]
    assert seen["fabric"] == "wool"
    assert 0 < seen["confidence"]["fabric"] <= 1
    schema = client.get("/schema/", headers={"Accept": "application/json"}).json()
    assert "fabric" in schema["components"]["schemas"]["Prediction"]["properties"]


def check_audit(client: Client) -> None:
    page = client.post("/admin/matching/finding/run/", follow=True)
    assert "Done" in text_of(page), Job.objects.latest("pk").log
    found = Finding.objects.get(attribute__key="fabric", label=None)
    assert (found.product.sku, found.proposal.value) == (str(UNLABELLED), "denim")
    assert "Fabric" in text_of(client.get("/admin/matching/finding/"))


def check_back_office(client: Client) -> None:
    assert "By fabric" in text_of(client.get("/admin/catalog/product/"))
    assert "fabric" in text_of(client.get("/admin/models/")).lower()
