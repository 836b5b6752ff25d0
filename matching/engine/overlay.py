"""What has changed since a generation was built, laid over it: searched together, the first k are
those that a new build would give, by the same score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching.engine.arrays import Codes, Floats, Ids
from matching.engine.backends import HybridIndex
from matching.engine.generation import Catalogue, Generation

Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
# More than a search usually finds hidden among what is best.
SPARE = 64


@dataclass(frozen=True)
class Delta:
    """`hidden` (h,): the ids, ascending, of which what the generation has no longer counts.
    `catalogue` (m products), `visual` (m, d), `style` (m, s): what is new, or other than there. Its
    `values` begin with those of the generation."""

    hidden: Ids
    catalogue: Catalogue
    visual: Floats
    style: Floats

    def __len__(self) -> int:
        """How many products differ from the generation."""
        return len(np.union1d(self.hidden, self.catalogue.ids))


def no_delta(generation: Generation) -> Delta:
    index, none = generation.index, np.zeros(len(generation.catalogue.ids), bool)
    return Delta(
        np.empty(0, np.int64),
        generation.catalogue.taken(none),
        np.empty((0, index.dimension), np.float32),
        np.empty((0, index.style_width), np.float32),
    )


def renewed(
    generation: Generation,
    delta: Delta,
    asked: Ids,
    found: Catalogue,
    visual: Floats,
    style: Floats,
) -> Delta:
    """The delta after another look at the products `asked` (a,), of which `found` (f products) are
    those that can be searched now, with `visual` (f, d) and `style` (f, s); its `values` begin with
    those of the delta. What is as it was built leaves the delta again."""
    same = _as_built(generation, found, visual)
    kept = ~np.isin(delta.catalogue.ids, asked)
    rows = _rows(delta.catalogue.ids, kept, found.ids, ~same)
    built = asked[_are_in(generation.catalogue.ids, asked)]
    return Delta(
        np.union1d(np.setdiff1d(delta.hidden, asked), np.setdiff1d(built, found.ids[same])),
        _joined(delta.catalogue, found, rows),
        np.concatenate([delta.visual, visual])[rows],
        np.concatenate([delta.style, style])[rows],
    )


def overlaid(generation: Generation, delta: Delta) -> Generation:
    """The generation as it would be, were it built now with the same heads."""
    built, fresh = generation.catalogue, delta.catalogue
    left = np.ones(len(built.ids), bool)
    left[built.rows(delta.hidden)] = False
    rows = _rows(built.ids, left, fresh.ids, np.ones(len(fresh.ids), bool))
    index = OverlayIndex(generation.index, delta)
    return replace(generation, index=index, catalogue=_joined(built, fresh, rows))


def _as_built(generation: Generation, found: Catalogue, visual: Floats) -> Flags:
    """Which of the products (f,) have the vector and the labels that the generation has."""
    built = generation.catalogue
    rows = built.rows(found.ids)
    same = _are_in(built.ids, found.ids)
    if same.any():
        kept, _ = generation.index.vectors(found.ids[same])
        same[same] = (kept == visual[same]).all(axis=1)
    for mine, theirs in ((built.codes, found.codes), (built.merchant, found.merchant)):
        for key in mine.keys() & theirs.keys():
            same[same] = mine[key][rows[same]] == theirs[key][same]
    return same


def _are_in(sorted_ids: Ids, ids: Ids) -> Flags:
    """Which of `ids` are among those that are sorted, at a cost that hardly grows with these."""
    rows = np.searchsorted(sorted_ids, ids)
    found = rows < len(sorted_ids)
    found[found] = sorted_ids[rows[found]] == ids[found]
    return found


def _rows(one: Ids, of_one: Flags, other: Ids, of_other: Flags) -> Rows:
    """Which rows of the two, one behind the other, in order of their ids."""
    rows = np.concatenate([np.flatnonzero(of_one), len(one) + np.flatnonzero(of_other)])
    ids = np.concatenate([one, other])[rows]
    return rows[np.argsort(ids, kind="stable")]


def _joined(one: Catalogue, other: Catalogue, rows: Rows) -> Catalogue:
    """Those rows of the two, one behind the other; an attribute that came after the build waits for
    the next one."""
    return replace(
        one,
        ids=np.concatenate([one.ids, other.ids])[rows],
        values={key: other.values.get(key, known) for key, known in one.values.items()},
        codes=_joined_codes(one.codes, other.codes, len(other.ids), rows),
        merchant=_joined_codes(one.merchant, other.merchant, len(other.ids), rows),
    )


def _joined_codes(
    one: Mapping[str, Codes], other: Mapping[str, Codes], count: int, rows: Rows
) -> dict[str, Codes]:
    unknown = np.full(count, -1, np.int32)
    return {
        key: np.concatenate([codes, other.get(key, unknown)])[rows] for key, codes in one.items()
    }


class OverlayIndex(HybridIndex):
    """Another index without what is hidden of it, and with what the delta has."""

    def __init__(self, index: HybridIndex, delta: Delta) -> None:
        self._index, self._delta, self.backend = index, delta, index.backend
        self._ids = delta.catalogue.ids

    def __len__(self) -> int:
        return len(self._index) - len(self._delta.hidden) + len(self._ids)

    @property
    def dimension(self) -> int:
        return self._index.dimension

    @property
    def style_width(self) -> int:
        return self._index.style_width

    def search(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None = None
    ) -> tuple[Ids, Floats]:
        ids, scores = self._search_built(visual, style, weight, count, among)
        mine = np.ones(len(self._ids), bool) if among is None else np.isin(self._ids, among)
        fresh = weight * self._delta.visual[mine] @ visual
        fresh += (1 - weight) * self._delta.style[mine] @ style
        ids, scores = np.concatenate([ids, self._ids[mine]]), np.concatenate([scores, fresh])
        best = np.lexsort((ids, -scores))[:count]
        return ids[best], scores[best].astype(np.float32)

    def _search_built(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None
    ) -> tuple[Ids, Floats]:
        """The best `count` of what is not hidden. Where `among` names them, the hidden are taken
        out before; else so many more are asked for as there may be hidden ones on top."""
        hidden = self._delta.hidden
        if not len(hidden):
            return self._index.search(visual, style, weight, count, among)
        if among is not None:
            left = among[~np.isin(among, hidden)]
            return self._index.search(visual, style, weight, count, left)
        for spare in (min(SPARE, len(hidden)), len(hidden)):
            ids, scores = self._index.search(visual, style, weight, count + spare)
            shown = ~np.isin(ids, hidden)
            if shown.sum() >= count:
                break
        return ids[shown][:count], scores[shown][:count]

    def vectors(self, ids: Ids) -> tuple[Floats, Floats]:
        visual = np.empty((len(ids), self.dimension), np.float32)
        style = np.empty((len(ids), self.style_width), np.float32)
        mine = np.isin(ids, self._ids)
        rows = np.searchsorted(self._ids, ids[mine])
        visual[mine], style[mine] = self._delta.visual[rows], self._delta.style[rows]
        if not mine.all():
            visual[~mine], style[~mine] = self._index.vectors(ids[~mine])
        return visual, style
