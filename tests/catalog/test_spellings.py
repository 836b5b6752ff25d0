from __future__ import annotations

import pytest

from catalog.models import Attribute, AttributeValue
from catalog.spellings import Spellings, stem

TYPE, COLOUR = Attribute(key="item_type"), Attribute(key="colour")


def spellings(**values: list[str]) -> Spellings:
    return Spellings(
        AttributeValue(attribute=TYPE, value=value.replace("_", " "), spellings=other)
        for value, other in values.items()
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("T-Shirts", "t shirt"),
        ("Dresses", "dress"),
        ("Men's", "MEN"),
        ("navy-blue", "Navy  Blue"),
        ("Accessories", "accessory"),
        ("Watches", "watch"),
        ("Größen", "größen"),
    ],
)
def test_spellings_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_a_value_comes_before_every_guess() -> None:
    known = spellings(tie=[], ties=[], tops=["shirts"], shirts=[])
    assert [known.meant("item_type", one) for one in ("tie", "ties", "shirts")] == [
        "tie",
        "ties",
        "shirts",
    ]
    assert known.meant("item_type", "Tie's") == "Tie's"


def test_a_new_label_is_a_value_from_then_on() -> None:
    known = spellings(tshirts=[])
    assert known.meant("item_type", "ponchos") == "ponchos"
    assert known.meant("item_type", "poncho") == "ponchos"
    assert list(known.notes()) == ["item_type: 'poncho' taken as ponchos (1 row)"]


def test_attributes_have_their_own_values() -> None:
    known = Spellings(
        [
            AttributeValue(attribute=TYPE, value="ring", spellings=["gold"]),
            AttributeValue(attribute=COLOUR, value="gold"),
        ]
    )
    assert known.meant("item_type", "gold") == "ring"
    assert known.meant("colour", "gold") == "gold"
