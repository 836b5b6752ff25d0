from __future__ import annotations

from pathlib import Path

import numpy as np

from matching.engine.arrays import Floats
from matching.engine.meanings import Meanings, load_meanings

SWIM, RAIN = {"type": ("swimwear",)}, {"type": ("umbrellas", "coats")}
GIRL = {"who": ("girls",), "type": ("shorts",)}


def unit(*values: float) -> Floats:
    row = np.array(values, np.float32)
    return row / np.linalg.norm(row)


def meanings() -> Meanings:
    vectors = np.stack([unit(1, 0, 0), unit(0, 1, 0), unit(0.99, 0.1, 0)])
    return Meanings("an encoder", vectors, [SWIM, RAIN, GIRL])


def test_the_nearest_phrases_decide() -> None:
    assert meanings().of(unit(0, 1, 0.1)) == RAIN
    assert meanings().of(unit(1, 0, 0)) == {"type": ("swimwear", "shorts")}
    assert meanings().of(unit(0.97, 0.25, 0)) == {"who": ("girls",), "type": ("shorts", "swimwear")}


def test_what_is_like_no_phrase_asks_for_nothing() -> None:
    assert meanings().of(unit(0, 0, 1)) == {}
    assert Meanings("an encoder", np.empty((0, 3), np.float32), []).of(unit(1, 0, 0)) == {}


def test_they_are_kept_as_they_are(tmp_path: Path) -> None:
    meanings().save(tmp_path / "meanings.npz")
    kept = load_meanings(tmp_path / "meanings.npz")
    assert kept is not None
    assert (kept.encoder, [*kept.values]) == ("an encoder", [SWIM, RAIN, GIRL])
    assert kept.of(unit(0, 1, 0)) == RAIN
    assert load_meanings(tmp_path / "none.npz") is None
