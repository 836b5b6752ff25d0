from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from matching.engine.arrays import Floats
from matching.engine.learning.zero_shot import directions, prompts, zero_shot_head

NAMES = ("red", "green", "blue")
AXES = np.eye(3, 8, dtype=np.float32)


def embed(texts: Sequence[str]) -> Floats:
    """One axis for each colour word, and another for the rest of the sentence."""
    rows = np.zeros((len(texts), 8), np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[[name in text for name in NAMES].index(True)] = 1
        row[3 + len(text) % 5] += 0.5
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def photos(count: int, noise: float = 0.3) -> tuple[Floats, np.ndarray]:
    dice = np.random.default_rng(0)
    codes = dice.integers(0, 3, count).astype(np.int32)
    rows = (AXES[codes] + dice.normal(0, noise, (count, 8))).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), codes


def test_a_value_is_named_in_several_sentences() -> None:
    assert prompts("wearer", "Gender", "women") == (
        "for women",
        "clothing for women",
        "a photo of fashion for women",
        "women wear",
    )
    assert "a navy blue garment" in prompts("colour", "Colour", "navy blue")


def test_an_attribute_of_the_shops_own_is_named_in_one_of_them() -> None:
    assert prompts("plain", "Pattern", "striped") == (
        "striped",
        "a photo of striped clothing",
        "a striped garment",
        "pattern: striped",
    )


def test_the_sentences_of_a_value_are_averaged_to_a_unit_row() -> None:
    rows = directions(embed, "colour", "Colour", NAMES)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    mean = embed(prompts("colour", "Colour", "green")).mean(axis=0)
    assert np.allclose(rows[1], mean / np.linalg.norm(mean))


def test_a_head_of_words_chooses_the_value_whose_words_are_nearest() -> None:
    vectors, codes = photos(400, noise=0.1)
    head = zero_shot_head(NAMES, AXES, vectors)
    assert head.classes == NAMES
    assert not head.bias.any()
    assert (head.probabilities(vectors).argmax(axis=1) == codes).mean() == 1.0


@pytest.mark.parametrize("spread", [1.0, 0.05])
def test_without_labels_a_head_is_halfway_sure_however_alike_a_backbone_sees_everything(
    spread: float,
) -> None:
    common = np.eye(1, 8, 7, dtype=np.float32)
    vectors, rows = (spread * part + common for part in (photos(400)[0], AXES))
    head = zero_shot_head(NAMES, rows, vectors)
    assert head.probabilities(vectors).max(axis=1).mean() == pytest.approx(2 / 3, abs=0.03)


def test_with_labels_the_head_is_as_sure_as_it_is_right() -> None:
    vectors, codes = photos(2000, noise=0.6)
    probabilities = zero_shot_head(NAMES, AXES, vectors, codes).probabilities(vectors)
    right = (probabilities.argmax(axis=1) == codes).mean()
    assert 0.6 < right < 0.95
    assert probabilities.max(axis=1).mean() == pytest.approx(right, abs=0.04)


def test_labels_that_are_all_unknown_count_for_none() -> None:
    vectors, _ = photos(100)
    unknown = np.full(100, -1, np.int32)
    with_none = zero_shot_head(NAMES, AXES, vectors, unknown)
    assert np.array_equal(with_none.weight, zero_shot_head(NAMES, AXES, vectors).weight)
