"""How well a catalogue is searched: figures of attributes, matches, texts and times.

Queries are rows of arrays; nothing here knows of folders, photos or a database. Class codes of a
query are places in `catalogue.values[key]`, or MISSING, or UNKNOWN.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matching.engine.arrays import Codes, Floats, Ids
from matching.engine.backends import Found, HybridIndex
from matching.engine.generation import Catalogue
from matching.engine.metrics import MISSING, summarise
from matching.engine.select import (
    GATE_MASS,
    Level,
    Query,
    Selection,
    gate_levels,
    gate_types,
    select,
)

Flags = npt.NDArray[np.bool_]
Available = Callable[[list[int]], set[int]]
Figures = dict[str, float]

CUTS = (3, 10)
NEAREST = 10
CHUNK = 1024
NO_FOLDING = 2.0  # no two unit vectors are this alike


@dataclass(frozen=True)
class Variant:
    """One way to choose: `weight` of the visual part, `gate` the probability that the types let
    through must hold (None: any type passes), `folding` of near-twins."""

    name: str
    weight: float
    gate: float | None = GATE_MASS
    folding: bool = True


def variants(weight: float) -> list[Variant]:
    """What is shipped, and what each of its parts is worth: the same without it."""
    return [
        Variant("hybrid", weight),
        Variant("visual only", 1.0),
        Variant("style only", 0.0),
        Variant("no gate", weight, gate=None),
        Variant("gate 50 %", weight, gate=0.5),
        Variant("no folding", weight, folding=False),
    ]


@dataclass(frozen=True)
class Queries:
    """`vectors` (n, d) unit rows; `probabilities`: attribute key -> (n, classes); `truth`:
    attribute key -> (n,) codes."""

    vectors: Floats
    probabilities: Mapping[str, Floats]
    truth: Mapping[str, Codes]

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(frozen=True)
class Searched:
    """What is searched. `classes`: those of the head that feeds the gate."""

    index: HybridIndex
    catalogue: Catalogue
    classes: Sequence[str]
    twin_cosine: float
    available: Available
    ids_by_type: Mapping[str, Ids] = field(init=False)

    def __post_init__(self) -> None:
        catalogue = self.catalogue
        grouped = catalogue.ids_by_value(catalogue.gate) if catalogue.gate else {}
        object.__setattr__(self, "ids_by_type", grouped)


def answer(searched: Searched, queries: Queries, row: int, variant: Variant, k: int) -> Selection:
    """The matches of one query."""
    catalogue = searched.catalogue
    no_style = np.zeros((len(queries), searched.index.style_width), np.float32)
    style = queries.probabilities.get(catalogue.style, no_style)[row]
    levels = iter([Level(None, None)])
    if variant.gate is not None and catalogue.gate in queries.probabilities:
        chances = queries.probabilities[catalogue.gate][row]
        types = gate_types(chances, searched.classes, variant.gate)
        levels = gate_levels(types, catalogue.ancestors, searched.ids_by_type)
    return select(
        searched.index,
        Query(queries.vectors[row], style, variant.weight, k),
        levels,
        searched.twin_cosine if variant.folding else NO_FOLDING,
        searched.available,
    )


def answers(
    searched: Searched,
    queries: Queries,
    variant: Variant,
    on_progress: Callable[[int], None] = lambda done: None,
) -> Ids:
    """Product ids (n, 10) of the matches of all queries, best first, -1 where there are fewer."""
    found = np.full((len(queries), max(CUTS)), -1, np.int64)
    for row in range(len(queries)):
        matches = answer(searched, queries, row, variant, max(CUTS)).matches
        found[row, : len(matches)] = [match.product_id for match in matches]
        on_progress(row + 1)
    return found


def match_figures(
    found: Ids, truth: Mapping[str, Codes], catalogue: Catalogue, keys: Sequence[str]
) -> Figures:
    """Precision and recall at 3 and 10 of `found` (n, 10); a match is right if the merchant gave it
    the query's own label of every one of `keys`.

    precision@k: right ones among the first k, divided by k. recall@k: share of queries with a right
    one among the first k, of those for which the catalogue has any. Queries of which a label is not
    known do not count. No figures where no query counts.
    """
    wanted = np.stack([truth[key] for key in keys], axis=1)
    theirs = np.stack([catalogue.merchant[key] for key in keys], axis=1)
    known = (wanted >= 0).all(axis=1)
    if not known.any():
        return {}
    wanted, found = wanted[known], found[known]
    labelled = {tuple(row) for row in theirs.tolist() if min(row) >= 0}
    findable = np.array([tuple(row) in labelled for row in wanted.tolist()])
    shown = theirs[catalogue.rows(found).clip(max=len(theirs) - 1)]
    right = (shown == wanted[:, None, :]).all(axis=2) & (found >= 0)
    figures: Figures = {"queries": float(len(found)), "findable": float(findable.sum())}
    for cut in CUTS:
        figures[f"precision_{cut}"] = float(right[:, :cut].mean())
        if findable.any():
            figures[f"recall_{cut}"] = float(right[findable, :cut].any(axis=1).mean())
    return figures


def twins_shown(found: Ids, index: HybridIndex, twin_cosine: float) -> float:
    """Share of answers whose first three hold two products that look like one."""
    seen = [row[row >= 0] for row in found[:, : CUTS[0]]]
    pairs = [_has_twins(index.vectors(ids)[0], twin_cosine) for ids in seen if len(ids) > 1]
    return float(np.mean(pairs)) if pairs else 0.0


def _has_twins(vectors: Floats, twin_cosine: float) -> bool:
    cosines = vectors @ vectors.T
    return bool((cosines[~np.eye(len(vectors), dtype=bool)] >= twin_cosine).any())


def attribute_figures(probabilities: Floats, truth: Codes) -> Figures:
    """Figures of the rows whose class the head knows, and how many have no label or another class.

    `probabilities` (n, classes); a code from `classes` on is a value of the catalogue that the head
    has never learnt. `accuracy_of_all` counts unknown classes as mistakes.
    """
    known = (truth >= 0) & (truth < probabilities.shape[1])
    labelled = int((truth != MISSING).sum())
    figures: Figures = {
        "no_label": float(len(truth) - labelled),
        "unknown_class": float(labelled - known.sum()),
    }
    if not known.any():
        return figures | {"rows": 0.0}
    figures |= summarise(probabilities[known], truth[known])
    figures["accuracy_of_all"] = figures["accuracy"] * figures["rows"] / labelled
    return figures


def text_recall(names: Floats, pictures: Floats, called: Codes) -> float:
    """Share of names (n, d) with a right picture among the ten nearest of `pictures` (n, d): its
    own, in the same row, or another whose number in `called` (n,) is the same. Wrong ones that are
    equally near count against it."""
    hits = 0
    for start in range(0, len(names), CHUNK):
        cosines = names[start : start + CHUNK] @ pictures.T
        right = called[start : start + CHUNK, None] == called[None]
        best = np.where(right, cosines, -np.inf).max(axis=1, keepdims=True)
        hits += int((((cosines >= best) & ~right).sum(axis=1) < NEAREST).sum())
    return hits / len(names)


class TimedIndex(HybridIndex):
    """Another index, with the seconds spent in its searches."""

    def __init__(self, index: HybridIndex) -> None:
        self._index, self.backend = index, index.backend
        self.seconds = 0.0

    def search_all(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None = None
    ) -> list[Found]:
        started = time.perf_counter()
        try:
            return self._index.search_all(visual, style, weight, count, among)
        finally:
            self.seconds += time.perf_counter() - started

    def photos(self, ids: Ids) -> tuple[Ids, Floats, Floats]:
        return self._index.photos(ids)

    def __len__(self) -> int:
        return len(self._index)

    @property
    def dimension(self) -> int:
        return self._index.dimension

    @property
    def style_width(self) -> int:
        return self._index.style_width


def milliseconds(seconds: Mapping[str, Sequence[float]]) -> dict[str, Figures]:
    """Median and 95 % quantile of each stage, and of all of them together."""
    columns = {name: np.array(spent) * 1000 for name, spent in seconds.items()}
    columns["all"] = np.sum(list(columns.values()), axis=0)
    return {
        name: {"median": float(np.median(spent)), "p95": float(np.quantile(spent, 0.95))}
        for name, spent in columns.items()
    }
