from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from catalog.models import Offer, Product
from catalog.offers import FOR_SALE, is_for_sale, price_on
from tests.helpers import MakeProduct

pytestmark = pytest.mark.django_db
SALE = {"sale_from": date(2024, 3, 1), "sale_until": date(2024, 3, 31)}


@pytest.mark.parametrize(
    ("day", "dates", "price"),
    [
        (date(2024, 2, 29), SALE, 20),
        (date(2024, 3, 1), SALE, 15),
        (date(2024, 3, 31), SALE, 15),
        (date(2024, 4, 1), SALE, 20),
        (date(2030, 1, 1), {}, 15),
        (date(2024, 1, 1), {"sale_until": date(2024, 3, 1)}, 15),
        (date(2024, 1, 1), {"sale_from": date(2024, 3, 1)}, 20),
    ],
)
def test_a_sale_lasts_from_its_first_day_to_its_last(
    day: date, dates: dict[str, date], price: int
) -> None:
    assert price_on(day, Offer(price=Decimal(20), sale_price=Decimal(15), **dates)) == price
    assert price_on(day, Offer(price=Decimal(20), **dates)) == 20


@pytest.mark.parametrize(
    ("availability", "quantity", "can_be_bought", "note"),
    [
        ("in_stock", None, True, ""),
        ("in_stock", 3, True, ""),
        ("in_stock", 0, False, "Sold out"),
        ("out_of_stock", None, False, "Sold out"),
        ("out_of_stock", 5, False, "Sold out"),
        ("preorder", 0, True, "To be ordered in advance"),
        ("backorder", 0, True, "Delivered later"),
    ],
)
def test_code_and_database_agree_on_what_can_be_bought(
    make_product: MakeProduct,
    availability: str,
    quantity: int | None,
    can_be_bought: bool,
    note: str,
) -> None:
    product = make_product("1", availability=availability, quantity=quantity)
    assert is_for_sale(Offer.objects.get()) == can_be_bought
    assert Offer.objects.filter(FOR_SALE).exists() == can_be_bought
    assert Product.objects.for_sale().exists() == can_be_bought
    assert product.note == note


def offers(product: Product, **prices: Any) -> None:
    """Further variants by SKU: the price, or fields of the offer."""
    for sku, given in prices.items():
        fields = given if isinstance(given, dict) else {"price": given}
        product.variants.create(sku=sku).offers.create(**fields)


def test_the_cheapest_that_can_be_bought_is_shown(make_product: MakeProduct) -> None:
    product = make_product("1", price="20")
    offers(product, two=15, three={"price": 9, "availability": "out_of_stock"}, four={})
    assert (product.price, product.price_varies, product.note) == (15, True, "")
    assert Product.objects.for_sale().exists()


def test_what_is_sold_out_whole_still_has_a_price(make_product: MakeProduct) -> None:
    product = make_product("1", price="20", availability="out_of_stock")
    assert (product.price, product.price_varies, product.note) == (20, False, "Sold out")


def test_a_product_without_offers_can_be_bought_for_all_that_is_known() -> None:
    product = Product.objects.create(sku="1", name="Tee")
    assert (product.price, product.currency, product.product_url, product.note) == (
        None,
        "",
        "",
        "",
    )
    assert Product.objects.for_sale().get() == product


def test_variants_have_a_slug_of_their_own(make_product: MakeProduct) -> None:
    product = make_product("A/B")
    assert [product.variants.create(sku=sku).slug for sku in ("A B", "A-B/S")] == ["A-B-2", "A-B-S"]


def test_a_variant_is_called_by_its_options(make_product: MakeProduct) -> None:
    product = make_product("1", options={"Size": "XL", "Color": "Red"})
    assert product.variants.get().title == "XL, Red"
    assert product.variants.create(sku="2").title == "2"


def test_the_cheapest_is_so_by_the_rates(make_product: MakeProduct, settings: Any) -> None:
    settings.CURRENCY_RATES = {"EUR": Decimal(1), "INR": Decimal("0.01")}
    product = make_product("1", price="20", currency="EUR")
    product.variants.get().offers.create(price=1500, currency="INR")
    assert (product.price, product.currency, product.price_varies) == (1500, "INR", False)
