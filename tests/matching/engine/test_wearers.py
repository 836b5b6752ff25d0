from __future__ import annotations

import numpy as np
import pytest

from matching.engine.wearers import wearers

CLASSES = ("boys", "girls", "men", "unisex", "women")
GROUPS = {"boys": ["children"], "girls": ["children"], "men": ["adults"], "women": ["adults"]}


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ((0.01, 0.2, 0.01, 0.03, 0.75), ["unisex", "women"]),  # never girls' for "women"
        ((0.02, 0.03, 0.5, 0.05, 0.4), ["men", "unisex", "women"]),
        ((0.55, 0.35, 0.04, 0.02, 0.04), ["boys", "girls", "unisex"]),
        ((0.02, 0.48, 0.02, 0.0, 0.48), ["girls", "unisex", "women"]),  # nobody knows how old
    ],
)
def test_who_may_wear_it(shares: tuple[float, ...], expected: list[str]) -> None:
    assert wearers(np.array(shares, np.float32), CLASSES, GROUPS) == expected


def test_without_groups_it_is_for_everybody() -> None:
    shares = np.array([0.9, 0.1, 0, 0, 0], np.float32)
    assert wearers(shares, CLASSES, {}) == list(CLASSES)
