"""What an import changes of the products that are there, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

NOTHING: tuple[Any, ...] = ("", None, [], {})


class Tally:
    """`emptied`: how many fields have nothing in them now that had something."""

    def __init__(self) -> None:
        self._changed: Counter[str] = Counter()
        self._emptied: Counter[str] = Counter()

    @property
    def emptied(self) -> int:
        return self._emptied.total()

    def take(self, parts: Iterable[Mapping[str, Any]]) -> None:
        """The news of one product: fields and labels by name. In the parts of one kind, as of
        several offers, a field counts once."""
        news = [(name, value in NOTHING) for part in parts for name, value in part.items()]
        self._changed.update({name for name, is_empty in news if not is_empty})
        self._emptied.update({name for name, is_empty in news if is_empty})

    def notes(self) -> Iterator[str]:
        for what, counts in (("Changed", self._changed), ("Emptied", self._emptied)):
            if counts:
                told = (f"{name} of {count}" for name, count in counts.most_common())
                yield f"{what}: {', '.join(told)}"
