from __future__ import annotations

import numpy as np
import pytest

from matching.engine.likeness import Likeness, measured

ROUGH = Likeness(twin=0.99, very_like=0.8, like=0.4)


def turned(degrees: list[float]) -> np.ndarray:
    """Unit rows in the plane: the cosine of two is that of the angle between them."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@pytest.mark.parametrize(
    ("cosine", "step"),
    [(1.0, "twin"), (0.99, "twin"), (0.9, "very_like"), (0.4, "like"), (0.39, ""), (-1.0, "")],
)
def test_the_dearest_step_that_is_reached_counts(cosine: float, step: str) -> None:
    assert ROUGH.step(cosine) == step


def test_steps_are_those_of_pairs_of_one_kind_and_colour() -> None:
    # Two kinds far apart; within each, ten products of one colour and ten of another 40 degrees on.
    degrees = [start + spread for start in (0, 40, 180, 220) for spread in np.linspace(0, 9, 10)]
    kinds = np.repeat(np.array([0, 1], np.int32), 20)
    colours = np.repeat(np.array([0, 1, 0, 1], np.int32), 10)
    found = measured(turned(degrees), kinds, colours, ROUGH)
    assert found.twin == ROUGH.twin
    assert np.cos(np.radians(9)) < found.very_like < 1
    assert found.like == pytest.approx(np.cos(np.radians(40)), abs=0.01)


def test_a_catalogue_without_labels_keeps_the_rough_steps() -> None:
    vectors, none = turned([0, 10, 20]), np.full(3, -1, np.int32)
    assert measured(vectors, none, none, ROUGH) == ROUGH
    assert measured(vectors, None, None, ROUGH) == ROUGH


def test_steps_never_cross() -> None:
    same = np.zeros(20, np.int32)
    found = measured(turned([0.0] * 20), same, same, ROUGH)
    assert found.twin >= found.very_like >= found.like


def test_a_generation_from_before_has_steps_too() -> None:
    old = {"twin_cosine": 0.99, "near_cosine": 0.7, "weak_cosine": 0.4}
    assert Likeness.of(old) == Likeness(0.99, 0.7, 0.4)
    steps = {"twin": 0.9, "very_like": 0.6, "like": 0.3}
    assert Likeness.of(old | {"likeness": steps}) == Likeness(**steps)
