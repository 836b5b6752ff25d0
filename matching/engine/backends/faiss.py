"""In the memory of a process, exact over the whole catalogue: Faiss `IndexIDMap(IndexFlatIP)`,
where a product with several photos has several rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from matching.engine.arrays import Floats, Ids, Rows
from matching.engine.backends import NONE, Found, KeptIndex, best_of_each, in_order
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

    def search_all(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None = None
    ) -> list[Found]:
        queries = np.hstack([weight * visual, (1 - weight) * style]).astype(np.float32)
        count = min(count, len(self) if among is None else len(among))
        if not count or not len(queries):
            return [NONE] * len(queries)
        return [(ids[:count], scores[:count]) for ids, scores in self._best(queries, count, among)]

    def _best(self, queries: Floats, count: int, among: Ids | None) -> list[Found]:
        """For each query the best `count` products or more. More photos are asked for until there
        are so many: those of one product may all stand before the others."""
        total = len(self._owners)
        wanted = count if total == len(self) else -(-count * total // len(self))
        while True:
            scores, ids = self._nearest(queries, min(wanted, total), among)
            found = [_of_each(*row) for row in zip(ids, scores, strict=True)]
            are_all = (ids >= 0).sum(axis=1) < wanted
            if all(are_all | [len(one) >= count for one, _ in found]):
                return found
            wanted *= 2

    def _nearest(self, queries: Floats, count: int, among: Ids | None) -> tuple[Floats, Ids]:
        """Scores and owners (q, count) of the best photos, owner -1 where there are no more."""
        params = None
        if among is not None:
            faiss = load_faiss()
            params = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))
        scores, ids = self._index.search(queries, count, params=params)
        return scores, ids

    def photos(self, ids: Ids) -> tuple[Ids, Floats, Floats]:
        at = self._at(np.unique(ids))
        rows = self._index.index.reconstruct_batch(self._rows[at])
        return self._owners[at], rows[:, : self._dimension], rows[:, self._dimension :]

    def _at(self, ids: Ids) -> Rows:
        """Where in `_owners` the photos of these products (m,) are."""
        begins = np.searchsorted(self._owners, ids)
        ends = np.searchsorted(self._owners, ids, side="right")
        spans = [np.arange(*span) for span in zip(begins.tolist(), ends.tolist(), strict=True)]
        return np.concatenate(spans) if spans else np.empty(0, np.intp)


def _of_each(ids: Ids, scores: Floats) -> Found:
    there = ids >= 0
    ids, scores = ids[there], scores[there]
    rows = best_of_each(ids, scores)
    return in_order(ids[rows], scores[rows])
