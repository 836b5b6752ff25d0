"""The text index of whichever database is there: one suite for all of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction

from catalog.models import Product
from catalog.texts import best, install, make_way, mentioning, texts
from tests.helpers import MakeProduct

pytestmark = pytest.mark.django_db


@pytest.fixture
def shirt(make_product: MakeProduct) -> Product:
    about = {"description": "Soft organic cotton; café in Gießen.", "tags": ["spring", "grün"]}
    return make_product("AB-12", name="Striped Shirt", brand="Tidewell", **about)


@pytest.fixture
def hat(make_product: MakeProduct) -> Product:
    return make_product("AC-7", name="Hat", description="Goes with any shirt.", collections=["Sun"])


def ids(text: str) -> list[int]:
    return mentioning(text).tolist()


@pytest.mark.parametrize(
    "text",
    ["shirts", "STRIPE", "tidewell", "ab-12", "12", "organic shirts", "cafe", "Café", "giessen",
     "Gießen", "spring", "grun", "grün", "soft, cotton"],
)  # fmt: skip
def test_words_are_found_wherever_and_in_whatever_form(shirt: Product, text: str) -> None:
    assert ids(text) == [shirt.pk]


@pytest.mark.parametrize(
    "text", ["shi", "hirt", "organic hat", "", "!", "the", "' & '", 'a"b', "*"]
)
def test_parts_of_words_and_other_words_are_not(shirt: Product, text: str) -> None:
    assert ids(text) == best(f"{text} qwrtzp", 9) == []


def test_names_come_first_and_new_before_old(
    shirt: Product, hat: Product, make_product: MakeProduct
) -> None:
    other = make_product("X", name="Striped Shirt", brand="Tidewell")
    assert ids("shirt") == [shirt.pk, hat.pk, other.pk]
    assert sorted(best("shi", 9)[:2]) == [shirt.pk, other.pk]
    assert best("shi", 9)[2] == hat.pk
    assert best("shi", 1) == best("shi", 9)[:1]
    assert best("goes shi", 9) == [hat.pk]
    assert best("ac 7", 9) == best("ac", 9) == best("su", 9) == [hat.pk]


def test_it_follows_every_write(shirt: Product, hat: Product) -> None:
    Product.objects.filter(pk=hat.pk).update(description="", tags=["linen"])
    assert ids("shirt") == [shirt.pk]
    assert ids("linen") == [hat.pk]
    Product.objects.bulk_create([Product(sku="B", slug="b", name="Scarf")])
    shirt.name = "Blouse"
    shirt.save()
    assert ids("scarf") == [Product.objects.get(sku="B").pk]
    assert ids("striped") == []
    assert ids("blouses") == [shirt.pk]
    Product.objects.all().delete()
    assert ids("blouses") == ids("linen") == []


def test_what_is_taken_back_is_not_said(shirt: Product) -> None:
    with transaction.atomic():
        Product.objects.update(name="Blouse")
        transaction.set_rollback(True)
    assert (ids("blouse"), ids("striped")) == ([], [shirt.pk])


def test_words_are_counted_as_far_as_asked(shirt: Product, hat: Product) -> None:
    assert [texts().count("shirt", most) for most in (1, 2, 9)] == [1, 2, 2]


def test_it_is_made_of_what_products_say_today(shirt: Product) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER catalog_product_texts_changed")
        else:
            cursor.execute("DROP TABLE catalog_product_texts")
            cursor.execute("DROP TEXT SEARCH CONFIGURATION catalog_words")
            cursor.execute("DROP TEXT SEARCH DICTIONARY catalog_stems")
            cursor.execute("DROP FUNCTION catalog_product_texts_follow CASCADE")
            cursor.execute("DROP FUNCTION catalog_product_texts_forget CASCADE")
    Product.objects.update(name="Blouse")
    install("default")
    assert ids("blouse") == [shirt.pk]
    install("default")
    assert ids("blouse") == [shirt.pk]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL says how it looks")
def test_no_table_is_read_through() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_product_texts "
            "SELECT at, to_tsvector('catalog_words', 'name' || at || ' shirt') "
            "FROM generate_series(1, 40000) AS at"
        )
        cursor.execute("SELECT gin_clean_pending_list('catalog_product_texts_said')")
        cursor.execute("ANALYZE catalog_product_texts")
        cursor.execute(
            "EXPLAIN SELECT product_id FROM catalog_product_texts "
            "WHERE said @@ to_tsquery('catalog_words', %s)",
            ["'name7' & 'shirt':*"],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "catalog_product_texts_said" in plan
    assert "Seq Scan" not in plan


def test_it_makes_way_for_migrations_of_the_catalogue_and_comes_back(
    make_product: MakeProduct,
) -> None:
    make_product("1", name="Linen blouse")
    plan: list[Any] = [(SimpleNamespace(app_label=label), False) for label in ("jobs", "catalog")]
    make_way("default", plan[:1])
    assert ids("linen")
    make_way("default", plan)
    Product.objects.update(name="Woollen coat")
    install("default")
    assert not ids("linen")
    assert ids("coat") == list(Product.objects.values_list("pk", flat=True))
    make_product("2", name="Another coat")
    assert len(ids("coat")) == 2
