from __future__ import annotations

import pytest

from catalog.labels import (
    Label,
    forget_predicted,
    merchant_labels,
    precedence,
    value_of,
    write_merchant_labels,
    write_predicted_labels,
)
from catalog.models import Attribute, AttributeValue, Product, ProductAttribute
from tests.helpers import MakeProduct

pytestmark = pytest.mark.django_db


@pytest.fixture
def colour() -> Attribute:
    return Attribute.objects.get(key="colour")


@pytest.fixture
def red(colour: Attribute) -> AttributeValue:
    return AttributeValue.objects.create(attribute=colour, value="crimson")


def rows_of(product: Product) -> set[tuple[str, str, str]]:
    rows = product.attributes.values_list("attribute__key", "value__value", "source")
    return {(key, value, source) for key, value, source in rows}


def test_a_label_takes_the_place_of_the_one_before_and_leaves_others_alone(
    make_product: MakeProduct, colour: Attribute, red: AttributeValue
) -> None:
    product = make_product("1", colour="blue", season="summer")
    other = make_product("2", colour="blue")
    write_merchant_labels([Label.of(product, colour, red)])
    assert rows_of(product) == {
        ("colour", "crimson", "merchant"),
        ("season", "summer", "merchant"),
    }
    assert rows_of(other) == {("colour", "blue", "merchant")}
    write_merchant_labels([Label.of(product, colour, None)])
    assert rows_of(product) == {("season", "summer", "merchant")}


def test_a_label_that_stands_already_stays_the_same_row(
    make_product: MakeProduct, colour: Attribute
) -> None:
    product = make_product("1", colour="blue")
    before = product.attributes.get().pk
    write_merchant_labels([Label.of(product, colour, value_of(colour, "blue"))])
    assert product.attributes.get().pk == before


def test_of_many_products_each_gets_its_own(make_product: MakeProduct, colour: Attribute) -> None:
    season = Attribute.objects.get(key="season")
    one, two = make_product("1", season="summer"), make_product("2", colour="blue")
    write_merchant_labels(
        [
            Label.of(one, colour, value_of(colour, "green")),
            Label.of(two, season, value_of(season, "winter")),
        ]
    )
    assert merchant_labels([one, two]) == {
        one.pk: {"season": "summer", "colour": "green"},
        two.pk: {"colour": "blue", "season": "winter"},
    }


def test_predictions_replace_predictions_and_never_what_the_merchant_said(
    make_product: MakeProduct, colour: Attribute, red: AttributeValue
) -> None:
    one, two = make_product("1", colour="blue"), make_product("2")
    first = [Label(pk, colour.pk, red.pk, 0.9) for pk in (one.pk, two.pk, two.pk + 1)]
    assert write_predicted_labels(first) == 2
    assert rows_of(one) == {("colour", "blue", "merchant"), ("colour", "crimson", "predicted")}
    assert (one.label("colour"), two.label("colour")) == ("blue", "crimson")
    assert two.attributes.get().confidence == 0.9
    assert write_predicted_labels(iter(first[:1])) == 1
    assert rows_of(two) == set()
    forget_predicted(one.pk, colour.pk)
    assert rows_of(one) == {("colour", "blue", "merchant")}


def test_the_label_that_counts_comes_first(
    make_product: MakeProduct, colour: Attribute, red: AttributeValue
) -> None:
    product = make_product("1")
    write_predicted_labels([Label(product.pk, colour.pk, red.pk, 0.9)])
    write_merchant_labels([Label.of(product, colour, value_of(colour, "blue"))])
    rows = ProductAttribute.objects.order_by(precedence())
    assert [row.source for row in rows] == ["merchant", "predicted"]
    assert [row.source for row in rows.reverse()] == ["predicted", "merchant"]


def test_a_value_is_made_once_and_none_for_no_label(colour: Attribute) -> None:
    made = value_of(colour, "mauve")
    assert made is not None
    assert value_of(colour, "mauve") == made
    assert value_of(colour, "") is None
