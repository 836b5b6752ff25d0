"""Exactly the hearts of what a visitor likes are pressed, whoever opens the page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Product
from matching.search.ask import Asker
from shoppers.favourites import share
from shoppers.models import FavouriteList
from shoppers.visitor import Visitor
from tests.helpers import MakeProduct, encoded, picture
from tests.searches import FakeSearch, asker

pytestmark = pytest.mark.django_db
HEART = re.compile(r'action="/products/(\d)/like".*?aria-pressed="(\w+)"', re.DOTALL)
# What each kind of visitor likes of the products 1, 2 and 3. The first shares a list of 1 and 2.
LIKES = {"owner": {"1", "2"}, "guest": {"2", "3"}, "member": {"3"}, "stranger": set()}
VISITORS = pytest.mark.parametrize("who", LIKES)


@pytest.fixture(autouse=True)
def products(make_product: MakeProduct) -> list[Product]:
    return [make_product(sku, photo=encoded(picture())) for sku in "123"]


@pytest.fixture
def visitors(products: list[Product]) -> dict[str, Client]:
    found = {who: Client() for who in LIKES}
    found["member"].force_login(User.objects.create_user("eve"))
    for who, liked in LIKES.items():
        for sku in sorted(liked):
            found[who].post(f"/products/{sku}/like")
    return found


@pytest.fixture
def link(visitors: dict[str, Client]) -> str:
    theirs = FavouriteList.objects.get(products__sku="1")
    share(theirs, on=True)
    return f"/favourites/shared/{theirs.share_token}/"


def hearts(page: Any) -> dict[str, bool]:
    """SKU -> whether its heart is pressed; where a product stands twice, both say the same."""
    assert page.status_code == 200
    found = HEART.findall(page.content.decode())
    assert len(set(found)) == len(dict(found))
    return {sku: pressed == "true" for sku, pressed in found}


def as_liked(who: str, shown: str) -> dict[str, bool]:
    return {sku: sku in LIKES[who] for sku in shown}


@VISITORS
@pytest.mark.parametrize("path", ["/", "/products/"])
def test_hearts_of_lists_of_products(visitors: dict[str, Client], who: str, path: str) -> None:
    assert hearts(visitors[who].get(path)) == as_liked(who, "123")


@VISITORS
def test_the_heart_of_a_products_page(visitors: dict[str, Client], who: str) -> None:
    for sku in "123":
        assert hearts(visitors[who].get(f"/products/{sku}/")) == as_liked(who, sku)


@VISITORS
def test_hearts_of_a_shared_list_are_those_of_who_looks(
    visitors: dict[str, Client], link: str, who: str
) -> None:
    assert hearts(visitors[who].get(link)) == as_liked(who, "12")


@VISITORS
def test_hearts_of_a_result(
    visitors: dict[str, Client], who: str, fake_search: FakeSearch, products: list[Product]
) -> None:
    by = asker(visitors[who])
    if who == "member":
        by = Asker(by.source, Visitor(User.objects.get().pk))
    search = fake_search(by, products)
    page = visitors[who].get(search.get_absolute_url())
    assert hearts(page) == as_liked(who, "123")
    narrowed = visitors[who].get(search.get_absolute_url(), headers={"HX-Target": "matches"})
    assert hearts(narrowed) == as_liked(who, "123")


@VISITORS
def test_what_is_all_ones_own_has_no_hearts(visitors: dict[str, Client], who: str) -> None:
    for path in ("/favourites/", "/history/"):
        assert hearts(visitors[who].get(path)) == {}
    if LIKES[who]:
        mine = visitors[who].get("/favourites/").context["lists"][0]
        assert hearts(visitors[who].get(f"/favourites/{mine.pk}/")) == {}
