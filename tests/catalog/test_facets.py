from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from catalog import columns
from catalog.facets import Filters, facets, product_ids
from catalog.models import Attribute, AttributeValue, Offer, Product, ProductAttribute
from tests.helpers import MakeProduct

pytestmark = pytest.mark.django_db
ROWS = [
    ("a", "red", "men", "Ash", "10"),
    ("b", "red", "women", "Birch", "20"),
    ("c", "blue", "women", "Ash", "30"),
    ("d", "blue", "women", "", None),
    ("e", "green", "men", "Birch", "15.50"),
]


@pytest.fixture(autouse=True)
def catalogue(make_product: MakeProduct) -> dict[str, Product]:
    return {
        sku: make_product(
            sku, name=f"Tee {sku}", colour=colour, gender=gender, brand=brand, price=price
        )
        for sku, colour, gender, brand, price in ROWS
    }


def filters(query: str) -> Filters:
    return Filters.from_query(QueryDict(query))


def skus(query: str, sort: str = "newest") -> str:
    ids = product_ids(filters(query), sort).tolist()
    found = Product.objects.in_bulk(ids)
    return "".join(found[one].sku for one in ids)


def counts(query: str) -> dict[str, dict[str, int]]:
    return {
        facet.key: {option.value: option.count for option in facet.options}
        for facet in facets(filters(query))
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "edcba"),
        ("colour=red", "ba"),
        ("colour=red&colour=blue", "dcba"),
        ("colour=red&gender=women", "b"),
        ("brand=Ash", "ca"),
        ("price_min=15.5", "ecb"),
        ("price_min=15,5&price_max=20", "eb"),
        ("q=tee+d", "d"),
        ("q=birch", "eb"),
        ("q=tees", "edcba"),
        ("q=bir", ""),
        ("colour=red&q=nothing", ""),
    ],
)
def test_values_of_one_facet_are_alternatives_and_facets_add_up(query: str, found: str) -> None:
    assert skus(query) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("newest", "edcba"),
        ("price", "aebcd"),
        ("-price", "cbead"),
        ("name", "abcde"),
        ("x", "edcba"),
    ],
)
def test_what_has_no_price_comes_last(sort: str, found: str) -> None:
    assert skus("", sort) == found


def test_counts_are_those_of_all_other_facets() -> None:
    found = counts("colour=red&gender=women")
    assert found["colour"] == {"blue": 2, "red": 1}
    assert found["gender"] == {"men": 1, "women": 1}
    assert found["brand"] == {"Birch": 1}


def test_counts_agree_with_counting_one_by_one() -> None:
    assert counts("")["colour"] == dict(Counter(row[1] for row in ROWS))
    assert counts("price_max=20")["gender"] == {"men": 2, "women": 1}


def test_what_is_chosen_stands_there_even_if_nothing_is_left() -> None:
    chosen = next(
        one for one in facets(filters("colour=green&gender=women")) if one.key == "colour"
    )
    assert [(o.value, o.count) for o in chosen.options if o.selected] == [("green", 0)]
    assert chosen.selected == 1


@pytest.mark.parametrize(
    "query",
    [
        "bogus=1",
        "colour=octarine",
        "price_min=x",
        "price_max=-1",
        "price_min=nan",
        "q=%00",
        "colour=",
    ],
)
def test_what_makes_no_sense_is_left_out(query: str) -> None:
    assert not filters(query)
    assert skus(query) == "edcba"


def test_each_filter_can_be_taken_back() -> None:
    chips = filters("colour=red&colour=blue&price_max=20&q=tee").chips()
    assert [chip.label for chip in chips] == ["red", "blue", "up to 20", '"tee"']
    for chip in chips:
        assert len(filters(chip.query).pairs) == 3


def test_the_merchants_value_goes_before_a_predicted_one(catalogue: dict[str, Product]) -> None:
    colour = Attribute.objects.get(key="colour")
    green, _ = AttributeValue.objects.get_or_create(attribute=colour, value="green")
    ProductAttribute.objects.create(product=catalogue["a"], value=green, source="predicted")
    columns.forget()
    assert skus("colour=green") == "e"


def test_a_change_is_seen(catalogue: dict[str, Product], make_product: MakeProduct) -> None:
    assert skus("colour=red") == "ba"
    Product.objects.filter(sku="a").update(status="archived")
    make_product("f", colour="red", price=Decimal(5))
    columns.forget()
    assert skus("colour=red") == "fb"


def test_the_page_keeps_the_filters_from_page_to_page(
    client: Client, make_product: MakeProduct
) -> None:
    for number in range(60):
        make_product(f"n{number}", colour="red", name="Extra")
    page = client.get("/products/?colour=red&sort=name&page=2").content.decode()
    assert "62 products" in page
    assert 'href="?colour=red&amp;sort=name&amp;page=1"' in page
    assert '<option value="name" selected>' in page
    fragment = client.get("/products/?colour=blue", headers={"HX-Target": "catalogue"})
    assert "<html" not in fragment.content.decode()
    assert "2 products" in fragment.content.decode()


def test_a_page_of_many_products_takes_few_queries(
    client: Client, make_product: MakeProduct, django_assert_max_num_queries: Any
) -> None:
    for number in range(48):
        make_product(f"n{number}", name="Extra")
    client.get("/products/")
    with django_assert_max_num_queries(8):
        client.get("/products/?gender=men")


def test_nothing_found_says_so_and_leads_back(client: Client) -> None:
    page = client.get("/products/?q=nothing").content.decode()
    assert "No product passes all of these filters." in page
    assert "Show all products" in page


@pytest.mark.parametrize(
    ("setting", "found"), [("hide", "edba"), ("sink", "edbac"), ("show", "edcba")]
)
def test_what_cannot_be_bought_stands_where_the_shop_wants_it(
    settings: Any, setting: str, found: str
) -> None:
    settings.NOT_FOR_SALE = setting
    Offer.objects.filter(variant__sku="c").update(availability="out_of_stock")
    assert skus("") == found
    assert counts("")["brand"]["Ash"] == found.count("a") + found.count("c")


def test_the_price_is_that_of_today(catalogue: dict[str, Product]) -> None:
    today = timezone.localdate()
    Offer.objects.filter(variant__sku="c").update(sale_price=5, sale_until=today)
    assert skus("price_max=9") == "c"
    assert skus("", "price")[0] == "c"


def test_a_variant_is_found_by_its_number_and_barcode(catalogue: dict[str, Product]) -> None:
    catalogue["b"].variants.create(sku="B/XL", barcode="0400000000015")
    assert skus("q=b/xl") == "b"
    assert skus("q=0400000000015") == "b"


def test_prices_of_several_currencies_are_compared_by_their_rates(settings: Any) -> None:
    Offer.objects.filter(variant__sku__in="abe").update(currency="EUR")
    Offer.objects.filter(variant__sku="c").update(currency="USD")
    assert skus("", "price") == "aebdc"
    assert skus("price_min=1") == "eba"  # nobody knows what 30 USD are
    columns.forget()
    settings.CURRENCY_RATES = {"EUR": Decimal(1), "USD": Decimal("0.5")}
    assert skus("", "price") == "acebd"
    assert skus("price_max=15") == "ca"
    assert columns.table().currency == "EUR"
