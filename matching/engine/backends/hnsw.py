"""In the memory of a process, approximate: a Faiss HNSW graph, whose searches hardly grow with the
catalogue. Among few products it is exact: they are compared one by one.

A graph takes no changes. What changes is laid over it until the next build, as over every index
(see `overlay`): what is deleted stays in the graph and is passed over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from matching.engine.arrays import Floats, Ids
from matching.engine.backends import KeptIndex
from matching.engine.backends.faiss import FaissIndex, load_faiss
from matching.engine.errors import GenerationError

NEIGHBOURS = 32  # of each product in the graph
BUILD_EFFORT, EFFORT = 80, 160  # products that are kept in view while building, and searching
MOST_EFFORT = 2048
# Among so many, comparing all is as quick as the graph, which passes over what it may not find.
FEW = 50_000


def build(ids: Ids, visual: Floats, style: Floats) -> KeptIndex:
    faiss = load_faiss()
    rows = np.ascontiguousarray(np.hstack([visual, style]), np.float32)
    graph = faiss.IndexHNSWFlat(rows.shape[1], NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    graph.hnsw.efConstruction = BUILD_EFFORT
    index = faiss.IndexIDMap(graph)
    index.add_with_ids(rows, ids)
    return HnswIndex(index, visual.shape[1])


def load(path: Path, dimension: int) -> KeptIndex:
    try:
        return HnswIndex(load_faiss().read_index(str(path)), dimension)
    except RuntimeError as error:
        raise GenerationError(f"{path} is damaged; build the index again.") from error


class HnswIndex(FaissIndex):
    backend = "hnsw"

    def __init__(self, index: Any, dimension: int) -> None:
        super().__init__(index, dimension)
        faiss = load_faiss()
        # The graph's own vectors: they live as long as the index does.
        self._flat = faiss.downcast_index(faiss.downcast_index(index.index).storage)
        self._named = faiss.vector_to_array(index.id_map)

    def _nearest(self, queries: Floats, count: int, among: Ids | None) -> tuple[Floats, Ids]:
        if among is not None and len(among) <= FEW:
            return self._compared(queries, count, among)
        return self._walked(queries, count, among)

    def _walked(self, queries: Floats, count: int, among: Ids | None) -> tuple[Floats, Ids]:
        """Through the graph. The fewer may be found, the more have to be kept in view."""
        faiss = load_faiss()
        share = 1.0 if among is None else min(1.0, len(among) / len(self))
        effort = min(MOST_EFFORT, int(max(EFFORT, count) / share))
        selected = {} if among is None else {"sel": faiss.IDSelectorBatch(among)}
        params = faiss.SearchParametersHNSW(efSearch=max(effort, count), **selected)
        scores, ids = self._index.search(queries, count, params=params)
        return scores, ids

    def _compared(self, queries: Floats, count: int, among: Ids) -> tuple[Floats, Ids]:
        faiss = load_faiss()
        rows = self._rows[self._at(among)]
        params = faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows))
        scores, found = self._flat.search(queries, count, params=params)
        return scores, np.where(found >= 0, self._named[found], -1)
