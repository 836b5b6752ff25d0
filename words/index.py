"""Which products have which words: whole words and their stems, never parts of words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from words.text import fold, stem

Ids = npt.NDArray[np.int64]
# Of which a text has at least one: each a group of stems that it has all of.
Alternatives = tuple[tuple[str, ...], ...]
NOTHING = np.empty(0, np.int64)
LOOKED_AT = 200  # of the products that a beginning fits, the newest
LAST = "\U0010ffff"  # comes after any letter


@dataclass(frozen=True)
class Text:
    """What the product `pk` is called."""

    pk: int
    name: str


class WordIndex:
    """`words`: each word of names, folded, -> how many products have it."""

    def __init__(self, texts: Iterable[Text] = ()) -> None:
        self.words: Counter[str] = Counter()
        self._texts: dict[int, Text] = {}
        self._named: dict[str, Ids] = {}
        self._sorted: list[str] | None = None
        self.update(texts)

    @property
    def pks(self) -> Ids:
        return np.array(sorted(self._texts), np.int64)

    def update(self, texts: Iterable[Text], gone: Iterable[int] = ()) -> None:
        """Takes these in, in place of what was said of the same products; forgets the `gone`."""
        new = {one.pk: one for one in texts}
        old = [self._texts.pop(pk) for pk in {*new, *gone} if pk in self._texts]
        for text in old:
            self.words.subtract(set(words_of(text.name)))
        for text in new.values():
            self.words.update(set(words_of(text.name)))
        self.words = +self.words
        self._sorted = None
        _move(self._named, old, new.values())
        self._texts.update(new)

    def knows(self, word: str) -> bool:
        return stem(word) in self._named

    def count(self, word: str) -> int:
        return len(self._named.get(stem(word), ()))

    def count_of(self, alternatives: Alternatives) -> int:
        """At most so many products have one of them in their names."""
        numbers = (
            min(len(self._named.get(one, ())) for one in stems) for stems in set(alternatives)
        )
        return sum(numbers)

    def beginning(self, text: str, most: int) -> list[int]:
        """Products in whose names all words of a text stand, the last at least begun: those called
        just so come first, and new ones before old."""
        words = words_of(text)
        if not words:
            return []
        begun = {stem(word) for word in self._words_beginning(words[-1])}
        lists = [self._named[one] for one in begun if one in self._named]
        last = np.unique(np.concatenate(lists)) if lists else NOTHING
        ids = _all([last, *(self._named.get(stem(word), NOTHING) for word in words[:-1])])
        newest = ids[: -LOOKED_AT - 1 : -1].tolist()
        start = " ".join(words)
        return sorted(newest, key=lambda pk: not self._called(pk).startswith(start))[:most]

    def _called(self, pk: int) -> str:
        return " ".join(words_of(self._texts[pk].name))

    def _words_beginning(self, text: str) -> list[str]:
        if self._sorted is None:
            self._sorted = sorted(self.words)
        first = bisect_left(self._sorted, text)
        return self._sorted[first : bisect_left(self._sorted, text + LAST, first)]

    def ids(self, alternatives: Alternatives) -> Ids:
        """(n,) ids, ascending, of the products whose names have one of them."""
        found = [_all(self._named.get(one, NOTHING) for one in stems) for stems in alternatives]
        return reduce(np.union1d, found, NOTHING)


def _move(having: dict[str, Ids], old: Iterable[Text], new: Iterable[Text]) -> None:
    """Takes the old texts out of the lists of their stems, and puts the new ones in."""
    leaving, coming = _by_stem(old), _by_stem(new)
    for one in leaving.keys() | coming.keys():
        kept = np.setdiff1d(having.pop(one, NOTHING), leaving.get(one, NOTHING))
        ids = np.union1d(kept, np.array(coming.get(one, ()), np.int64))
        if len(ids):
            having[one] = ids


def _by_stem(texts: Iterable[Text]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for text in texts:
        for one in set(stems_of(text.name)):
            found[one].append(text.pk)
    return found


def _all(found: Iterable[Ids]) -> Ids:
    lists = list(found)
    return reduce(np.intersect1d, lists) if lists else NOTHING


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(re.sub(r"['\u2019](?=s\b)", "", text)))


def stems_of(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words_of(text))
