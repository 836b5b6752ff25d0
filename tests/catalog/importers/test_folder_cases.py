"""Files that people have stumbled over, each with its right answer."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from catalog.models import Product
from tests.catalog.importers.folders import run
from tests.catalog.importers.tables import case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "dialect", ["semicolon", "tab", "sep_line", "utf16", "cr_only", "blank_first"]
)
def test_any_dialect_is_read(dialect: str) -> None:
    run(case(f"01/{dialect}"))
    product = Product.objects.get()
    assert product.sku == "1"
    assert product.photo
    assert product.attributes.count() == 5


def test_prices_in_every_spelling() -> None:
    path = case("03/styles.csv")
    run(path)
    prices = [(one.price, one.currency) for one in Product.objects.order_by("pk")]
    thousand = Decimal("1299.00")
    assert [one[0] for one in prices] == [
        *(Decimal("12.99"), thousand, thousand, thousand),
        *(Decimal("49.99"), Decimal("49.99"), thousand, Decimal("19.90"), None, thousand),
    ]
    assert [prices[at][1] for at in (4, 5, 7)] == ["USD", "USD", "EUR"]


def test_long_descriptions_lose_no_product() -> None:
    for name in ("lines", "huge"):
        run(case(f"07/{name}"))
        assert set(Product.objects.values_list("sku", flat=True)) == {"d1", "d2"}
    assert len(Product.objects.get(sku="d1").description) > 100_000


def test_photos_are_found_wherever_they_lie() -> None:
    run(case("08"))
    assert [bool(one.photo) for one in Product.objects.all()] == [True] * 7


def test_article_numbers_of_any_characters() -> None:
    run(case("10/styles.csv"))
    assert Product.objects.count() == 8


def test_labels_are_those_of_the_shop() -> None:
    run(case("11/styles.csv"))
    found = {one.sku: one for one in Product.objects.all()}
    kinds = [found[str(at)].label("item_type") for at in range(9)]
    assert kinds == ["shirts"] * 2 + ["tshirts"] * 4 + ["shirts"] * 3
    assert {one.label("colour") for one in found.values()} == {"blue", "navy blue", ""}
    assert {one.label("gender") for one in found.values()} == {"men", "women"}


def test_a_price_list_leaves_the_rest_as_it_is() -> None:
    for name in ("first", "second", "third"):
        run(case(f"04/{name}"))
        if name == "second":
            assert Product.objects.get().price == Decimal("25.00")
    product = Product.objects.get()
    assert (product.brand, product.description, product.currency) == ("Acme", "Soft cotton", "EUR")
    assert product.price == Decimal("25.00")


def test_what_an_export_holds_is_no_news(tmp_path: Path) -> None:
    path = case("12/styles.csv")
    run(path)
    assert " 1 unchanged" in run(path)[-1]
