"""What is suggested to whom, and how a page is told it."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Product
from matching.search.suggest import MOST_EARLIER_ALONE, suggest
from shoppers.visitor import Visitor
from tests.helpers import encoded, picture, text_of
from tests.searches import FakeSearch, asker

pytestmark = pytest.mark.django_db


@pytest.fixture
def dress(make_product: type[Product]) -> Product:
    fields = {"name": "Red <b>Dress</b>", "item_type": "dresses", "colour": "red", "price": "20"}
    return make_product("1", photo=encoded(picture()), **fields)


def test_own_searches_come_first_and_nobody_elses(
    client: Client, fake_search: FakeSearch, dress: Product
) -> None:
    mine = asker(client)
    for words in ("red shoes", "Dresses, red", "dresses red", ""):
        fake_search(mine, words=words)
    fake_search(asker(Client()), words="red secret")
    found = suggest("re", mine.visitor)
    assert found.earlier == ["dresses red", "Dresses, red", "red shoes"]
    assert [one.text for one in found.words] == ["red"]
    assert found.products == [dress]
    assert suggest("re", Visitor()).earlier == []
    assert suggest("red shoes", mine.visitor).earlier == []


def test_before_anything_is_typed_there_are_own_searches_alone(
    client: Client, fake_search: FakeSearch, dress: Product
) -> None:
    mine = asker(client)
    for number in range(MOST_EARLIER_ALONE + 1):
        fake_search(mine, words=f"red {number}")
    found = suggest(" ", mine.visitor)
    assert found.earlier == [f"red {number}" for number in range(MOST_EARLIER_ALONE, 0, -1)]
    assert found.words == found.products == []


def test_a_word_is_suggested_once(client: Client, fake_search: FakeSearch, dress: Product) -> None:
    mine = asker(client)
    fake_search(mine, words="Red")
    found = suggest("r", mine.visitor)
    assert (found.earlier, [one.text for one in found.words]) == (["Red"], [])


def test_a_page_is_told_options(client: Client, dress: Product) -> None:
    answer = client.get("/suggestions", {"words": "red dr"})
    html = answer.content.decode()
    assert 'data-words="red dresses"' in html
    assert f'data-href="{dress.get_absolute_url()}"' in html
    assert "red dresses Item type Products Red <b>Dress</b> 20.00" in text_of(answer)
    assert "<b>" not in html
    assert 'data-counted="2 suggestions, by the arrow keys."' in html
    assert "no-store" in answer["Cache-Control"]
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("typed", ["", "x" * 5000, "%", "'\"<", "\ud83d\ude00"])
def test_whatever_is_typed_is_answered(client: Client, dress: Product, typed: str) -> None:
    answer = client.get("/suggestions", {"words": typed.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 200
    assert text_of(answer) == ""
