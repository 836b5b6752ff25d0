from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.test import Client

from catalog.models import Product
from catalog.slugs import clean_sku, numbered, slug_of
from tests.helpers import MakeProduct, encoded, picture

SLUGS = [
    ("15970", "15970"),
    ("Größe_1.a-b", "Größe_1.a-b"),
    ("A/B 12", "A-B-12"),
    ("..", "product"),
    ("///", "product"),
    ("ﬁne №1", "fine-No1"),
    ("x" * 65, "x" * 64),
]


@pytest.mark.parametrize(("sku", "slug"), SLUGS)
def test_a_slug_is_the_sku_where_it_may_be(sku: str, slug: str) -> None:
    assert slug_of(sku) == slug


def test_the_second_of_a_slug_is_numbered() -> None:
    assert numbered(["A B", "A/B", "A-B"], ["A-B", "A-B-3"]) == {
        "A B": "A-B-2",
        "A/B": "A-B-4",
        "A-B": "A-B-5",
    }


def test_what_nobody_sees_is_no_part_of_a_sku() -> None:
    assert clean_sku(" \ufeffABC\u200b 1\n") == "ABC 1"


@pytest.mark.django_db
def test_a_product_of_any_sku_has_its_pages(
    make_product: MakeProduct, client: Client, admin_client: Client
) -> None:
    product = make_product("A/B 12", photo=encoded(picture()))
    other = make_product("A B-12")
    assert (product.slug, other.slug) == ("A-B-12", "A-B-12-2")
    for address in (product.get_absolute_url(), "/products/"):
        assert client.get(address).status_code == 200
    for address in ("", f"{product.pk}/change/"):
        assert admin_client.get(f"/admin/catalog/product/{address}").status_code == 200
    assert client.post(f"{product.get_absolute_url()}like").status_code == 302


@pytest.mark.django_db
def test_an_address_outlives_a_new_sku(make_product: MakeProduct, client: Client) -> None:
    product = make_product("old")
    product.sku = "new"
    product.save()
    assert client.get("/products/old/").status_code == 200


@pytest.mark.django_db
def test_products_of_before_keep_their_addresses(make_product: MakeProduct) -> None:
    for number, sku in enumerate(["A/B", "A-B", "15970"]):
        make_product(str(number))
        Product.objects.filter(sku=str(number)).update(sku=sku)
    migration = importlib.import_module("catalog.migrations.0009_slug")
    Product.objects.filter(sku="A/B").update(slug="free")
    migration.give_slugs(apps, None)
    assert dict(Product.objects.values_list("sku", "slug")) == {
        "A/B": "A-B-2",
        "A-B": "A-B",
        "15970": "15970",
    }
