from __future__ import annotations

import numpy as np
import pytest

from matching.engine.backends import backend, chosen, hnsw
from tests.matching.engine.backends.contract import BackendTests, parts, unit

__all__ = ["parts"]


class TestHnsw(BackendTests):
    backend = backend("hnsw")


class TestHnswThroughTheGraph(BackendTests):
    """Whatever is searched among, as where it is many."""

    backend = backend("hnsw")

    @pytest.fixture(autouse=True)
    def _nothing_is_few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(hnsw, "FEW", 0)


@pytest.mark.parametrize("weight", [0.7, 1.0])
@pytest.mark.parametrize("gated", [False, True])
def test_it_finds_nearly_all_that_an_exact_search_finds(
    monkeypatch: pytest.MonkeyPatch, weight: float, gated: bool
) -> None:
    monkeypatch.setattr(hnsw, "FEW", 100)
    dice = np.random.default_rng(3)
    visual, style = unit(3000, 16, 1), dice.dirichlet(np.ones(4), 3000).astype("f4")
    ids = dice.permutation(9000)[:3000]
    among = ids[::3] if gated else None
    queries = unit(50, 16, 2), style[:50], weight, 3, among
    exact = backend("faiss").build(ids, visual, style).search_all(*queries)
    walked = backend("hnsw").build(ids, visual, style).search_all(*queries)
    hits = sum(
        len(np.intersect1d(one[0], other[0])) for one, other in zip(exact, walked, strict=True)
    )
    assert hits >= 0.98 * 150


@pytest.mark.parametrize(
    ("name", "count", "expected"),
    [("auto", 99, "faiss"), ("auto", 100, "hnsw"), ("faiss", 100, "faiss"), ("hnsw", 1, "hnsw")],
)
def test_a_large_catalogue_gets_a_graph(name: str, count: int, expected: str) -> None:
    assert chosen(name, count, graph_from=100) == expected
