"""The words of several languages, and what they mean among the values that a shop has.

vocabulary.csv is the one table of words. `role` says what a phrase does in a query; `values` which
values or groups of values it asks for; `names` what the name of a product has to say besides (of a
feature, which names say anyway: what else is not meant where it is not wanted); then follow the
phrases, language by language. sayings.csv has what people say whole, and which values that asks
for: no query is looked up in it, but a sentence may be compared with it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from words.index import Alternatives, stems_of, words_of
from words.text import fold, folds, run_together, stem

LANGUAGES = ("en", "de", "fr", "es", "it")
OWN = ""  # the language of the shop's own words
LONGEST = 4  # words of a phrase
# Roles of content; that of a word which only names of products have is `NAME`, of one that only
# their descriptions have `TOLD`.
VALUE, FEATURE, OCCASION, NAME, TOLD = "value", "feature", "occasion", "name", "told"
CONTENT = {VALUE, FEATURE, OCCASION}
SMALL = "small"  # says nothing
SHORTEST_LABEL = 4  # letters; "Art" is a brand, too


@dataclass(frozen=True)
class Meaning:
    """What a phrase asks for: one of the `values` of each attribute key and, if there are `names`,
    a name that has one of them. `called`: how names of products say it."""

    role: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: Alternatives = ()
    called: Alternatives = ()
    said: str = ""


@dataclass(frozen=True)
class ShopValue:
    """A value of a shop's attribute `key`: the `groups` it belongs to, the shop's `spellings` of
    it, and language -> what the pages call it."""

    key: str
    name: str
    groups: Sequence[str] = ()
    spellings: Sequence[str] = ()
    translations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    role: str
    values: tuple[str, ...]
    names: tuple[str, ...]
    phrases: Mapping[str, tuple[str, ...]]


@cache
def rows() -> tuple[Row, ...]:
    """The table of words."""
    return _read("vocabulary.csv")


@cache
def sayings() -> tuple[Row, ...]:
    """One phrase a language, all of which say the same."""
    return _read("sayings.csv")


def _read(name: str) -> tuple[Row, ...]:
    with (Path(__file__).parent / name).open(newline="", encoding="utf-8") as file:
        return tuple(
            Row(
                row.get("role", OCCASION),
                _split(row["values"]),
                _split(row.get("names", "")),
                {language: _split(row[language]) for language in LANGUAGES},
            )
            for row in csv.DictReader(file)
        )


def compared(row: Row) -> list[str]:
    """Its phrases that sentences are compared with: an encoder needs no translations of values."""
    if not row.values or row.role not in (VALUE, OCCASION):
        return []
    spoken = LANGUAGES if row.role == OCCASION else LANGUAGES[:1]
    return [phrase for language in spoken for phrase in row.phrases[language]]


def _split(cell: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in cell.split(";") if one.strip())


class Vocabulary:
    """`gate`: the key of the attribute that says the kind of thing; "" if the shop has none.
    `labels`: languages, each with what its pages call an attribute: "brand Nike" asks for no more
    than "Nike"."""

    def __init__(
        self, values: Iterable[ShopValue], gate: str = "", labels: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.gate = gate
        self.values = list(values)
        self.words: dict[str, set[str]] = {language: set() for language in (OWN, *LANGUAGES)}
        self._members = _members(self.values)
        self._exact: dict[tuple[str, str], list[Meaning]] = defaultdict(list)
        self._stemmed: dict[tuple[str, str], list[Meaning]] = defaultdict(list)
        self._called: dict[tuple[str, str], Alternatives] = {}
        self._phrases: list[tuple[str, str, Meaning, bool]] = []
        for row in rows():
            self._add_row(row)
        self._add_own()
        for language, label in labels:
            is_clear = language in self.words and len(label) >= SHORTEST_LABEL
            if is_clear and not self.look_up(fold(label), language):
                self._add(language, label, Meaning(SMALL))

    def look_up(self, phrase: str, language: str) -> list[Meaning]:
        """What a phrase, folded, may mean in a language; nothing for most."""
        return self.exact(phrase, language) or self.alike(phrase, language)

    def exact(self, phrase: str, language: str) -> list[Meaning]:
        """The phrase as it is listed, with blanks or without."""
        return self._exact.get((language, phrase.replace(" ", "")), [])

    def alike(self, phrase: str, language: str) -> list[Meaning]:
        """Another form of it."""
        return self._stemmed.get((language, _stemmed(phrase, language)), [])

    def meanings(self) -> dict[str, Meaning]:
        """Phrases that ask for values, with the first that each means: what things are for in all
        languages, values in English and as the shop calls them."""
        found: dict[str, Meaning] = {}
        for row in (*sayings(), *rows()):
            if meaning := self._meant(row):
                found |= {phrase: meaning for phrase in compared(row) if phrase not in found}
        for one in self.values:
            found.setdefault(one.name, Meaning(VALUE, {one.key: (one.name,)}, said=one.name))
        return found

    def knows(self, word: str, language: str) -> bool:
        """Whether a folded word is of the language, be it only within a phrase."""
        return word in self.words[language] or bool(self.look_up(word, language))

    def phrases(self, language: str) -> list[tuple[str, Meaning, bool]]:
        """How people of that language, or in English, say what there is in a shop, what it means,
        and whether it is the shop's own name of it. Without occasions: too much suits one."""
        spoken = {language, OWN, "en"}
        return [
            (phrase, meaning, is_own)
            for said_in, phrase, meaning, is_own in self._phrases
            if said_in in spoken and meaning.role in (VALUE, FEATURE)
        ]

    def is_kind(self, meaning: Meaning) -> bool:
        return meaning.role == VALUE and self.gate in meaning.values

    def kin(self, key: str, value: str) -> tuple[str, ...]:
        """A value and its shades: who wants no blue wants no navy blue."""
        ending = f" {value}"
        return tuple(
            one.name
            for one in self.values
            if one.key == key and (one.name == value or one.name.endswith(ending))
        )

    def _add_row(self, row: Row) -> None:
        meaning = self._meant(row)
        if meaning is None:
            return
        for language, phrases in row.phrases.items():
            for phrase in phrases:
                self._phrases.append((language, phrase, meaning, False))
                self._add(language, phrase, meaning)

    def _meant(self, row: Row) -> Meaning | None:
        """None for what this shop has no value of."""
        values: dict[str, tuple[str, ...]] = {}
        for name in row.values:
            for key, value in self._members.get(name, ()):
                values[key] = (*values.get(key, ()), value)
        if row.values and not values:
            return None
        called = tuple(stems_of(phrase) for phrase in row.phrases["en"])
        names = tuple(stems_of(name) for name in row.names)
        if row.role == FEATURE:
            names, called = called, (*called, *names)
        said = " ".join(row.phrases["en"][:1])
        if row.role == VALUE and not names:
            said = " ".join(row.values[:2])
        if len(row.values) == 1 and not names:
            for key, members in values.items():
                self._called.update({(key, value): called for value in members[:1]})
        return Meaning(row.role, values, names, called, said)

    def _add_own(self) -> None:
        """The names of values come before all else, groups and the shop's spellings after them."""
        called_alike = {_stemmed(one.name, OWN) for one in self.values}
        for group in self._members:
            if _stemmed(group, OWN) not in called_alike and not self.look_up(fold(group), "en"):
                self._add_group(group)
        for one in self.values:
            called = (stems_of(one.name), *self._called.get((one.key, one.name), ()))
            meaning = Meaning(VALUE, {one.key: (one.name,)}, (), called, one.name)
            for phrase in (one.name, *one.spellings):
                self._put_first(OWN, phrase, meaning)
            self._phrases.append((OWN, one.name, meaning, True))
            for language, phrase in one.translations.items():
                self._phrases.append((language, phrase, meaning, True))
                self._put_first(language, phrase, meaning)

    def _add_group(self, group: str) -> None:
        values: dict[str, tuple[str, ...]] = {}
        for key, value in self._members[group]:
            values[key] = (*values.get(key, ()), value)
        meaning = Meaning(VALUE, values, (), (stems_of(group),), group)
        self._phrases.append((OWN, group, meaning, True))
        self._add(OWN, group, meaning)

    def _put_first(self, language: str, phrase: str, meaning: Meaning) -> None:
        if language not in self.words:
            return
        for form in {run_together(one) for one in folds(phrase)}:
            known = self._exact[language, form]
            if not any(
                one.said in one.values.get(key, ()) for one in known for key in meaning.values
            ):
                known.insert(0, meaning)
        self._add(language, phrase, meaning)

    def _add(self, language: str, phrase: str, meaning: Meaning) -> None:
        for folded in folds(phrase):
            self.words[language].update(words_of(folded))
            words = " ".join(words_of(folded)) or folded  # a sign of money is no word
            run = words.replace(" ", "")
            _append(self._exact[language, run], meaning)
            for form in {_stemmed(words, language), _stemmed(run, language)}:
                _append(self._stemmed[language, form], meaning)


def _append(known: list[Meaning], meaning: Meaning) -> None:
    if meaning not in known:
        known.append(meaning)


def _members(values: Sequence[ShopValue]) -> dict[str, list[tuple[str, str]]]:
    """Name of a value or of a group -> keys and values: itself, or the members."""
    found = {one.name: [(one.key, one.name)] for one in reversed(values)}
    names = set(found)
    for one in values:
        for group in dict.fromkeys(one.groups):
            if group and group not in names:
                found.setdefault(group, []).append((one.key, one.name))
    return found


def _stemmed(phrase: str, language: str) -> str:
    """With the stem of its last word."""
    before, space, last = fold(phrase).rpartition(" ")
    return before + space + stem(last, language or "en")
