"""The rest of a query as meaning, as whole searches."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import translation

from catalog.models import Product
from matching import runtime
from matching.models import Search
from matching.search.ask import Ask, Asker
from matching.search.find import look_up
from tests.helpers import MakeProduct, encoded, picture

KINDS = (
    ("gloves", "grey", "12.00"),
    ("swimwear", "navy", "35.00"),
    ("umbrellas", "black", "20.00"),
    ("wallets", "brown", "40.00"),
    ("watches", "silver", "90.00"),
    ("dresses", "red", "70.00"),
    ("sports shoes", "white", "80.00"),
    ("laptop bag", "black", "60.00"),
)


@pytest.fixture
def drawer(make_product: MakeProduct) -> dict[str, Product]:
    """One product of each of eight kinds, two of gloves, and an index of them."""
    made = {
        kind: make_product(
            kind, photo=encoded(picture(colour, "tshirt")), item_type=kind, price=price
        )
        for kind, colour, price in KINDS
    }
    dear = make_product(
        "dear gloves",
        name="Fenwright Lune Gloves",
        photo=encoded(picture("olive", "tshirt")),
        item_type="gloves",
        price="55.00",
    )
    call_command("build_index", stdout=io.StringIO())
    return made | {"dear gloves": dear}


def first(words: str, language: str = "en") -> tuple[str, str]:
    """The kind of the first match, and what is said of the answer."""
    with translation.override(language):
        found = look_up(Ask(words=words, k=1), asker=Asker(Search.Source.PAGE))
    sku = found.matches[0].sku if found.matches else ""
    return sku.removeprefix("dear "), found.search.message


@pytest.mark.parametrize(
    ("words", "language", "kind"),
    [
        ("something for my cold fingertips", "en", "gloves"),
        ("a snorkelling weekend", "en", "swimwear"),
        ("to stay dry in a downpour", "en", "umbrellas"),
        ("damit meine Hände nicht kalt werden", "de", "gloves"),
        ("pour transporter mon ordi au travail", "en", "laptop bag"),
        ("para guardar los billetes", "en", "wallets"),
    ],
)
def test_a_sentence_finds_what_it_means(
    drawer: dict[str, Product], words: str, language: str, kind: str
) -> None:
    assert first(words, language) == (kind, "")


@pytest.mark.parametrize("words", ["asdfghjkl", "qwrtzp xyzzy", "98765 !!!"])
def test_nonsense_stays_nonsense(drawer: dict[str, Product], words: str) -> None:
    assert first(words) == ("", Search.Message.UNKNOWN_WORDS)


def test_a_name_goes_before_what_a_sentence_seems_to_mean(drawer: dict[str, Product]) -> None:
    assert first("is there something by fenwright")[0] == "gloves"
    found = look_up(Ask(words="something by fenwright lune", k=1), asker=Asker("page"))
    assert found.matches[0].sku == "dear gloves"


def test_limits_and_what_is_not_wanted_hold_beside_a_meaning(drawer: dict[str, Product]) -> None:
    found = look_up(
        Ask(words="something for my cold fingertips under 30", k=3), asker=Asker("page")
    )
    prices = {one.sku: drawer[one.sku].price for one in found.matches}
    assert found.matches[0].sku == "gloves"
    assert all(price is not None and price <= 30 for price in prices.values())


def test_a_kind_that_is_named_is_the_kind_that_is_found(drawer: dict[str, Product]) -> None:
    assert first("a wallet for when it rains at the beach")[0] == "wallets"


@pytest.mark.parametrize("name", ["", "not-there"])
def test_without_an_encoder_words_are_understood_as_they_are_listed(
    drawer: dict[str, Product], settings: Any, name: str
) -> None:
    settings.SENTENCES = name
    assert runtime.get_sentences() is None
    assert first("to blorptz")[1] == Search.Message.UNKNOWN_WORDS
    assert first("wallets")[0] == "wallets"
