"""What has changed since a generation was built, laid over it: searched together, the first k are
those that a new build would give, by the same score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching.engine.arrays import Codes, Floats, Ids, Rows
from matching.engine.backends import Found, HybridIndex, best_of_each, in_order
from matching.engine.generation import Catalogue, Generation

Flags = npt.NDArray[np.bool_]
# More than a search usually finds hidden among what is best.
SPARE = 64


@dataclass(frozen=True)
class Delta:
    """`hidden` (h,): the ids, ascending, of which what the generation has no longer counts.
    `catalogue` (m products): what is new, or other than there; its `values` begin with those of the
    generation. Of the photos of these `owners` (r,), ascending, says whose each is, with `visual`
    (r, d) and `style` (r, s)."""

    hidden: Ids
    catalogue: Catalogue
    owners: Ids
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
        np.empty(0, np.int64),
        np.empty((0, index.dimension), np.float32),
        np.empty((0, index.style_width), np.float32),
    )


def renewed(
    generation: Generation,
    delta: Delta,
    asked: Ids,
    found: Catalogue,
    owners: Ids,
    visual: Floats,
    style: Floats,
) -> Delta:
    """The delta after another look at the products `asked` (a,), of which `found` (f products) are
    those that can be searched now; its `values` begin with those of the delta. `owners`, `visual`
    and `style`: of their photos, as in a delta. What is as it was built leaves the delta again."""
    same = _as_built(generation, found, owners, visual)
    fresh = found.ids[~same]
    kept = ~np.isin(delta.catalogue.ids, asked)
    rows = _rows(delta.catalogue.ids, kept, found.ids, ~same)
    kept = ~np.isin(delta.owners, asked)
    photos = _rows(delta.owners, kept, owners, np.isin(owners, fresh))
    built = asked[_are_in(generation.catalogue.ids, asked)]
    return Delta(
        np.union1d(np.setdiff1d(delta.hidden, asked), np.setdiff1d(built, found.ids[same])),
        _joined(delta.catalogue, found, rows),
        np.concatenate([delta.owners, owners])[photos],
        np.concatenate([delta.visual, visual])[photos],
        np.concatenate([delta.style, style])[photos],
    )


def overlaid(generation: Generation, delta: Delta) -> Generation:
    """The generation as it would be, were it built now with the same heads."""
    built, fresh = generation.catalogue, delta.catalogue
    left = np.ones(len(built.ids), bool)
    left[built.rows(delta.hidden)] = False
    rows = _rows(built.ids, left, fresh.ids, np.ones(len(fresh.ids), bool))
    index = OverlayIndex(generation.index, delta)
    return replace(generation, index=index, catalogue=_joined(built, fresh, rows))


def _as_built(generation: Generation, found: Catalogue, owners: Ids, visual: Floats) -> Flags:
    """Which of the products (f,) have the vectors and the labels that the generation has."""
    built = generation.catalogue
    rows = built.rows(found.ids)
    same = _are_in(built.ids, found.ids)
    if same.any():
        kept, vectors, _style = generation.index.photos(found.ids[same])
        same[same] = _equal_photos(found.ids[same], (kept, vectors), (owners, visual))
    for mine, theirs in ((built.codes, found.codes), (built.merchant, found.merchant)):
        for key in mine.keys() & theirs.keys():
            same[same] = mine[key][rows[same]] == theirs[key][same]
    return same


def _equal_photos(ids: Ids, one: tuple[Ids, Floats], other: tuple[Ids, Floats]) -> Flags:
    """Which of the products have the same photos in both, in the same order."""
    counts = [
        np.searchsorted(owners, ids, side="right") - np.searchsorted(owners, ids)
        for owners, _vectors in (one, other)
    ]
    same: Flags = counts[0] == counts[1]
    mine, theirs = (np.isin(owners, ids[same]) for owners, _vectors in (one, other))
    differs = (one[1][mine] != other[1][theirs]).any(axis=1)
    return same & ~np.isin(ids, one[0][mine][differs])


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

    def __len__(self) -> int:
        return len(self._index) - len(self._delta.hidden) + len(self._delta.catalogue.ids)

    @property
    def dimension(self) -> int:
        return self._index.dimension

    @property
    def style_width(self) -> int:
        return self._index.style_width

    def search_all(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None = None
    ) -> list[Found]:
        owners = self._delta.owners
        mine = np.ones(len(owners), bool) if among is None else np.isin(owners, among)
        fresh = weight * visual @ self._delta.visual[mine].T
        fresh += (1 - weight) * style @ self._delta.style[mine].T
        built = self._search_built(visual, style, weight, count, among)
        return [
            _merged(count, *found, owners[mine], scores.astype(np.float32))
            for found, scores in zip(built, fresh, strict=True)
        ]

    def _search_built(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None
    ) -> list[Found]:
        """The best `count` of what is not hidden. Where `among` names them, the hidden are taken
        out before; else so many more are asked for as there may be hidden ones on top."""
        hidden = self._delta.hidden
        if not len(hidden):
            return self._index.search_all(visual, style, weight, count, among)
        if among is not None:
            left = among[~np.isin(among, hidden)]
            return self._index.search_all(visual, style, weight, count, left)
        for spare in (min(SPARE, len(hidden)), len(hidden)):
            found = self._index.search_all(visual, style, weight, count + spare)
            shown = [~np.isin(ids, hidden) for ids, _ in found]
            if all(one.sum() >= count for one in shown):
                break
        return [
            (ids[one][:count], scores[one][:count])
            for (ids, scores), one in zip(found, shown, strict=True)
        ]

    def photos(self, ids: Ids) -> tuple[Ids, Floats, Floats]:
        delta = self._delta
        mine = np.isin(delta.owners, ids)
        built = self._index.photos(ids[~np.isin(ids, delta.catalogue.ids)])
        fresh = delta.owners[mine], delta.visual[mine], delta.style[mine]
        owners = np.concatenate([built[0], fresh[0]])
        visual = np.concatenate([built[1], fresh[1]])
        style = np.concatenate([built[2], fresh[2]])
        order = np.argsort(owners, kind="stable")
        return owners[order], visual[order], style[order]


def _merged(count: int, ids: Ids, scores: Floats, owners: Ids, fresh: Floats) -> Found:
    """`owners` (r,), ascending, of photos that score `fresh` (r,), with what was found before."""
    rows = best_of_each(owners, fresh)
    ids, scores = in_order(
        np.concatenate([ids, owners[rows]]), np.concatenate([scores, fresh[rows]])
    )
    return ids[:count], scores[:count]
