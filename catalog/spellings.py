"""One value, however a shop spells it: "T-Shirts", "t shirt" and "Tee" are tshirts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from catalog.models import AttributeValue


def stem(label: str) -> str:
    """Letters and digits in lower case, the last word in the singular."""
    words = re.findall(r"[^\W_]+", label.casefold().replace("'s", "").replace("\u2019s", ""))
    return _singular("".join(words))


def _singular(word: str) -> str:
    """Ties and tie, accessories and accessory, dresses and dress end alike then."""
    if word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return re.sub("(ie|y)$", "i", word)


class Spellings:
    """Knows the values of every attribute, and counts what it took for one of them."""

    def __init__(self, values: Iterable[AttributeValue]) -> None:
        self._values: set[tuple[str, str]] = set()
        self._by_stem: dict[tuple[str, str], str] = {}
        self._taken: Counter[tuple[str, str, str]] = Counter()
        values = list(values)
        for row in values:
            self.add(row.attribute.key, row.value)
        for row in values:
            for spelling in row.spellings:
                self._by_stem[row.attribute.key, stem(spelling)] = row.value

    @classmethod
    def load(cls) -> Spellings:
        return cls(AttributeValue.objects.select_related("attribute"))

    def add(self, key: str, value: str) -> None:
        self._values.add((key, value))
        # Of two values that are nearly spelt alike neither is guessed.
        known = self._by_stem.setdefault((key, stem(value)), value)
        if known != value:
            self._by_stem[key, stem(value)] = ""

    def meant(self, key: str, label: str) -> str:
        """The value of attribute `key` that `label` means; `label` itself if it is a new one."""
        if not label or (key, label) in self._values:
            return label
        value = self._by_stem.get((key, stem(label)), "")
        if not value:
            self.add(key, label)
            return label
        self._taken[key, value, label] += 1
        return value

    def notes(self) -> Iterator[str]:
        """What was taken for what: "item_type: 't shirts', 'tee' taken as tshirts (3 rows)"."""
        by_value: dict[tuple[str, str], list[str]] = {}
        for key, value, label in sorted(self._taken):
            by_value.setdefault((key, value), []).append(label)
        for (key, value), labels in by_value.items():
            rows = sum(self._taken[key, value, label] for label in labels)
            said = ", ".join(map(repr, labels))
            yield f"{key}: {said} taken as {value} ({rows} row{'s' * (rows != 1)})"
