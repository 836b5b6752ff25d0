"""The vectors of a catalogue behind one contract; each backend is a module beside this one.

score(q, c) = w <v_q, v_c> + (1 - w) <s_q, s_c> equals the inner product of [w v_q ; (1 - w) s_q]
with [v_c ; s_c]. So an index holds the concatenation, and the weight can change with every query.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol, cast

import numpy as np

from matching.engine.arrays import Floats, Ids, Rows
from matching.engine.errors import BackendError

DEFAULT, GRAPH, AUTO = "faiss", "hnsw", "auto"
Found = tuple[Ids, Floats]
NONE: Found = np.empty(0, np.int64), np.empty(0, np.float32)


class HybridIndex(ABC):
    """Visual and style part of every photo, keyed by the id of its product; read-only once built.
    `backend`: the name of the module that made it, which a generation keeps."""

    backend: str

    @abstractmethod
    def search_all(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None = None
    ) -> list[Found]:
        """For each query the best `count` product ids and scores, best first, ties by id; the score
        of a product is that of the best of its photos. Many at once cost less than one after
        another: the vectors are read once for all.

        `visual` (q, d), `style` (q, s), `weight` 0 to 1; `among` restricts the search to those ids.
        """

    def search(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None = None
    ) -> Found:
        """The same for one query: `visual` (d,), `style` (s,)."""
        return self.search_all(visual[None], style[None], weight, count, among)[0]

    @abstractmethod
    def photos(self, ids: Ids) -> tuple[Ids, Floats, Floats]:
        """Of all photos of the products `ids` (m,): whose each is (r,), ascending and the photos of
        one in their order, with visual (r, d) and style (r, s) parts."""

    def vectors(self, ids: Ids, near: Floats | None = None) -> tuple[Floats, Floats]:
        """(m,) ids to visual (m, d) and style (m, s) parts of one photo of each: that which is
        nearest to `near` (d,), or else the first."""
        owners, visual, style = self.photos(ids)
        cosines = np.zeros(len(owners), np.float32) if near is None else visual @ near
        chosen = best_of_each(owners, cosines)
        rows = chosen[np.searchsorted(owners[chosen], ids)]
        return visual[rows], style[rows]

    @abstractmethod
    def __len__(self) -> int:
        """How many products there are."""

    @property
    @abstractmethod
    def dimension(self) -> int:
        """d, the width of the visual part."""

    @property
    @abstractmethod
    def style_width(self) -> int:
        """s, the width of the style part."""


class KeptIndex(HybridIndex):
    """One that a backend made, and that a generation keeps."""

    @abstractmethod
    def save(self, path: Path) -> None: ...


class Backend(Protocol):
    """What a module of this folder offers."""

    def build(self, ids: Ids, visual: Floats, style: Floats) -> KeptIndex:
        """`ids` (n,): whose photo each is, the first of a product before its others; `visual`
        (n, d) unit rows, `style` (n, s) probabilities."""

    def load(self, path: Path, dimension: int) -> KeptIndex:
        """What `save` wrote. Raises GenerationError for a damaged file."""


def best_of_each(owners: Ids, scores: Floats) -> Rows:
    """The row of the highest of the `scores` (n,) of each of the `owners` (n,), these ascending; of
    equal ones the first."""
    order = np.lexsort((np.arange(len(owners)), -scores, owners))
    _, first = np.unique(owners[order], return_index=True)
    return order[first]


def in_order(ids: Ids, scores: Floats) -> Found:
    """Best first, ties by id."""
    order = np.lexsort((ids, -scores))
    return ids[order], scores[order]


def chosen(name: str, count: int, graph_from: int) -> str:
    """The backend for `count` products: where the name leaves it open, an exact one below
    `graph_from` and an approximate one from there on."""
    if name != AUTO:
        return name
    return GRAPH if count >= graph_from else DEFAULT


def backend(name: str = DEFAULT) -> Backend:
    """The module of that name. Raises BackendError if there is none."""
    known = sorted(module.name for module in iter_modules(__path__))
    if name not in known:
        raise BackendError(f"There is no vector backend {name!r}; there is {', '.join(known)}.")
    return cast(Backend, import_module(f"{__name__}.{name}"))
