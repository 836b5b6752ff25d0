"""Queries are read by what the shop has now."""

from __future__ import annotations

from typing import Any

import pytest

from catalog import columns, reading
from catalog.models import AttributeValue, Product
from words import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)


def named(word: str) -> list[int]:
    return list(reading.reader().index.ids(((word,),)).tolist())


@pytest.mark.parametrize("live", [True, False])
def test_names_are_those_that_products_have_now(
    settings: Any, django_capture_on_commit_callbacks: Any, live: bool
) -> None:
    settings.LIVE_UPDATES = live
    with django_capture_on_commit_callbacks(execute=True):
        one = Product.objects.create(sku="1", name="Tidewell Tee")
    assert named("tidewel") == [one.pk]
    with django_capture_on_commit_callbacks(execute=True):
        two = Product.objects.create(sku="2", name="Tidewell Hat")
    assert named("tidewel") == [one.pk, two.pk]
    with django_capture_on_commit_callbacks(execute=True):
        one.name = "Northbank Tee"
        one.save()
        two.status = Product.Status.DRAFT
        two.save()
    assert named("tidewel") == []
    assert named("northbank") == [one.pk]


def test_a_change_is_followed_before_the_table_is_read_again(
    settings: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    settings.LIVE_UPDATES = True
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 60)
    assert named("tidewel") == []
    with django_capture_on_commit_callbacks(execute=True):
        one = Product.objects.create(sku="1", name="Tidewell Tee")
    assert named("tidewel") == named("tidewel") == [one.pk]
    columns.forget()
    assert named("tidewel") == [one.pk]


def test_a_spelling_of_the_shops_is_a_word_at_once() -> None:
    assert "plimpkins" in reading.read("plimpkins socks").unknown
    value = AttributeValue.objects.get(value="socks")
    value.spellings = ["plimpkins"]
    value.save()
    (part,) = reading.read("plimpkins").parts
    assert part.role is Role.WANTED
    assert part.meaning is not None
    assert part.meaning.values == {"item_type": ("socks",)}


def test_a_sku_is_known_however_it_is_written() -> None:
    Product.objects.create(sku="AB-12", name="Tee")
    assert reading.read("sku ab-12").skus == ["AB-12"]
    assert reading.read("ab-13").skus == []


def test_what_pages_print_is_understood() -> None:
    assert reading.reader().read("Freizeitschuhe", "de").wanted == {"item_type": ("casual shoes",)}


@pytest.mark.parametrize(
    ("text", "language"),
    [("Marke Tidewell", "de"), ("brand: tidewell", "en"), ("Stil: Tidewell", "de")],
)
def test_what_pages_call_an_attribute_asks_for_nothing(text: str, language: str) -> None:
    Product.objects.create(sku="1", name="Tidewell Tee")
    (part,) = reading.reader().read(text, language).parts
    assert part.text.lower() == "tidewell"


def test_a_label_of_one_language_is_a_name_in_another() -> None:
    Product.objects.create(sku="1", name="Art Gallery Clutch")
    assert [part.text for part in reading.reader().read("art clutch", "en").parts] == [
        "art",
        "clutch",
    ]
