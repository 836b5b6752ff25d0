from __future__ import annotations

import numpy as np
import pytest

from matching.engine.learning.audit import find_doubts, read_words, second_opinion
from matching.engine.learning.training import Labels

KINDS = ("handbags", "shirts", "trousers", "watches")


@pytest.fixture(scope="module")
def catalogue() -> tuple[np.ndarray, np.ndarray]:
    """400 products in four kinds: unit rows around four directions, and their true codes."""
    dice = np.random.default_rng(0)
    codes = np.arange(400, dtype=np.int32) % 4
    vectors = np.eye(16, dtype=np.float32)[codes] + dice.normal(0, 0.12, (400, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), codes


def opinion(vectors: np.ndarray, codes: np.ndarray, names: list[str]) -> np.ndarray:
    labels = {"item_type": Labels(KINDS, codes)}
    return second_opinion(vectors, read_words(names), labels, np.arange(len(codes)))["item_type"]


def test_labels_that_were_spoiled_come_first(catalogue: tuple[np.ndarray, np.ndarray]) -> None:
    vectors, truth = catalogue
    codes = truth.copy()
    spoiled = np.arange(0, 400, 40)
    codes[spoiled] = (codes[spoiled] + 1) % 4
    doubts = find_doubts(Labels(KINDS, codes), opinion(vectors, codes, [""] * 400))
    assert set(doubts.rows[:10].tolist()) == set(spoiled.tolist())
    assert (doubts.proposals[:10] == truth[doubts.rows[:10]]).all()
    assert (doubts.labels[:10] == codes[doubts.rows[:10]]).all()
    assert (np.diff(doubts.scores) <= 0).all()
    assert (doubts.probabilities > doubts.label_probabilities).all()


def test_a_missing_label_is_proposed(catalogue: tuple[np.ndarray, np.ndarray]) -> None:
    vectors, truth = catalogue
    codes = truth.copy()
    codes[5] = -1
    doubts = find_doubts(Labels(KINDS, codes), opinion(vectors, codes, [""] * 400))
    proposed = {
        int(row): int(code)
        for row, code, label in zip(doubts.rows, doubts.proposals, doubts.labels, strict=True)
        if label < 0
    }
    assert proposed == {5: int(truth[5])}


def test_names_tell_what_photos_do_not() -> None:
    dice = np.random.default_rng(1)
    vectors = dice.normal(size=(200, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    codes = (np.arange(200) % 4).astype(np.int32)
    names = [f"Nice {KINDS[code]}" for code in codes]
    codes[8] = 3
    found = opinion(vectors, codes, names)
    assert KINDS[int(found[8].argmax())] == "handbags"


def test_an_opinion_is_a_distribution(catalogue: tuple[np.ndarray, np.ndarray]) -> None:
    vectors, codes = catalogue
    found = opinion(vectors, codes, [""] * 400)
    assert found.shape == (400, 4)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-4)


def test_an_attribute_with_few_labels_is_left_out(catalogue: tuple[np.ndarray, np.ndarray]) -> None:
    vectors, codes = catalogue
    few = np.where(np.arange(400) < 19, codes, -1).astype(np.int32)
    labels = {"item_type": Labels(KINDS, few)}
    assert second_opinion(vectors, read_words([""] * 400), labels, np.arange(400)) == {}


def test_only_words_that_several_names_hold_are_read() -> None:
    words = read_words(["red tee"] * 5 + ["blue tee", "odd"])
    assert words.size == 2
    assert words.starts.tolist() == [0, 2, 4, 6, 8, 10, 11, 11]
    assert np.bincount(words.rows, minlength=7).tolist() == [2, 2, 2, 2, 2, 1, 0]
