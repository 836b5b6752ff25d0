"""What somebody may be about to type: phrases found by how any of their words begins."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from words.index import words_of
from words.text import folds

Thing = TypeVar("Thing")


class Phrases(Generic[Thing]):
    """Phrases, each with what it stands for."""

    def __init__(self, phrases: Iterable[tuple[str, Thing]]) -> None:
        self._phrases = list(phrases)
        entries = sorted(
            {
                (" ".join(words[at:]), at > 0, number)
                for number, (text, _thing) in enumerate(self._phrases)
                for words in (words_of(form) for form in folds(text))
                for at in range(len(words))
            }
        )
        self._beginnings = [beginning for beginning, _, _ in entries]
        self._entries = [(is_within, number) for _, is_within, number in entries]

    def beginning(self, text: str) -> Iterator[tuple[bool, str, Thing]]:
        """Those of which a word, and what follows it, begins with `text`; whether that is within
        the phrase, the phrase, and what it stands for."""
        start = " ".join(words_of(text))
        at = bisect_left(self._beginnings, start)
        while start and at < len(self._entries) and self._beginnings[at].startswith(start):
            is_within, number = self._entries[at]
            yield is_within, *self._phrases[number]
            at += 1
