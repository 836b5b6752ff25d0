"""Heads that are shipped are as sure as they are right."""

from __future__ import annotations

import numpy as np
import pytest

from matching.engine.heads import Head, Heads
from matching.engine.vibe_mini.fit import calibrated

CLASSES = ("a", "b", "c")


@pytest.mark.parametrize("sureness", [0.4, 1.0, 1.8])
def test_confidences_are_right_on_average_however_sure_the_head_was(sureness: float) -> None:
    dice = np.random.default_rng(0)
    codes = dice.integers(0, 3, 3000)
    seen = np.where(dice.random(3000) < 0.7, codes, dice.integers(0, 3, 3000))
    vectors = np.eye(3, dtype=np.float32)[seen]
    head = Head(CLASSES, np.eye(3, dtype=np.float32) * np.float32(4 * sureness), np.zeros(3, "f4"))
    found = calibrated(Heads({"kind": head}), vectors, {"kind": codes}).by_key["kind"]
    accuracy = (seen == codes).mean()
    assert found.probabilities(vectors).max(axis=1).mean() == pytest.approx(accuracy, abs=0.02)
    assert (found.probabilities(vectors).argmax(axis=1) == seen).all()


def test_a_head_that_nobody_has_labels_for_stays_as_it_is() -> None:
    head = Head(CLASSES, np.eye(3, dtype=np.float32), np.zeros(3, np.float32))
    unknown = {"kind": np.full(4, -1)}
    found = calibrated(Heads({"kind": head}), np.ones((4, 3), np.float32), unknown).by_key["kind"]
    assert np.array_equal(found.weight, head.weight)
