"""What the phrases of a query do: what is sought, what only qualifies it, what is not wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from words.limits import Limit
from words.reading import Part, Role
from words.vocabulary import FEATURE, OCCASION, VALUE, Meaning


class Does(StrEnum):
    """What a phrase does for the others; the values are roles of the table of words."""

    CONTENT = "content"
    NOT = "not"
    WITH = "with"
    FOR = "for"
    MAIN = "main"
    OR = "or"
    SMALL = "small"
    BREAK = "break"
    LIMIT = "limit"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Item:
    """A phrase of a query in its place. `is_tight`: a "not" that is of the next phrase alone, as in
    "-black"."""

    does: Does
    text: str
    start: int
    end: int
    meaning: Meaning | None = None
    limit: Limit | None = None
    corrected: str = ""
    is_kind: bool = False
    is_tight: bool = False

    @property
    def is_noun(self) -> bool:
        return self.is_kind or (self.meaning is not None and self.meaning.role == FEATURE)

    @property
    def is_adjective(self) -> bool:
        is_value = self.meaning is not None and self.meaning.role == VALUE
        return is_value and not self.is_kind

    def part(self, role: Role, negation: Item | None = None) -> Part:
        return Part(
            self.text,
            self.start,
            self.end,
            role,
            self.meaning,
            self.limit,
            self.corrected,
            self.is_kind,
            (negation.start, negation.end) if negation and role is Role.UNWANTED else None,
        )


@dataclass(frozen=True)
class Placed:
    """An item with the clause it stands in: `run` numbers the stretches that have a head each."""

    item: Item
    clause: Does
    run: int
    negation: Item | None = None

    @property
    def is_negated(self) -> bool:
        return self.negation is not None


def parts_of(items: Iterable[Item], *, is_head_first: bool) -> list[Part]:
    """`is_head_first`: of adjacent kinds of things the first is sought ("robe chemise"), else the
    last ("shirt dress")."""
    placed = _place([item for item in items if item.does is not Does.SMALL], is_head_first)
    roles = [_role(at, placed) for at in range(len(placed))]
    roles = _with_heads(placed, roles, is_head_first)
    return [one.item.part(role, one.negation) for one, role in zip(placed, roles, strict=True)]


def _place(items: Sequence[Item], is_head_first: bool) -> list[Placed]:
    placed: list[Placed] = []
    clause, run, is_open = Does.MAIN, 0, False
    negation: Item | None = None
    said: Item | None = None  # the last negation, which an "or" takes up
    for at, item in enumerate(items):
        if item.does in (Does.CONTENT, Does.UNKNOWN):
            placed.append(Placed(item, clause, run, negation))
            is_open = negation is not None
            following = items[at + 1 : at + 2]
            is_known = any(one.item.is_kind for one in placed[:-1])
            if negation and not _goes_on(item, negation, following, is_known, is_head_first):
                negation = None
        elif item.does is Does.NOT:
            negation = said = item
        elif item.does is Does.OR:
            run += 1
            negation = replace(said, is_tight=False) if said and is_open else negation
        elif item.does is Does.LIMIT:
            placed.append(Placed(item, Does.MAIN, run))
        else:
            run += 1
            is_open = False
            clause = item.does if item.does in (Does.WITH, Does.FOR) else Does.MAIN
            negation = None if item.does in (Does.BREAK, Does.MAIN) else negation
    return placed


def _goes_on(
    item: Item, negation: Item, following: Sequence[Item], is_known: bool, is_head_first: bool
) -> bool:
    """ "not" is of its phrase: of an adjective and the noun after it, or the other way about; of
    two nouns where it `is_known` what is sought ("without polo collar")."""
    if negation.is_tight or item.does is not Does.CONTENT:
        return False
    if not item.is_noun or is_known:
        return any(one.is_noun for one in following)
    return is_head_first and any(one.is_adjective for one in following)


def _role(at: int, placed: Sequence[Placed]) -> Role:
    one = placed[at]
    if one.item.does is Does.LIMIT:
        return Role.LIMIT
    if one.item.does is Does.UNKNOWN:
        return Role.UNKNOWN
    if one.is_negated:
        return Role.UNWANTED
    if one.clause is Does.MAIN:
        return Role.WANTED
    if one.item.is_kind or _is_of_next(at, placed):
        return Role.NICER
    is_vague = one.clause is Does.WITH and one.item.meaning and one.item.meaning.role == OCCASION
    return Role.NICER if is_vague else Role.WANTED


def _is_of_next(at: int, placed: Sequence[Placed]) -> bool:
    """Whether a word belongs to the noun after it, not to what is sought: "with red dots"."""
    one, following = placed[at], placed[at + 1 : at + 2]
    return any(
        (other.item.is_kind if one.item.is_noun else one.item.is_adjective and other.item.is_noun)
        and other.run == one.run
        and other.clause is one.clause
        for other in following
    )


def _with_heads(placed: Sequence[Placed], roles: list[Role], is_head_first: bool) -> list[Role]:
    """Of adjacent kinds one is the head. If nothing is sought that is a kind, the one that is
    negated with its adjective is ("anything but black shoes"), or the first that something is of
    ("a pair of shoes")."""
    heads: dict[int, int] = {}
    for at, one in enumerate(placed):
        if roles[at] is not Role.WANTED or not one.item.is_kind:
            continue
        known = heads.get(one.run, at)
        heads[one.run] = head = known if is_head_first else at
        if known != at:
            roles[at if head == known else known] = Role.NICER
    found = [_negated_head(placed, roles), _first_of(placed, roles)] if not heads else []
    for place in [place for place in found if place is not None][:1]:
        roles[place] = Role.WANTED
    return roles


def _negated_head(placed: Sequence[Placed], roles: Sequence[Role]) -> int | None:
    for at, one in enumerate(placed):
        beside = [*placed[max(at - 1, 0) : at], *placed[at + 1 : at + 2]]
        is_described = any(other.is_negated and other.item.is_adjective for other in beside)
        if one.item.is_kind and roles[at] is Role.UNWANTED and is_described:
            return at
    return None


def _first_of(placed: Sequence[Placed], roles: Sequence[Role]) -> int | None:
    kinds = (
        at
        for at, one in enumerate(placed)
        if roles[at] is Role.NICER and one.item.is_kind and one.clause is Does.FOR
    )
    return next(kinds, None)
