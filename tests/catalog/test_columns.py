"""The columns that filters run on follow every change to the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from catalog import columns
from catalog.models import AttributeValue, Offer, Product, ProductAttribute
from tests.helpers import MakeProduct

pytestmark = pytest.mark.django_db


def colours() -> list[str]:
    """Of the active products, in order of their ids."""
    found = columns.table()
    return [found.values["colour"][code] for code in found.codes["colour"]]


def rename_value() -> None:
    AttributeValue.objects.filter(value="red").update(value="crimson")


def change_a_label_in_place() -> None:
    blue = AttributeValue.objects.get(attribute__key="colour", value="blue")
    ProductAttribute.objects.filter(product__sku="1", attribute__key="colour").update(value=blue)


def swap_two_labels() -> None:
    one, two = ProductAttribute.objects.filter(attribute__key="colour").order_by("product_id")
    one.value, two.value = two.value, one.value
    ProductAttribute.objects.bulk_update([one, two], ["value"])


def hide() -> None:
    Product.objects.filter(sku="1").update(status="archived")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (rename_value, ["crimson", "blue"]),
        (change_a_label_in_place, ["blue", "blue"]),
        (swap_two_labels, ["blue", "red"]),
        (hide, ["blue"]),
    ],
)
def test_the_table_follows(
    make_product: MakeProduct,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[], None],
    expected: list[str],
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    make_product("1", colour="red")
    make_product("2", colour="blue")
    assert colours() == ["red", "blue"]
    change()
    assert colours() == expected


@pytest.mark.parametrize(
    ("field", "before", "after"), [("published_at", [], ["red"]), ("ends_at", ["red"], [])]
)
def test_the_table_follows_the_clock(
    make_product: MakeProduct,
    monkeypatch: pytest.MonkeyPatch,
    field: str,
    before: list[str],
    after: list[str],
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    moment = timezone.now() + timedelta(hours=1)
    make_product("1", colour="red", **{field: moment})
    assert colours() == before
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert colours() == after


def test_one_that_begins_as_another_ends_is_seen(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    moment = timezone.now() + timedelta(hours=1)
    make_product("1", colour="red", ends_at=moment)
    make_product("2", colour="blue", published_at=moment)
    assert colours() == ["red"]
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert colours() == ["blue"]


def test_an_unchanged_catalogue_is_read_once(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    make_product("1", colour="red")
    assert columns.table() is columns.table()


def test_the_table_follows_what_is_sold_out_and_what_it_costs(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    make_product("1", colour="red", price="20", sale_price="15", sale_until=date(2030, 1, 1))
    monkeypatch.setattr(timezone, "localdate", lambda: date(2030, 1, 1))
    assert columns.table().price.tolist() == [15]
    monkeypatch.setattr(timezone, "localdate", lambda: date(2030, 1, 2))
    assert columns.table().price.tolist() == [20]
    offer = Offer.objects.get()
    offer.availability = "out_of_stock"
    offer.save()
    assert colours() == []
