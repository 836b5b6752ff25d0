"""The catalogue's vectors: exact inner-product search over visual and style parts at once.

score(q, c) = w <v_q, v_c> + (1 - w) <s_q, s_c> equals the inner product of [w v_q ; (1 - w) s_q]
with [v_c ; s_c]. So the index holds the concatenation, the search is exact over the whole
catalogue, and the weight can change with every query.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.engine.errors import GenerationError
from matching.engine.heads import Floats
from matching.engine.native import load_faiss

Ids = npt.NDArray[np.int64]


class HybridIndex:
    """Faiss `IndexIDMap2(IndexFlatIP)` keyed by product id, read-only once built."""

    def __init__(self, index: Any, dimension: int) -> None:
        self._index = index
        self._dimension = dimension

    @classmethod
    def build(cls, ids: Ids, visual: Floats, style: Floats) -> HybridIndex:
        """`ids` (n,), `visual` (n, d) unit rows, `style` (n, s) probabilities."""
        faiss = load_faiss()
        rows = np.ascontiguousarray(np.hstack([visual, style]), np.float32)
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(rows.shape[1]))
        index.add_with_ids(rows, ids)
        return cls(index, visual.shape[1])

    @classmethod
    def load(cls, path: Path, dimension: int) -> HybridIndex:
        try:
            return cls(load_faiss().read_index(str(path)), dimension)
        except RuntimeError as error:
            raise GenerationError(f"{path} is damaged; build the index again.") from error

    def save(self, path: Path) -> None:
        load_faiss().write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def style_width(self) -> int:
        return int(self._index.d) - self._dimension

    def search(
        self, visual: Floats, style: Floats, weight: float, count: int, among: Ids | None = None
    ) -> tuple[Ids, Floats]:
        """The best `count` product ids and scores for one query, best first, ties by id.

        `visual` (d,), `style` (s,), `weight` 0 to 1; `among` restricts the search to those ids.
        """
        faiss = load_faiss()
        query = np.concatenate([weight * visual, (1 - weight) * style]).astype(np.float32)[None]
        params = None
        if among is not None:
            params = faiss.SearchParameters(sel=faiss.IDSelectorBatch(among))
        count = min(count, len(self) if among is None else len(among))
        if count == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        scores, ids = self._index.search(query, count, params=params)
        found = ids[0] >= 0
        order = np.lexsort((ids[0][found], -scores[0][found]))
        return ids[0][found][order], scores[0][found][order]

    def vectors(self, ids: Ids) -> tuple[Floats, Floats]:
        """(m,) ids to their visual (m, d) and style (m, s) parts."""
        rows = np.stack([self._index.reconstruct(int(one)) for one in ids])
        return rows[:, : self._dimension], rows[:, self._dimension :]
