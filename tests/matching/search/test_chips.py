"""How each word was taken is told, and taken back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from matching.models import Search
from matching.search.chips import chips_of
from tests.helpers import MakeProduct, text_of
from words import Role

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def values(make_product: MakeProduct) -> None:
    """Products that give a brand, a price and a print."""
    make_product("AB-1", name="Nike Striped Tee", price=20)


def said(words: str, language: str = "en") -> list[str]:
    with translation.override(language):
        return [chip.said for chip in chips_of(Search(words=words))]


@pytest.mark.usefixtures("values")
@pytest.mark.parametrize(
    ("words", "chips"),
    [
        ("red dress without stripes", ["red", "dresses", "not stripes"]),
        ("dress with a belt under 2000", ["dresses", "best with belts", "up to 2,000"]),
        ("nike 10 to 20 €", ["nike", "10 to 20"]),
        ("dress from 20", ["dresses", "from 20"]),
        ("shoes size 42", ["shoes", "size 42: cannot be searched by here"]),
        ("dresses on sale", ["dresses", "on sale: cannot be searched by here"]),
        ("dress qwrtzp", ["dresses", "qwrtzp: not known here"]),
        ("AB-1", ["number AB-1"]),
        ("sneekers", ["casual shoes, sports shoes"]),
    ],
)
def test_each_part_is_said(words: str, chips: list[str]) -> None:
    assert said(words) == chips


@pytest.mark.usefixtures("values")
def test_it_is_said_in_the_language_of_the_page() -> None:
    assert said("rotes Kleid ohne Streifen", "de") == ["rot", "Kleider", "nicht Streifen"]


def test_without_prices_no_price_is_promised() -> None:
    assert said("dress under 20") == ["dresses", "under 20: cannot be searched by here"]


def test_a_part_or_a_correction_is_taken_back() -> None:
    red, dress = chips_of(Search(words="red dres, please"))
    assert (red.without, red.as_typed) == ("dres, please", "")
    assert (dress.typed, dress.as_typed) == ("dres", 'red "dres" , please')


@pytest.mark.usefixtures("values")
@pytest.mark.parametrize(
    ("words", "turned", "without"),
    [
        ("red dress", ["-red dress", "red -dress"], ["dress", "red"]),
        ("dress without stripes", ["-dress without stripes", "stripes dress"],
         ["without stripes", "dress"]),
        ("dress -red", ["-dress -red", "red dress"], ["-red", "dress"]),
        ("dress not red or blue", ["-dress not red or blue", "red dress not or blue",
         "blue dress not red or"], ["not red or blue", "dress not or blue", "dress not red or"]),
        ("dress with a belt", ["-dress with a belt", "dress with a -belt"],
         ["with a belt", "dress with a"]),
        ("dress under 20", ["-dress under 20", ""], ["under 20", "dress"]),
    ],
)  # fmt: skip
def test_a_part_is_turned_round(words: str, turned: list[str], without: list[str]) -> None:
    chips = chips_of(Search(words=words))
    assert [chip.turned for chip in chips] == turned
    assert [chip.without for chip in chips] == without


@pytest.mark.usefixtures("values")
@pytest.mark.parametrize("words", ["red navy blue dress", "rotes kleid", "robe rouge"])
def test_what_is_turned_twice_is_as_it_was(words: str) -> None:
    for at, chip in enumerate(chips_of(Search(words=words))):
        other = chips_of(Search(words=chip.turned))
        assert other[at].role == Role.UNWANTED
        again = chips_of(Search(words=other[at].turned))
        assert sorted(one.said for one in again) == sorted(said(words))


@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_the_page_shows_the_chips_and_a_click_takes_one_back(client: Client) -> None:
    page = client.post("/", {"words": "red hanbags"}, headers=HTMX)
    assert "hanbags handbags not handbags Search without: handbags" in text_of(page)
    search = Search.objects.get()
    client.post(f"{search.get_absolute_url()}again", {"words": "red"})
    assert Search.objects.exclude(pk=search.pk).get().words == "red"
