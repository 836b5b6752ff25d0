from __future__ import annotations

import json

import pytest
from django.test import Client
from django.utils.translation import override

from catalog.models import Attribute, Product
from matching.models import Search
from matching.search.api.serializers import AnswerSerializer
from matching.search.ask import Asker
from matching.search.refusals import WishError
from matching.search.wording import (
    MESSAGES,
    WIDENED,
    error_said,
    message_said,
    percent,
    reasons_teller,
    sureness,
    widened_said,
)
from tests.helpers import text_of
from tests.searches import FakeSearch, Post

pytestmark = pytest.mark.django_db
# What programs are told, letter by letter.
SENTENCES = {
    "no_garment": "We see no clothing, shoes or accessories in this picture. "
    "Try a photo that shows one item, well lit and close up.",
    "weak": "Nothing in the catalogue looks much like this; these products come closest.",
    "nothing": "The catalogue has nothing that matches this picture.",
    "nothing_left": "No product passes all of these filters. Take one of them away.",
    "unknown_words": "We know none of these words. This is what the shop has.",
}


def test_every_code_has_its_sentence() -> None:
    assert set(MESSAGES) == set(Search.Message)
    assert set(WIDENED) == set(Search.Widened)
    assert {code: message_said(code) for code in Search.Message.values} == SENTENCES


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("code", Search.Message.values)
def test_programs_are_told_in_english(
    fake_search: FakeSearch, red: Product, language: str, code: str
) -> None:
    fields = {"message": code, "widened": Search.Widened.WISHES}
    match = {"reasons": ["item_type", "colour"]}
    search = fake_search(Asker(Search.Source.API), [red], match=match, **fields)
    with override(language):
        answer = json.loads(json.dumps(AnswerSerializer(search).data))
    assert answer["message"] == SENTENCES[code]
    assert answer["widened"] == "other attributes"
    assert answer["matches"][0]["reasons"] == ["same item type", "same colour"]


def test_people_are_told_in_their_language(client: Client, post: Post, red: Product) -> None:
    Attribute.objects.create(key="fabric", label="Fabric", csv_column="fabric")
    kept = {"message": Search.Message.WEAK, "match": {"reasons": ["colour", "fabric"]}}
    said = {"colour": "red", "fabric": "wool"}
    address = post(red, corrections=said, **kept)["Location"]
    english = text_of(client.get(address))
    assert SENTENCES["weak"] in english
    assert "same colour same fabric" in english
    german = text_of(client.get(address, headers={"Accept-Language": "de"}))
    assert SENTENCES["weak"] not in german
    assert "gleiche Farbe gleich: Fabric" in german


def test_a_new_label_is_told_of_old_searches_too() -> None:
    Attribute.objects.filter(key="colour").update(label="Shade")
    assert reasons_teller(shown_only=True)(["colour"]) == ["same shade"]


def test_reasons_that_shoppers_do_not_see_are_for_programs_only() -> None:
    Attribute.objects.filter(key="season").update(is_shown=False)
    assert reasons_teller(shown_only=True)(["season", "colour"]) == ["same colour"]
    assert reasons_teller(shown_only=False)(["season", "colour"]) == ["same season", "same colour"]


def test_what_no_code_stands_for_is_told_as_it_is() -> None:
    assert message_said("A sentence of long ago.") == "A sentence of long ago."
    assert widened_said("topwear") == "topwear"
    assert reasons_teller(shown_only=True)(["same cut"]) == ["same cut"]


def test_an_attribute_that_is_gone_is_told_by_its_key() -> None:
    assert reasons_teller(shown_only=True)(["heel_height"]) == ["same heel height"]


def test_a_refusal_is_told_by_its_code() -> None:
    error = WishError("no_such_value")
    assert error_said(error) == str(error) == "The catalogue has no such value."
    with override("de"):
        assert error_said(error) == "So etwas hat der Katalog nicht."


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1.0, "sure (100 %)"),
        (0.9, "sure (90 %)"),
        (0.899, "quite sure (90 %)"),
        (0.5, "likely (50 %)"),
        (0.41, "unsure (41 %)"),
        (0.0, "a guess (0 %)"),
    ],
)
def test_how_sure_it_is_is_said_in_words(probability: float, words: str) -> None:
    assert sureness(probability) == words


def test_it_is_said_in_the_readers_language() -> None:
    with override("de"):
        assert sureness(0.95) == "sicher (95 %)"


def test_a_share_below_nothing_is_nothing() -> None:
    assert percent(-0.1) == "0 %"
