"""Which products have which words: whole words and their stems, never parts of words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import reduce

import numpy as np
import numpy.typing as npt

from words.text import fold, stem

Ids = npt.NDArray[np.int64]
# Of which a text has at least one: each a group of stems that it has all of.
Alternatives = tuple[tuple[str, ...], ...]


class WordIndex:
    """Of rows (id, text). `words`: each word, folded, -> how many rows have it."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        self.words: Counter[str] = Counter()
        having: dict[str, list[int]] = defaultdict(list)
        for pk, text in rows:
            found = set(words_of(text))
            self.words.update(found)
            for one in {stem(word) for word in found}:
                having[one].append(pk)
        self._ids = {one: np.array(sorted(pks), np.int64) for one, pks in having.items()}

    def knows(self, word: str) -> bool:
        return stem(word) in self._ids

    def count(self, word: str) -> int:
        return len(self._ids.get(stem(word), ()))

    def ids(self, alternatives: Alternatives) -> Ids:
        """(n,) ids, ascending, of the rows that have one of them."""
        found = [self._having_all(stems) for stems in alternatives]
        return reduce(np.union1d, found) if found else np.empty(0, np.int64)

    def _having_all(self, stems: tuple[str, ...]) -> Ids:
        nothing = np.empty(0, np.int64)
        found = [self._ids.get(one, nothing) for one in stems]
        return reduce(np.intersect1d, found) if found else nothing


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(re.sub(r"['\u2019](?=s\b)", "", text)))


def stems_of(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words_of(text))
