"""What is typed is completed by what the shop has."""

from __future__ import annotations

import pytest
from django.utils import translation

from catalog.completing import completions, products_named
from catalog.models import AttributeValue, Product
from tests.helpers import MakeProduct

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def products(make_product: MakeProduct) -> list[Product]:
    return [
        make_product("1", name="Tee", brand="Tidewell", item_type="tshirts", colour="red"),
        make_product("2", name="Red Dress", brand="Norda", item_type="dresses", colour="red"),
        make_product(
            "AB-12", name="Striped Dress", item_type="dresses", colour="blue", tags=["spring"]
        ),
        make_product("4", name="Dress", item_type="dresses", status=Product.Status.DRAFT),
    ]


def said(typed: str, language: str = "en") -> list[tuple[str, str, int]]:
    with translation.override(language):
        return [(one.text, one.label, one.count) for one in completions(typed, 6)]


def test_values_brands_and_names_of_the_table_are_words() -> None:
    assert said("dr")[0] == ("dresses", "Item type", 2)
    assert said("tide") == [("Tidewell", "Brand", 1)]
    assert said("strip") == [("stripe", "", 1)]
    assert said("Kl", "de")[0] == ("Kleider", "Item type", 2)


def test_words_before_stay_and_count() -> None:
    assert said("red dr")[0] == ("red dresses", "Item type", 1)
    assert said("norda dr")[0] == ("norda dresses", "Item type", 1)
    assert said("norda tshi") == []
    assert said("qwrtzp dr")[0] == ("qwrtzp dresses", "Item type", 2)


def test_nothing_is_suggested_that_the_shop_lacks_or_that_is_typed() -> None:
    assert said("belt") == said("dresses") == said("zzz") == said("") == said("?!") == []


def test_a_spelling_that_shops_write_is_no_name_to_suggest() -> None:
    value = AttributeValue.objects.get(value="dresses")
    value.spellings = ["plimpkins"]
    value.save()
    assert said("plimp") == []


def test_products_are_found_by_the_words_of_their_names(products: list[Product]) -> None:
    assert products_named("dre", 4) == [products[2], products[1]]
    assert products_named("dress st", 4) == [products[2]]
    assert products_named("sp", 4) == products_named("ab-1", 4) == [products[2]]
    assert products_named("d", 4) == products_named("ress", 4) == []
