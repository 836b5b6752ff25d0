"""Phrases are found by how their words begin."""

from __future__ import annotations

import pytest

from words import Phrases

KNOWN = Phrases([("Casual Shoes", 1), ("Gürtel", 2), ("shoe-laces", 3), ("T-Shirts", 4)])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sho", [(True, "Casual Shoes", 1), (False, "shoe-laces", 3)]),
        ("casual sh", [(False, "Casual Shoes", 1)]),
        ("SHOE LAC", [(False, "shoe-laces", 3)]),
        ("gur", [(False, "Gürtel", 2)]),
        ("guer", [(False, "Gürtel", 2)]),
        ("hoe", []),
        ("t-sh", [(False, "T-Shirts", 4)]),
        (" - ", []),
    ],
)
def test_a_phrase_is_found_by_any_word_of_it(
    typed: str, found: list[tuple[bool, str, int]]
) -> None:
    assert sorted(KNOWN.beginning(typed)) == sorted(found)
