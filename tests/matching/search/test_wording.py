from __future__ import annotations

import pytest
from django.utils.translation import override

from matching.search.wording import percent, sureness


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
