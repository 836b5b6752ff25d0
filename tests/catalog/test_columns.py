"""The columns that filters run on follow every change to the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from catalog import column_table, columns
from catalog.labels import Label, value_of, write_merchant_labels, write_predicted_labels
from catalog.models import Attribute, AttributeValue, Offer, Product, ProductAttribute
from tests.conftest import Committed
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


LIVE = pytest.mark.parametrize("kind", ["new", "renamed", "sold out", "dearer", "gone", "label"])


def change(kind: str, make_product: MakeProduct) -> None:
    product = Product.objects.get(sku="2")
    if kind == "new":
        make_product("0", name="A first", brand="New", price="1", colour="red")
        make_product("9", name="Zebra", brand="Acme", colour="blue")
    elif kind == "renamed":
        Product.objects.filter(pk=product.pk).update(name="zz last", brand="Other")
    elif kind == "gone":
        product.delete()
    elif kind == "label":
        colour = Attribute.objects.get(key="colour")
        write_merchant_labels([Label.of(product, colour, value_of(colour, "red"))])
    else:
        fields = {"availability": "out_of_stock"} if kind == "sold out" else {"price": 99}
        Offer.objects.filter(variant__product=product).update(**fields)
        product.save()


@LIVE
def test_what_one_change_costs_does_not_grow_with_the_others(
    make_product: MakeProduct,
    monkeypatch: pytest.MonkeyPatch,
    committed: Committed,
    kind: str,
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    for at, colour in enumerate(("red", "blue", "red", "blue"), start=1):
        brand = ("Acme", "Best")[at % 2]
        make_product(str(at), name=f"Tee {5 - at}", brand=brand, price=str(at), colour=colour)
    with committed():
        columns.table()
        change(kind, make_product)
    read: list[object] = []

    def few(among: Any = None, own: str = "") -> columns.Table:
        read.append(among)
        return column_table.read(among, own)

    monkeypatch.setattr(columns, "read", few)
    followed = columns.table()
    assert read == []
    anew = column_table.read()
    for name in ("ids", "for_sale", "names", "by_name"):
        assert getattr(followed, name).tolist() == getattr(anew, name).tolist(), name
    np.testing.assert_array_equal(followed.price, anew.price)
    assert _words(followed) == _words(anew)
    assert columns.table() is followed


def _words(rows: columns.Table) -> dict[str, list[str]]:
    return {key: [[*rows.values[key], ""][code] for code in rows.codes[key]] for key in rows.codes}


def test_what_a_build_predicts_is_read_anew(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch, committed: Committed
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    product = make_product("1")
    colour = Attribute.objects.get(key="colour")
    value = value_of(colour, "red")
    with committed():
        columns.table()
        write_predicted_labels([Label(product.pk, colour.pk, value.pk if value else None, 0.9)])
    assert colours() == ["red"]


def test_the_clock_is_followed_live_too(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch, committed: Committed
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    moment = timezone.now() + timedelta(hours=1)
    with committed():
        make_product("1", colour="red", ends_at=moment)
        make_product("2", colour="blue", published_at=moment)
    assert colours() == ["red"]
    monkeypatch.setattr(timezone, "now", lambda: moment)
    assert colours() == ["blue"]
