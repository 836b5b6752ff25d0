"""The heads that are shipped: fitted on vectors of known labels, and as sure as they are right."""

from __future__ import annotations

import numpy as np
import pytest

from matching.engine.heads import Head, Heads
from matching.engine.vibe_mini import fit
from matching.engine.vibe_mini.data import Corpus, Products, Snapshots
from matching.engine.vibe_mini.evaluate import Vectors, measure
from matching.engine.vibe_mini.fit import Examples, calibrated, fit_heads

LETTERS = ("a", "b", "c")
CLASSES = {"item_type": ["dresses", "tshirts"], "gender": ["boys", "men", "women"]}
EACH = 30_000  # fitting takes steps of 512


def _vectors(direction: int) -> np.ndarray:
    rows = np.zeros((EACH, 8), np.float32)
    rows[:, direction] = 0.8
    rows[np.arange(EACH), 4 + np.arange(EACH) % 4] = 0.6
    return rows


def _undecided(classes: list[str]) -> Head:
    return Head(tuple(classes), np.zeros((len(classes), 8), np.float32), np.zeros(len(classes)))


def _fitted(covers: dict[str, np.ndarray], leaning: float = 0) -> Heads:
    """Products are men's t-shirts, as the heads know; snapshots look like none of them, and at
    first rather like men's."""
    ones = np.ones(EACH, np.int64)
    examples = Examples(
        _vectors(0), {"item_type": ones, "gender": ones}, _vectors(1), covers, [_vectors(0)], []
    )
    start = {
        key: _undecided(classes) for key, classes in (CLASSES | {"garment": ["garment"]}).items()
    }
    start["gender"].weight[1, 0] = 12  # has learnt the products with the towers
    start["gender"].weight[1, 1] = leaning
    return fit_heads(examples, CLASSES, start, 0)


@pytest.mark.parametrize(
    ("allowed", "best"), [([False, False, True], "women"), ([True, False, False], "boys")]
)
def test_heads_learn_the_gender_of_snapshots_from_what_their_labels_allow(
    allowed: list[bool], best: str
) -> None:
    head = _fitted({"gender": np.array([allowed] * EACH)}).by_key["gender"]
    product, snapshot = (head.probabilities(_vectors(way)[:1])[0].argmax() for way in (0, 1))
    assert [head.classes[product], head.classes[snapshot]] == ["men", best]


def test_heads_are_unsure_of_what_labels_leave_open(monkeypatch: pytest.MonkeyPatch) -> None:
    gaps = []
    for weight in (0.0, 1.0):
        monkeypatch.setitem(fit.EVEN_WEIGHT, "gender", weight)
        head = _fitted({"gender": np.array([[False, True, True]] * EACH)}, 0.5).by_key["gender"]
        _, men, women = head.probabilities(_vectors(1)[:1])[0]
        gaps.append(abs(men - women))
    assert gaps[1] < 0.05 < gaps[0]


def test_the_gender_of_snapshots_is_measured_where_labels_tell_it() -> None:
    sees_women = _undecided(CLASSES["gender"])
    sees_women.bias[2] = 5
    heads = Heads({"item_type": _undecided(CLASSES["item_type"]), "gender": sees_women}, None)
    shots = Snapshots(
        np.empty((4, 1, 1, 3), np.uint8),
        ["dress", "dress", "t-shirt", "dress"],
        {
            "item_type": np.array([[True, False]] * 2 + [[False, True], [True, False]]),
            "gender": np.array(
                [[False, False, True], [True, False, False], [True] * 3, [True, False, False]]
            ),
        },
        np.array([True, True, True, False]),
    )
    products = Products(
        np.empty((4, 1, 1, 3), np.uint8),
        ["name"] * 4,
        {key: np.array([1, 1, 1, 0]) for key in ("item_type", "gender", "colour")},
        np.array([False, True] * 2),
    )
    rows = np.eye(4, 8, dtype=np.float32)
    figures = measure(
        Vectors(rows, rows[:2], snapshots=rows), heads, Corpus(CLASSES, products, None, shots)
    )
    assert figures["snapshots.gender"] == 0.5
    assert figures["snapshots.all"] == pytest.approx(2 / 3)


@pytest.mark.parametrize("sureness", [0.4, 1.0, 1.8])
def test_confidences_are_right_on_average_however_sure_the_head_was(sureness: float) -> None:
    dice = np.random.default_rng(0)
    codes = dice.integers(0, 3, 3000)
    seen = np.where(dice.random(3000) < 0.7, codes, dice.integers(0, 3, 3000))
    vectors = np.eye(3, dtype=np.float32)[seen]
    head = Head(LETTERS, np.eye(3, dtype=np.float32) * np.float32(4 * sureness), np.zeros(3, "f4"))
    found = calibrated(Heads({"kind": head}), vectors, {"kind": codes}).by_key["kind"]
    accuracy = (seen == codes).mean()
    assert found.probabilities(vectors).max(axis=1).mean() == pytest.approx(accuracy, abs=0.02)
    assert (found.probabilities(vectors).argmax(axis=1) == seen).all()


def test_a_head_that_nobody_has_labels_for_stays_as_it_is() -> None:
    head = Head(LETTERS, np.eye(3, dtype=np.float32), np.zeros(3, np.float32))
    unknown = {"kind": np.full(4, -1)}
    found = calibrated(Heads({"kind": head}), np.ones((4, 3), np.float32), unknown).by_key["kind"]
    assert np.array_equal(found.weight, head.weight)
