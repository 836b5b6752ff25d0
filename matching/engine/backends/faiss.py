"""In the memory of a process, exact over the whole catalogue: Faiss `IndexIDMap2(IndexFlatIP)`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from matching.engine.arrays import Floats, Ids
from matching.engine.backends import KeptIndex
from matching.engine.errors import GenerationError


def build(ids: Ids, visual: Floats, style: Floats) -> KeptIndex:
    faiss = load_faiss()
    rows = np.ascontiguousarray(np.hstack([visual, style]), np.float32)
    index = faiss.IndexIDMap2(faiss.IndexFlatIP(rows.shape[1]))
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

    def save(self, path: Path) -> None:
        load_faiss().write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

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
        scores, ids = self._index.search(query, count, params=params)
        found = ids[0] >= 0
        order = np.lexsort((ids[0][found], -scores[0][found]))
        return ids[0][found][order], scores[0][found][order]

    def vectors(self, ids: Ids) -> tuple[Floats, Floats]:
        rows = np.stack([self._index.reconstruct(int(one)) for one in ids])
        return rows[:, : self._dimension], rows[:, self._dimension :]
