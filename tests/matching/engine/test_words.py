from __future__ import annotations

import pytest

from matching.engine.words import Vocabulary

VALUES = {
    "item_type": ["tshirts", "shirts", "dresses", "casual shoes", "sports shoes", "scarves"],
    "gender": ["men", "women"],
    "colour": ["red", "blue", "navy blue", "burgundy"],
    "season": ["summer", "fall"],
    "style": ["sports", "casual", "smart casual"],
}
GROUPS = {
    "tshirts": ["topwear", "apparel"],
    "shirts": ["topwear", "apparel"],
    "casual shoes": ["shoes", "footwear"],
    "sports shoes": ["shoes", "footwear"],
}
VOCABULARY = Vocabulary(VALUES, GROUPS)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("white summer dress", {"season": ("summer",), "item_type": ("dresses",)}),
        ("like this, but in red", {"colour": ("red",)}),
        ("for men", {"gender": ("men",)}),
        ("a men's shirt", {"gender": ("men",), "item_type": ("shirts",)}),
        ("T-Shirts", {"item_type": ("tshirts",)}),
        ("t shirt", {"item_type": ("tshirts",)}),
        ("scarf or scarves", {"item_type": ("scarves",)}),
        ("autumn", {"season": ("fall",)}),
        ("red or blue", {"colour": ("red", "blue")}),
        ("red red", {"colour": ("red",)}),
    ],
)
def test_words_of_attributes_are_wishes(text: str, wanted: dict[str, tuple[str, ...]]) -> None:
    assert VOCABULARY.understand(text).wanted == wanted


def test_the_longest_phrase_counts() -> None:
    wishes = VOCABULARY.understand("smart casual navy blue sports shoes")
    assert wishes.wanted == {
        "style": ("smart casual",),
        "colour": ("navy blue",),
        "item_type": ("sports shoes",),
    }


def test_the_name_of_a_group_asks_for_all_of_its_values() -> None:
    assert VOCABULARY.understand("shoes").wanted == {"item_type": ("casual shoes", "sports shoes")}


def test_what_stands_after_not_is_not_wanted() -> None:
    wishes = VOCABULARY.understand("it is burgundy, not in red")
    assert wishes.wanted == {"colour": ("burgundy",)}
    assert wishes.unwanted == {"colour": ("red",)}


def test_other_words_are_kept_and_small_ones_are_not() -> None:
    assert VOCABULARY.understand("something by Nike with stripes").rest == ("nike", "stripes")


@pytest.mark.parametrize("text", ["", "  ", "!?", "\N{PILE OF POO}", "not", "x" * 5000])
def test_nothing_is_understood_from_nothing(text: str) -> None:
    wishes = VOCABULARY.understand(text)
    assert wishes.wanted == wishes.unwanted == {}


def test_a_catalogue_without_values_understands_nothing() -> None:
    assert Vocabulary({}, {}).understand("red sneakers").wanted == {}
