"""Attribute words in what a shopper types: "like this, but in red, for men"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

LONGEST = 4  # words of one value
NOT = frozenset({"not", "no", "without", "except"})
# What people say for what catalogues write. Each side is compared in the form of `_stem`.
SYNONYMS = {
    "tee": ("tshirts",),
    "t shirt": ("tshirts",),
    "polo": ("tshirts",),
    "sneaker": ("casual shoes", "sports shoes"),
    "trainer": ("casual shoes", "sports shoes"),
    "running shoe": ("sports shoes",),
    "boot": ("casual shoes", "booties"),
    "pants": ("trousers", "track pants", "leggings", "lounge pants"),
    "pant": ("trousers", "track pants", "leggings", "lounge pants"),
    "jumper": ("sweaters",),
    "pullover": ("sweaters",),
    "hoodie": ("sweatshirts",),
    "coat": ("jackets", "rain jacket"),
    "gown": ("dresses",),
    "bag": ("handbags", "backpacks", "clutches", "messenger bag", "duffel bag"),
    "purse": ("handbags", "clutches"),
    "glasses": ("sunglasses",),
    "shades": ("sunglasses",),
    "blouse": ("tops", "shirts"),
    "high heel": ("heels",),
    "slipper": ("flip flops",),
    "saree": ("sarees",),
    "sari": ("sarees",),
    "hat": ("hat", "caps"),
    "necklace": ("necklace and chains",),
    "perfume": ("perfume and body mist",),
    "male": ("men",),
    "man": ("men",),
    "mens": ("men",),
    "guy": ("men",),
    "female": ("women",),
    "woman": ("women",),
    "womens": ("women",),
    "lady": ("women",),
    "ladies": ("women",),
    "boy": ("boys",),
    "girl": ("girls",),
    "autumn": ("fall",),
    "gray": ("grey",),
    "navy": ("navy blue",),
    "violet": ("purple",),
    "dark red": ("burgundy", "maroon"),
    "wine": ("burgundy", "maroon"),
    "golden": ("gold",),
    "turquoise": ("turquoise blue",),
    "sporty": ("sports",),
    "sport": ("sports",),
    "elegant": ("formal",),
    "office": ("formal",),
    "business": ("formal",),
    "traditional": ("ethnic",),
}


@dataclass(frozen=True)
class Wishes:
    """Attribute key -> the values asked for, and those not wanted. `rest`: words that are neither,
    nor of little meaning by themselves."""

    wanted: dict[str, tuple[str, ...]]
    unwanted: dict[str, tuple[str, ...]]
    rest: tuple[str, ...]


class Vocabulary:
    """Values and their groups, found by what people call them.

    `values`: attribute key -> values, lower case; `groups`: value -> groups it belongs to. A word
    that is a value of several attributes ("sports shoes", "sports") counts for the longest phrase.
    """

    def __init__(
        self, values: Mapping[str, Iterable[str]], groups: Mapping[str, Sequence[str]]
    ) -> None:
        self._by_phrase: dict[str, tuple[str, tuple[str, ...]]] = {}
        by_group: dict[tuple[str, str], list[str]] = {}
        named: dict[str, str] = {}
        for key, names in values.items():
            for name in names:
                named.setdefault(name, key)
                for group in groups.get(name, ()):
                    by_group.setdefault((key, group), []).append(name)
        for (key, group), members in by_group.items():
            self._by_phrase.setdefault(_stem(group), (key, tuple(members)))
        for phrase, meant in SYNONYMS.items():
            known = tuple(name for name in meant if name in named)
            if known:
                self._by_phrase[_stem(phrase)] = (named[known[0]], known)
        for name, key in named.items():
            self._by_phrase[_stem(name)] = (key, (name,))

    def understand(self, text: str) -> Wishes:
        """Longest phrases first; a value after "not" or "without" is one not wanted."""
        wanted: dict[str, list[str]] = {}
        unwanted: dict[str, list[str]] = {}
        rest: list[str] = []
        negated = False
        for word, found in self._phrases(text):
            if found:
                key, values = found
                (unwanted if negated else wanted).setdefault(key, []).extend(values)
            elif word not in NOT and word not in FILLERS:
                rest.append(word)
            negated = word in NOT or (negated and word in FILLERS)
        return Wishes(
            {key: tuple(dict.fromkeys(values)) for key, values in wanted.items()},
            {key: tuple(dict.fromkeys(values)) for key, values in unwanted.items()},
            tuple(rest),
        )

    def _phrases(self, text: str) -> Iterator[tuple[str, tuple[str, tuple[str, ...]] | None]]:
        words, at = _words(text), 0
        while at < len(words):
            for length in range(min(LONGEST, len(words) - at), 0, -1):
                found = self._by_phrase.get(_stem(" ".join(words[at : at + length])))
                if found or length == 1:
                    yield " ".join(words[at : at + length]), found
                    at += length
                    break


FILLERS = frozenset(
    [
        "a",
        "an",
        "and",
        "but",
        "by",
        "cut",
        "for",
        "from",
        "i",
        "in",
        "is",
        "it",
        "its",
        "like",
        "me",
        "more",
        "my",
        "of",
        "on",
        "or",
        "please",
        "show",
        "something",
        "some",
        "similar",
        "than",
        "that",
        "the",
        "these",
        "this",
        "those",
        "to",
        "want",
        "with",
        "would",
    ]
)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"['\N{RIGHT SINGLE QUOTATION MARK}]", "", text.lower()))


def _stem(phrase: str) -> str:
    """Singular of the last word, run together: "T-Shirts", "t shirt" and "tshirts" are one."""
    words = _words(phrase)
    if not words:
        return ""
    last = words[-1]
    for ending, kept in (("sses", "ss"), ("ches", "ch"), ("shes", "sh"), ("ies", "y"), ("s", "")):
        if last.endswith(ending) and not last.endswith("ss") and len(last) > len(ending) + 2:
            words[-1] = last[: len(last) - len(ending)] + kept
            break
    return "".join(words)
