"""In the memory of a process, exact over the whole catalogue: Faiss `IndexIDMap(IndexFlatIP)`,
where a product with several photos has several rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from matching.engine.arrays import Floats, Ids
from matching.engine.backends import KeptIndex, best_of_each
from matching.engine.errors import GenerationError


def build(ids: Ids, visual: Floats, style: Floats) -> KeptIndex:
    faiss = load_faiss()
    rows = np.ascontiguousarray(np.hstack([visual, style]), np.float32)
    index = faiss.IndexIDMap(faiss.IndexFlatIP(rows.shape[1]))
    index.add_with_ids(rows, ids)
    return FaissIndex(index, visual.shape[1])


def load(path: Path, dimension: int) -> KeptIndex:
    try:
        return FaissIndex(load_faiss().read_index(str(path)), dimension)
    except RuntimeError as error:
        raise GenerationError(f"{path} is damaged; build the index again.") from error


def load_faiss() -> Any:
    import faiss

    return faiss


class FaissIndex(KeptIndex):
    backend = "faiss"

    def __init__(self, index: Any, dimension: int) -> None:
        self._index = index
        self._dimension = dimension
        owners = load_faiss().vector_to_array(index.id_map)
        # The rows of each product together, in the order in which they came.
        self._rows = np.argsort(owners, kind="stable")
        self._owners = owners[self._rows]
        self._count = len(np.unique(owners))

    def save(self, path: Path) -> None:
        load_faiss().write_index(self._index, str(path))

    def __len__(self) -> int:
        return self._count

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def style_width(self) -> int:
        return int(self._index.d) - self._dimension

    def search(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None = None
    ) -> tuple[Ids, Floats]:
        query = np.concatenate([weight * visual, (1 - weight) * style]).astype(np.float32)[None]
        params = None
        if among is not None:
            faiss = load_faiss()
            params = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))
        count = min(count, len(self) if among is None else len(among))
        if count == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        ids, scores = self._best(query, count, params)
        order = np.lexsort((ids, -scores))[:count]
        return ids[order], scores[order]

    def _best(self, query: Floats, count: int, params: Any) -> tuple[Ids, Floats]:
        """The best `count` products or more. More photos are asked for until there are so many:
        those of one product may all stand before the others."""
        total = len(self._owners)
        wanted = count if total == len(self) else -(-count * total // len(self))
        while True:
            found, ids = self._index.search(query, min(wanted, total), params=params)
            there = ids[0] >= 0
            ids, scores = ids[0][there], found[0][there]
            rows = best_of_each(ids, scores)
            if len(rows) >= count or len(ids) < wanted:
                return ids[rows], scores[rows]
            wanted *= 2

    def photos(self, ids: Ids) -> tuple[Ids, Floats, Floats]:
        ids = np.unique(ids)
        begins = np.searchsorted(self._owners, ids)
        ends = np.searchsorted(self._owners, ids, side="right")
        spans = [np.arange(*span) for span in zip(begins.tolist(), ends.tolist(), strict=True)]
        at = np.concatenate(spans) if spans else np.empty(0, np.intp)
        rows = self._index.index.reconstruct_batch(self._rows[at])
        return self._owners[at], rows[:, : self._dimension], rows[:, self._dimension :]
