"""Chooses the products to show: type gate, widening, folding of near-twins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.engine.arrays import Floats, Ids
from matching.engine.backends import HybridIndex

GATE_MASS = 0.9
GATE_LEAST = 0.3  # of the probability of the best type
EVERYTHING = "everything"
FIRST_FETCH = 50
FETCH_GROWTH = 8


@dataclass(frozen=True)
class Query:
    """`visual` (d,) unit row, `style` (s,) probabilities, `weight` of the visual part, 0 to 1.

    Of `k` matches the first `enough` are worth widening the gate for; 0 stands for all.
    """

    visual: Floats
    style: Floats
    weight: float
    k: int
    enough: int = 0


@dataclass
class Match:
    """`visual` and `style` are the parts of the score before weighting; `folded` its near-twins."""

    product_id: int
    score: float
    visual: float
    style: float
    folded: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Level:
    """One width of the gate: `name` is None for the types themselves, else what was widened to."""

    name: str | None
    among: Ids | None


@dataclass(frozen=True)
class Selection:
    matches: list[Match]
    widened: str | None


def gate_types(
    probabilities: Floats,
    classes: Sequence[str],
    mass: float = GATE_MASS,
    least: float = GATE_LEAST,
) -> list[str]:
    """The smallest set of classes that holds `mass` of the (classes,) probabilities, without those
    that are less than `least` times as probable as the best."""
    order = np.argsort(-probabilities, kind="stable")
    needed = int(np.searchsorted(np.cumsum(probabilities[order]), mass - 1e-6)) + 1
    first = probabilities[order[0]]
    return [classes[i] for i in order[:needed] if probabilities[i] >= least * first]


def gate_levels(
    types: Sequence[str],
    ancestors: Mapping[str, Sequence[str]],
    ids_by_type: Mapping[str, Ids],
) -> Iterator[Level]:
    """From the types themselves over each group they belong to, nearest first, to everything.

    Groups are those of the most probable type; a product of unknown type is in "everything" only.
    """
    yield Level(None, _joined(types, ids_by_type))
    for depth, group in enumerate(ancestors.get(types[0], ()) if types else ()):
        if group:
            members = [name for name in ids_by_type if _group(ancestors, name, depth) == group]
            yield Level(group, _joined([*types, *members], ids_by_type))
    yield Level(EVERYTHING, None)


def restricted(levels: Iterable[Level], among: Ids | None) -> Iterator[Level]:
    """The same levels, within the products `among`."""
    for level in levels:
        if among is None or level.among is None:
            yield Level(level.name, among if level.among is None else level.among)
        else:
            yield Level(level.name, np.intersect1d(level.among, among))


def _group(ancestors: Mapping[str, Sequence[str]], name: str, depth: int) -> str:
    groups = ancestors.get(name, ())
    return groups[depth] if depth < len(groups) else ""


def _joined(types: Sequence[str], ids_by_type: Mapping[str, Ids]) -> Ids:
    known = [ids_by_type[name] for name in dict.fromkeys(types) if name in ids_by_type]
    return np.concatenate(known) if known else np.empty(0, np.int64)


def select(
    index: HybridIndex,
    query: Query,
    levels: Iterator[Level],
    twin_cosine: float,
    available: Callable[[list[int]], set[int]],
) -> Selection:
    """Up to k matches. Those of a narrower level stand before those it was widened to.

    `available(ids)` gives those that may be shown now: what was deleted or switched off since the
    index was built drops out here. A candidate at least `twin_cosine` alike one already chosen is
    folded under it.
    """
    chooser = _Chooser(index, query, twin_cosine, available)
    widened = None
    for level in levels:
        before = len(chooser.matches)
        chooser.choose_from(level.among)
        if len(chooser.matches) > before and level.name:
            widened = level.name
        if len(chooser.matches) >= (query.enough or query.k):
            break
    return Selection(chooser.matches[: query.k], widened)


class _Chooser:
    def __init__(
        self,
        index: HybridIndex,
        query: Query,
        twin_cosine: float,
        available: Callable[[list[int]], set[int]],
    ) -> None:
        self.matches: list[Match] = []
        self._index, self._query = index, query
        self._twin_cosine, self._available = twin_cosine, available
        self._seen: set[int] = set()
        self._chosen = np.empty((query.k, len(query.visual)), np.float32)

    def choose_from(self, among: Ids | None) -> None:
        """Takes ever more candidates until k are chosen or no candidate is left."""
        query, count = self._query, FIRST_FETCH
        limit = len(self._index) if among is None else len(among)
        while True:
            ids, scores = self._index.search(query.visual, query.style, query.weight, count, among)
            self._take(ids, scores)
            if len(self.matches) >= query.k or count >= limit:
                return
            count *= FETCH_GROWTH

    def _take(self, ids: Ids, scores: Floats) -> None:
        fresh = [at for at, one in enumerate(ids.tolist()) if one not in self._seen]
        if not fresh:
            return
        ids, scores = ids[fresh], scores[fresh]
        self._seen.update(ids.tolist())
        available = self._available(ids.tolist())
        visual, style = self._index.vectors(ids, near=self._query.visual)
        for at, product_id in enumerate(ids.tolist()):
            if product_id in available and not self._folded(product_id, visual[at]):
                self._add(product_id, float(scores[at]), visual[at], style[at])

    def _folded(self, product_id: int, vector: Floats) -> bool:
        """A near-twin of a match goes under it, the most alike one."""
        if not self.matches:
            return False
        cosines = self._chosen[: len(self.matches)] @ vector
        best = int(cosines.argmax())
        if cosines[best] < self._twin_cosine:
            return False
        self.matches[best].folded.append(product_id)
        return True

    def _add(self, product_id: int, score: float, visual: Floats, style: Floats) -> None:
        if len(self.matches) >= self._query.k:
            return
        parts = float(visual @ self._query.visual), float(style @ self._query.style)
        self._chosen[len(self.matches)] = visual
        self.matches.append(Match(product_id, score, *parts))
