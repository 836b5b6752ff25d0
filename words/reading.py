"""How a query was understood: part by part, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from words.index import Alternatives
from words.limits import Limit
from words.vocabulary import NAME, OCCASION, TOLD, Meaning

Values = dict[str, tuple[str, ...]]


class Role(StrEnum):
    """What a part of a query does."""

    WANTED = "wanted"
    UNWANTED = "unwanted"
    NICER = "nicer"  # what it comes with, or what it is for: better with it, good without
    LIMIT = "limit"
    SKU = "sku"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Part:
    """`text` as typed from `start` to `end`. `meaning` is that of the table of words or of a
    product's own words; None for limits and what is not known. `corrected`: the spelling that it
    was taken for, "" if none was needed. `is_kind`: it names a kind of thing. `negation`: from
    where to where what says that it is not wanted stands, None if nothing does."""

    text: str
    start: int
    end: int
    role: Role
    meaning: Meaning | None = None
    limit: Limit | None = None
    corrected: str = ""
    is_kind: bool = False
    negation: tuple[int, int] | None = None


@dataclass(frozen=True)
class Reading:
    """`text` is the query as typed; `gate` the key of the attribute that says the kind of thing."""

    text: str = ""
    parts: tuple[Part, ...] = ()
    gate: str = ""
    kin: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether any of it is understood."""
        return any(part.role is not Role.UNKNOWN for part in self.parts)

    @property
    def wanted(self) -> Values:
        """Attribute key -> values of which a product has one."""
        said = [part.meaning for part in self._of(Role.WANTED) if part.meaning]
        wanted = _joined(
            pair for one in said if one.role != OCCASION for pair in one.values.items()
        )
        suited = _joined(
            pair for one in said if one.role == OCCASION for pair in one.values.items()
        )
        return {**suited, **wanted, **self._suited_kinds(wanted, suited)}

    def _suited_kinds(self, wanted: Values, suited: Values) -> Values:
        """Of the kinds that are sought those which suit the occasion; all of them if none does."""
        kinds, suiting = wanted.get(self.gate, ()), suited.get(self.gate, ())
        both = tuple(one for one in kinds if one in suiting)
        return {self.gate: both} if both else {}

    @property
    def without_occasions(self) -> Reading:
        """As it is beside a photo, which says what kind of thing is sought."""
        parts = tuple(_of_no_kind(part, self.gate) for part in self.parts)
        return Reading(self.text, parts, self.gate, self.kin)

    @property
    def unwanted(self) -> Values:
        """Attribute key -> values of which a product has none, their shades among them."""
        return _joined(
            (key, self.kin.get((key, value), (value,)))
            for part in self._of(Role.UNWANTED)
            if part.meaning and not part.meaning.names
            for key, values in part.meaning.values.items()
            for value in values
        )

    @property
    def kinds(self) -> list[Meaning]:
        """Of the kinds of things sought, those which a name has to say too, and the others."""
        return [part.meaning for part in self._of(Role.WANTED) if part.meaning and part.is_kind]

    @property
    def named(self) -> list[Alternatives]:
        """What the name of a product says, each of them, whatever its kind."""
        wanted = [part for part in self._of(Role.WANTED) if not part.is_kind]
        return [part.meaning.names for part in wanted if part.meaning and part.meaning.names]

    @property
    def told(self) -> list[Meaning]:
        """What a product says, each of them, wherever that is."""
        wanted = [part.meaning for part in self._of(Role.WANTED) if part.meaning]
        return [meaning for meaning in wanted if meaning.role == TOLD]

    @property
    def is_called(self) -> bool:
        """Whether words are wanted that are nothing but names of products."""
        wanted = [part.meaning for part in self._of(Role.WANTED) if part.meaning]
        return any(meaning.role == NAME for meaning in wanted)

    @property
    def nicer(self) -> list[Meaning]:
        return [part.meaning for part in self._of(Role.NICER) if part.meaning]

    @property
    def excluded(self) -> list[Meaning]:
        return [part.meaning for part in self._of(Role.UNWANTED) if part.meaning]

    @property
    def limits(self) -> list[Limit]:
        return [part.limit for part in self.parts if part.limit]

    @property
    def skus(self) -> list[str]:
        return [part.corrected or part.text for part in self._of(Role.SKU)]

    @property
    def unknown(self) -> list[str]:
        return [part.text for part in self._of(Role.UNKNOWN)]

    @property
    def sought(self) -> list[str]:
        """What is sought, in words that names of products use, whatever language it was asked
        in."""
        told = [*self._of(Role.WANTED), *self._of(Role.NICER)]
        return [part.meaning.said for part in told if part.meaning]

    @property
    def described(self) -> str:
        return " ".join([*self.sought, *self.unknown]) or self.text

    def _of(self, role: Role) -> list[Part]:
        return [part for part in self.parts if part.role is role]


def _of_no_kind(part: Part, gate: str) -> Part:
    if part.meaning is None or part.meaning.role != OCCASION:
        return part
    one = part.meaning
    values = {key: found for key, found in one.values.items() if key != gate}
    meaning = Meaning(one.role, values, one.names, one.called, one.said)
    return Part(part.text, part.start, part.end, part.role, meaning, None, part.corrected)


def _values_of(meanings: Iterable[Meaning]) -> Values:
    return _joined(pair for one in meanings for pair in one.values.items())


def _joined(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> Values:
    found: Values = {}
    for key, values in pairs:
        found[key] = tuple(dict.fromkeys((*found.get(key, ()), *values)))
    return found
