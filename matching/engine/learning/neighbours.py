"""Each row's nearest among many rows, for what is learnt; searches of the shop go to backends/."""

from __future__ import annotations

from matching.engine.arrays import Floats, Ids
from matching.engine.backends.faiss import load_faiss


def nearest(
    vectors: Floats,
    count: int,
    *,
    queries: Floats | None = None,
    exact_up_to: int | None = None,
    probes: int = 1,
) -> tuple[Floats, Ids]:
    """Cosines and rows of the nearest (q, `count`) among unit rows (n, d), -1 where there is none.

    `queries` (q, d): all rows if None, each then among its own nearest. Above `exact_up_to` rows
    only `probes` cells are looked through for each; None looks through all rows always.
    """
    faiss = load_faiss()
    size, width = vectors.shape
    index = faiss.IndexFlatIP(width)
    if exact_up_to is not None and size > exact_up_to:
        cells = int(4 * size**0.5)
        index = faiss.IndexIVFFlat(index, width, cells, faiss.METRIC_INNER_PRODUCT)
        index.cp.min_points_per_centroid, index.nprobe = 1, probes
        index.train(vectors)
    index.add(vectors)
    cosines, rows = index.search(vectors if queries is None else queries, min(count, size))
    return cosines, rows
