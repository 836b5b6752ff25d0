from __future__ import annotations

import pytest
from django.test import Client

from matching.measuring.dashboard import read_dashboard
from matching.models import Search
from matching.search.ask import Asker
from shoppers.models import Favourite, FavouriteList
from shoppers.visitor import Visitor
from tests.helpers import MakeProduct, encoded, picture, text_of
from tests.searches import FakeSearch

pytestmark = pytest.mark.django_db


def test_the_dashboard_counts_what_shoppers_did(
    admin_client: Client, fake_search: FakeSearch, make_product: MakeProduct
) -> None:
    who = Asker(Search.Source.PAGE, Visitor(session_key="x"))
    product = make_product("1", name="Red Tee", photo=encoded(picture()))
    fake_search(who, [product])
    fake_search(who, [product], message=Search.Message.WEAK)
    fake_search(who, is_fashion=False, message=Search.Message.NO_GARMENT)
    fake_search(who, [product], corrections={"colour": "green"})
    liked = FavouriteList.objects.create(name="mine", session_key="x")
    Favourite.objects.create(list=liked, product=product)
    text = text_of(admin_client.get("/admin/dashboard/"))
    assert "Searches 4" in text
    assert "25% (1)" in text
    assert "Red Tee 1 heart" in text
    assert "tshirts, red" in text
    assert "Colour 1" in text


@pytest.mark.parametrize(
    ("message", "weak"),
    [("", 0), ("weak", 1), ("unknown_words", 1), ("A sentence of long ago.", 0)],
)
def test_an_answer_is_weak_by_its_code(
    fake_search: FakeSearch, make_product: MakeProduct, message: str, weak: int
) -> None:
    fake_search(Asker(Search.Source.API), [make_product("1")], message=message)
    assert read_dashboard().weak == weak


def test_nothing_found_is_weak(fake_search: FakeSearch) -> None:
    fake_search(Asker(Search.Source.API), [], message=Search.Message.NOTHING)
    assert read_dashboard().weak == 1


def test_an_empty_dashboard_says_what_will_stand_there(admin_client: Client) -> None:
    text = text_of(admin_client.get("/admin/dashboard/"))
    assert "Nobody has searched yet." in text
    assert "No product has a heart yet." in text
