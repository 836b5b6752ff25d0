"""What somebody who types may mean: words of the shop's values, brands, names of products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce

import numpy as np
import numpy.typing as npt

from catalog.columns import Table, table
from catalog.facets import labels_of_facets
from catalog.models import Product
from catalog.parameters import BRAND
from catalog.reading import language_of_page, read, reader
from catalog.texts import best
from words import Meaning, Phrases, Vocabulary, run_together

SHORTEST = 2  # letters by which products are looked for
LONGEST = 4  # words that are completed together
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Completion:
    """`text`: all that was typed, with its last words completed; `key` and `label`: of the
    attribute that is meant, or the brand; "" for several and for none, no label for one that
    shoppers do not see. At most `count` products have it."""

    text: str
    key: str
    label: str
    count: int


@dataclass(frozen=True)
class _Phrase:
    """`is_own`: the shop's own name for it."""

    meaning: Meaning
    is_own: bool


def completions(typed: str, most: int) -> list[Completion]:
    """As many of the last words as something begins with are completed; what most of the products
    have of which the words before are said comes first, and the shop's own names before others."""
    words, labels = typed.split(), labels_of_facets()
    for size in range(min(LONGEST, len(words)), 0, -1):
        before, begun = " ".join(words[:-size]), " ".join(words[-size:])
        found = [
            Completion(f"{before} {text}".strip(), key, labels.get(key, ""), count)
            for text, key, count in _completing(begun, before)
        ]
        if found:
            return [one for one in found if run_together(one.text) != run_together(typed)][:most]
    return []


def products_named(typed: str, most: int) -> list[Product]:
    """Findable ones that have all that is typed in their names, the last word at least begun; then
    those that say it elsewhere, as their number, for example."""
    if len(run_together(typed)) < SHORTEST:
        return []
    ids = reader().index.beginning(typed, 4 * most)
    if len(ids) < most:
        ids = list(dict.fromkeys([*ids, *best(typed, 4 * most)]))
    found = Product.objects.findable().with_offers().in_bulk(ids)
    return [found[one] for one in ids if one in found][:most]


def _completing(begun: str, before: str) -> Iterator[tuple[str, str, int]]:
    """Phrases with their attributes and counts, each meaning once."""
    rows, known = table(), reader()
    phrases = _phrases(known.vocabulary, language_of_page())
    brands = _brands(tuple(rows.values[BRAND]))
    beginning = [*phrases.beginning(begun), *brands.beginning(begun)]
    if not beginning:
        return
    counts = _counts(rows, _said_of(rows, before))

    def count(meaning: Meaning) -> int:
        named = [known.index.count_of(meaning.names)] if meaning.names else []
        return min([*_having(rows, counts, meaning), *named], default=0)

    def place(entry: tuple[bool, str, _Phrase, int]) -> tuple[bool, float, str]:
        is_within, text, phrase, number = entry
        return not phrase.is_own, -number / (1 + is_within), text

    told = set()
    counted = [(*one, count(one[2].meaning)) for one in beginning]
    for _, text, phrase, number in sorted(counted, key=place):
        values = phrase.meaning.values
        what = (tuple(values.items()), phrase.meaning.names)
        if number and what not in told:
            told.add(what)
            yield text, next(iter(values)) if len(values) == 1 else "", number


def _said_of(rows: Table, words: str) -> Flags:
    """The products of which the words are said; all if none is."""
    reading, said = read(words), np.ones(len(rows.ids), bool)
    for key, values in reading.wanted.items():
        places = [rows.values[key].index(one) for one in values if one in rows.values[key]]
        said &= np.isin(rows.codes[key], places)
    found = [reader().index.ids(alternatives) for alternatives in reading.named]
    return said & np.isin(rows.ids, reduce(np.intersect1d, found)) if found else said


def _counts(rows: Table, within: Flags) -> dict[str, list[int]]:
    """Key -> how many of the products have each value."""
    return {
        key: np.bincount(codes[within] + 1, minlength=len(rows.values[key]) + 1)[1:].tolist()
        for key, codes in rows.codes.items()
    }


def _having(rows: Table, counts: dict[str, list[int]], meaning: Meaning) -> Iterator[int]:
    """For each attribute how many products have one of the values."""
    for key, values in meaning.values.items():
        known = rows.values.get(key, [])
        yield sum(counts[key][known.index(one)] for one in values if one in known)


@lru_cache(maxsize=4)
def _phrases(vocabulary: Vocabulary, language: str) -> Phrases[_Phrase]:
    return Phrases(
        (text, _Phrase(meaning, is_own)) for text, meaning, is_own in vocabulary.phrases(language)
    )


@lru_cache(maxsize=2)
def _brands(names: tuple[str, ...]) -> Phrases[_Phrase]:
    return Phrases((name, _Phrase(Meaning("", {BRAND: (name,)}), is_own=True)) for name in names)
