"""What every vector backend must do: a suite to inherit from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from matching.engine.backends import Backend
from matching.engine.errors import GenerationError
from matching.engine.generation import Catalogue
from matching.engine.overlay import Delta, OverlayIndex

IDS = np.array([50, 7, 900, 12, 3, 44, 81, 20], np.int64)


def unit(rows: int, width: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, width)).astype("f4")
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def parts() -> tuple[np.ndarray, np.ndarray]:
    style = np.random.default_rng(2).dirichlet(np.ones(3), len(IDS)).astype("f4")
    return unit(len(IDS), 6, 1), style


class BackendTests:
    backend: ClassVar[Backend]

    @pytest.mark.parametrize("weight", [0.0, 0.3, 0.7, 1.0])
    def test_the_score_is_the_weighted_sum_of_both_parts(self, parts: tuple, weight: float) -> None:
        visual, style = parts
        query, wish = unit(1, 6, 9)[0], np.array([0.2, 0.5, 0.3], "f4")
        ids, scores = self.backend.build(IDS, visual, style).search(query, wish, weight, 8)
        expected = weight * visual @ query + (1 - weight) * style @ wish
        order = np.lexsort((IDS, -expected))
        assert ids.tolist() == IDS[order].tolist()
        assert scores == pytest.approx(expected[order], abs=1e-6)

    @pytest.mark.parametrize("among", [None, np.array([3, 900, 20, 44], np.int64)])
    def test_many_at_once_find_what_each_finds_alone(
        self, parts: tuple, among: np.ndarray | None
    ) -> None:
        index = self.backend.build(IDS, *parts)
        queries, wishes = unit(3, 6, 8), parts[1][:3]
        found = index.search_all(queries, wishes, 0.6, 3, among)
        for query, wish, (ids, scores) in zip(queries, wishes, found, strict=True):
            expected, right = index.search(query, wish, 0.6, 3, among)
            assert ids.tolist() == expected.tolist()
            assert scores == pytest.approx(right, abs=1e-6)

    def test_nothing_asked_is_nothing_found(self, parts: tuple) -> None:
        index = self.backend.build(IDS, *parts)
        assert index.search_all(parts[0][:0], parts[1][:0], 0.7, 3) == []

    def test_what_has_changed_since_is_found_and_what_was_deleted_is_not(
        self, parts: tuple
    ) -> None:
        visual, style = parts
        codes = {"kind": np.zeros(len(IDS), np.int32)}
        built = Catalogue(np.sort(IDS), {"kind": ("one",)}, codes, codes, {}, {})
        changed = replace(built.taken(built.ids == 12), ids=np.array([12]))
        fresh = unit(1, 6, 77)
        delta = Delta(np.array([7, 12]), changed, changed.ids, fresh, style[:1])
        index = OverlayIndex(self.backend.build(IDS, visual, style), delta)
        ids, _ = index.search(fresh[0], style[0], 1.0, 8)
        assert ids[0] == 12
        assert sorted(ids.tolist()) == sorted(set(IDS.tolist()) - {7})

    def test_a_search_among_some_ids_is_exact_over_them(self, parts: tuple) -> None:
        visual, style = parts
        query = unit(1, 6, 4)[0]
        among = np.array([3, 900, 20], np.int64)
        ids, _ = self.backend.build(IDS, visual, style).search(query, style[0], 1.0, 8, among)
        rows = np.flatnonzero(np.isin(IDS, among))
        assert ids.tolist() == IDS[rows[np.argsort(-(visual[rows] @ query))]].tolist()

    def test_equal_scores_come_in_order_of_id(self) -> None:
        visual = np.tile(np.array([[1, 0]], "f4"), (3, 1))
        index = self.backend.build(np.array([9, 2, 5]), visual, np.ones((3, 1), "f4"))
        ids, _ = index.search(visual[0], np.ones(1, "f4"), 0.7, 3)
        assert ids.tolist() == [2, 5, 9]

    def test_absent_neighbours_are_dropped(self, parts: tuple) -> None:
        index = self.backend.build(IDS, *parts)
        ids, scores = index.search(parts[0][0], parts[1][0], 0.7, 100)
        assert len(ids) == len(scores) == len(IDS)
        assert (ids >= 0).all()

    def test_a_search_among_nothing_finds_nothing(self, parts: tuple) -> None:
        index = self.backend.build(IDS, *parts)
        ids, scores = index.search(parts[0][0], parts[1][0], 0.7, 3, np.empty(0, np.int64))
        assert len(ids) == len(scores) == 0

    def test_the_parts_come_back_by_id(self, parts: tuple) -> None:
        visual, style = self.backend.build(IDS, *parts).vectors(np.array([900, 50]))
        np.testing.assert_allclose(visual, parts[0][[2, 0]], rtol=1e-6)
        np.testing.assert_allclose(style, parts[1][[2, 0]], rtol=1e-6)

    def test_of_the_photos_of_a_product_the_best_counts(self) -> None:
        visual, style = unit(9, 6, 1), np.ones((9, 1), "f4")
        owners = np.array([5, 2, 5, 5, 2, 5, 5, 5, 7], np.int64)
        index = self.backend.build(owners, visual, style)
        assert len(index) == 3
        query = visual[5]
        ids, scores = index.search(query, style[0], 0.7, 2)
        best = {one: 0.7 * (visual[owners == one] @ query).max() + 0.3 for one in (2, 5, 7)}
        right = sorted(best, key=lambda one: -best[one])[:2]
        assert ids.tolist() == right
        assert scores == pytest.approx([best[one] for one in right], abs=1e-6)
        ids, _ = index.search(query, style[0], 1.0, 3, np.array([2, 5], np.int64))
        assert sorted(ids.tolist()) == [2, 5]

    def test_photos_come_back_in_their_order_and_the_nearest_of_each(self) -> None:
        visual, style = unit(4, 6, 1), np.ones((4, 1), "f4")
        index = self.backend.build(np.array([5, 2, 5, 5], np.int64), visual, style)
        owners, photos, _ = index.photos(np.array([5, 2]))
        assert owners.tolist() == [2, 5, 5, 5]
        np.testing.assert_allclose(photos, visual[[1, 0, 2, 3]], rtol=1e-6)
        of_each, _ = index.vectors(np.array([5, 2]))
        np.testing.assert_allclose(of_each, visual[[0, 1]], rtol=1e-6)
        of_each, _ = index.vectors(np.array([5, 2]), near=visual[2])
        np.testing.assert_allclose(of_each, visual[[2, 1]], rtol=1e-6)

    def test_a_catalogue_without_styles_is_searched_by_looks(self) -> None:
        index = self.backend.build(IDS, unit(8, 6, 1), np.empty((8, 0), "f4"))
        assert index.style_width == 0
        ids, _ = index.search(unit(8, 6, 1)[3], np.empty(0, "f4"), 0.7, 1)
        assert ids.tolist() == [12]

    def test_a_saved_index_answers_as_before(self, parts: tuple, tmp_path: Path) -> None:
        index = self.backend.build(IDS, *parts)
        index.save(tmp_path / "index.faiss")
        loaded = self.backend.load(tmp_path / "index.faiss", 6)
        query = parts[0][5], parts[1][5], 0.7, 4
        assert loaded.search(*query)[0].tolist() == index.search(*query)[0].tolist()

    def test_a_damaged_index_says_what_to_do(self, tmp_path: Path) -> None:
        (tmp_path / "index.faiss").write_bytes(b"nonsense")
        with pytest.raises(GenerationError, match="is damaged; build the index again"):
            self.backend.load(tmp_path / "index.faiss", 6)
