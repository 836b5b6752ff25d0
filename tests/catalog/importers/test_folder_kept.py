"""What an import leaves alone, and how shops write what it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from catalog.models import Attribute, AttributeValue, Offer, Product
from tests.catalog.importers.folders import (
    BLUE,
    RED,
    ROW,
    counts,
    folder,
    run,
    summary,
    write,
)
from tests.helpers import encoded, picture

pytestmark = pytest.mark.django_db

__all__ = ["folder"]
FULL = "id,articleType,baseColour,productDisplayName,brand,price,currency,description,link"
ACME = '1,Shirts,Blue,Blue Shirt,Acme,"20,00",EUR,Soft cotton,https://shop.example/1'


def known(sku: str = "1") -> dict[str, Any]:
    product = Product.objects.get(sku=sku)
    names = ("name", "brand", "currency", "description", "product_url")
    labels = {key: product.label(key) for key in ("item_type", "colour")}
    return {name: getattr(product, name) for name in names} | labels | {"price": str(product.price)}


def test_what_a_file_does_not_mention_stays(folder: Path) -> None:
    write(folder, ACME, columns=FULL)
    run(folder)
    before = known()
    write(folder, "1,Blue Shirt,25.00", columns="id,productDisplayName,price")
    assert counts(run(folder)[-1]) == summary(rows=1, updated=1)
    assert known() == before | {"price": "25.00"}


def test_what_cannot_be_read_leaves_what_is_known(folder: Path) -> None:
    write(folder, ACME, columns=FULL)
    run(folder)
    before = known()
    write(folder, ACME.replace('"20,00"', "on request"), columns=FULL)
    lines = run(folder)
    assert lines[0] == "line 2: price 'on request' is no amount; left as it was"
    assert counts(lines[-1]) == summary(rows=1, unchanged=1, problems=1)
    assert known() == before


def test_what_the_shop_edited_survives_a_row_that_says_something_new(folder: Path) -> None:
    write(folder, ACME, columns=FULL)
    run(folder)
    link = Product.objects.get().attributes.get(attribute__key="colour")
    link.value = Attribute.objects.get(key="colour").values.get(value="maroon")
    link.save()
    Product.objects.update(name="Our own name")
    Offer.objects.update(price="15.00")
    write(folder, ACME.replace("Soft", "Very soft"), columns=FULL)
    assert counts(run(folder)[-1]) == summary(rows=1, updated=1)
    assert known() == {
        "name": "Our own name",
        "brand": "Acme",
        "currency": "EUR",
        "description": "Very soft cotton",
        "product_url": "https://shop.example/1",
        "item_type": "shirts",
        "colour": "maroon",
        "price": "15.00",
    }


def test_a_photo_that_the_shop_changed_stays(folder: Path, make_product: Any) -> None:
    run(folder)
    product = Product.objects.get(sku="1")
    product.photo = ContentFile(BLUE, "ours.jpg")
    product.save()
    (folder / "images/1.jpg").write_bytes(encoded(picture("green")))
    run(folder)
    assert Product.objects.get(sku="1").photo.read() == BLUE


def test_a_product_with_a_photo_misses_none(folder: Path) -> None:
    run(folder)
    (folder / "images/1.jpg").unlink()
    (folder / "images/2.jpg").write_text("broken")
    write(folder, *(ROW.format(id=number) + " new" for number in (1, 2)))
    lines = run(folder)
    assert lines[0].endswith("JPEG, PNG, WebP, GIF, HEIC or AVIF; the one before stays")
    assert counts(lines[-1]) == summary(rows=2, updated=2, problems=1)
    assert not Product.objects.filter(photo="").exists()


def test_the_price_says_the_currency(folder: Path) -> None:
    rows = [f'{n},Tee,"{text}",EUR' for n, text in enumerate(["$49.99", "1.299,00 €", "9.90"])]
    write(folder, *rows, columns="id,productDisplayName,price,currency")
    run(folder)
    found = [(str(one.price), one.currency) for one in Product.objects.order_by("sku")]
    assert found == [("49.99", "USD"), ("1299.00", "EUR"), ("9.90", "EUR")]


def test_photos_are_found_where_shops_put_them(folder: Path) -> None:
    images = folder / "images"
    (images / "winter" / "new").mkdir(parents=True)
    (images / "1.jpg").rename(images / "1.JPG")
    (images / "2.jpg").rename(images / "winter/new/2.Jpeg")
    (images / "3.jpg").unlink()
    (folder / "3.HEIC").write_bytes(encoded(picture("red"), "HEIF"))
    (images / "._3.jpg").write_bytes(b"what macOS keeps")
    assert counts(run(folder)[-1]) == summary(rows=3, added=3)
    assert Product.objects.get(sku="3").photo.name.endswith("/3.jpg")


def test_an_export_of_the_admin_comes_back_as_it_was(
    folder: Path, make_product: Any, admin_client: Any
) -> None:
    make_product("1", name="Tee", photo=RED, price="9.90", item_type="tshirts", colour="red")
    page = admin_client.get("/admin/catalog/product/export/")
    form = {name: "on" for name in page.context["form"].fields if name.startswith("productres")}
    form |= {"format": "0", "resource": ""}
    exported = admin_client.post("/admin/catalog/product/export/", form).content
    (folder / "styles.csv").write_bytes(exported)
    (folder / "images/1.jpg").write_bytes(RED)
    before = known()
    assert counts(run(folder)[-1]) == summary(rows=1, unchanged=1)
    assert known() == before
    # And again, when the row is remembered.
    assert counts(run(folder)[-1]) == summary(rows=1, unchanged=1)


def test_labels_are_those_that_the_shop_has_however_they_are_spelt(folder: Path) -> None:
    spelt = [
        ("Shirt", "blue ", "male"),
        ("T-Shirts", "Navy Blue", "MEN"),
        ("t shirts", "navy-blue", "Men's"),
        ("Tee", "Navy", "Ladies"),
        ("Capes", "Gray", "M"),
    ]
    columns = "id,articleType,baseColour,gender,productDisplayName"
    write(
        folder,
        *(",".join([str(n), *labels, "Thing"]) for n, labels in enumerate(spelt)),
        columns=columns,
    )
    before = AttributeValue.objects.count()
    lines = run(folder)
    found = [
        tuple(product.label(key) for key in ("item_type", "colour", "gender"))
        for product in Product.objects.order_by("sku")
    ]
    assert found == [
        ("shirts", "blue", "men"),
        ("tshirts", "navy blue", "men"),
        ("tshirts", "navy blue", "men"),
        ("tshirts", "navy blue", "women"),
        ("capes", "grey", "men"),
    ]
    assert AttributeValue.objects.count() == before + 1
    assert "item_type: 't shirts', 't-shirts', 'tee' taken as tshirts (3 rows)" in lines
    assert counts(run(folder)[-1]).startswith("5 rows: 0 added, 0 updated, 5 unchanged")


SKUS = ["SKU 12", "A/B-7", "A&B", "#77", "TS+RED", "PROD:7", "A(1)", "ABC-1\u200b", "../etc", "A B"]


def test_an_article_number_may_hold_anything(folder: Path, client: Client) -> None:
    write(folder, *(ROW.format(id=sku) for sku in SKUS))
    (folder / "images/A-B-7.jpg").write_bytes(RED)
    (folder / "images/sku 12.jpg").write_bytes(BLUE)
    lines = run(folder)
    assert counts(lines[-1]) == summary(rows=10, added=10, without_photo=8, problems=8)
    slugs = dict(Product.objects.values_list("sku", "slug"))
    assert slugs == {
        "SKU 12": "SKU-12",
        "A/B-7": "A-B-7",
        "A&B": "A-B",
        "#77": "77",
        "TS+RED": "TS-RED",
        "PROD:7": "PROD-7",
        "A(1)": "A-1",
        "ABC-1": "ABC-1",
        "../etc": "etc",
        "A B": "A-B-2",
    }
    for slug in slugs.values():
        assert client.get(f"/products/{slug}/").status_code == 200
    assert client.get("/products/").status_code == 200
    assert counts(run(folder)[-1]).startswith("10 rows: 0 added, 0 updated, 10 unchanged")
