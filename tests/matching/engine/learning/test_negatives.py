from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matching.engine.arrays import Floats
from matching.engine.backbone import Backbone
from matching.engine.heads import Heads
from matching.engine.learning.negative_drawings import draw_negative
from matching.engine.learning.negatives import (
    FEWEST_PHOTOS,
    detector_for,
    drawn_negatives,
    garment_head,
    prompt_direction,
)
from tests.helpers import picture

BUNDLED = Path(__file__).parents[4] / "matching" / "backbones" / "vibe-mini"


def cloud(count: int, *centre: float, seed: int = 0) -> Floats:
    rows = (
        np.random.default_rng(seed).normal(0, 0.2, (count, 8)) + np.array([*centre, *[0] * 8])[:8]
    )
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def passing(photos: Floats, others: Floats, asked: Floats, words: Floats | None = None) -> float:
    heads = Heads({}, garment_head(photos, others, words))
    return float((heads.fashion_logits(asked) > 0).mean())


def test_photos_of_the_catalogue_pass_and_drawn_pictures_do_not() -> None:
    photos, others = cloud(1000, 1, 0), cloud(200, 0, 1)
    assert passing(photos, others, photos) >= 0.99
    assert passing(photos, others, cloud(500, 1, 0, seed=1)) >= 0.98
    assert passing(photos, others, cloud(500, 0, 1, seed=1)) <= 0.01


def test_words_tell_what_neither_photos_nor_drawn_pictures_show() -> None:
    """Photographs of something else: as the catalogue in what no drawing has, unlike in words."""
    photos, others, dogs = cloud(1000, 1, 0, 0.4), cloud(200, 0, 1), cloud(500, 1, 0, -0.4, seed=1)
    words = np.eye(1, 8, 2, dtype=np.float32)[0]
    assert passing(photos, others, dogs, words) < passing(photos, others, dogs) / 2
    assert passing(photos, others, photos, words) >= 0.99


def test_few_photos_leave_room_for_those_not_seen_yet() -> None:
    others, unseen = cloud(200, 0, 1), cloud(2000, 1, 0, seed=1)
    assert passing(cloud(30, 1, 0), others, unseen) >= 0.95


def test_a_drawing_depends_on_its_number_alone() -> None:
    for number in range(20):
        drawn = draw_negative(number)
        assert drawn.shape == (128, 128, 3)
        assert np.array_equal(drawn, draw_negative(number))


def test_the_same_pictures_are_drawn_each_time() -> None:
    first, again = (list(drawn_negatives(6)) for _ in range(2))
    assert [one.tobytes() for one in first] == [one.tobytes() for one in again]
    assert len({one.tobytes() for one in first}) == 6
    assert first[2].tobytes() == next(drawn_negatives(1, first=2)).tobytes()


def test_words_point_from_anything_else_to_what_is_worn() -> None:
    def embed(texts: object) -> Floats:
        worn = "a photo of a dress" in texts  # type: ignore[operator]
        return np.array([[1, 0]] if worn else [[0, 1]], np.float32)

    assert prompt_direction(embed).tolist() == [1.0, -1.0]


@pytest.mark.slow
def test_a_backbone_gets_a_detector_of_photos_it_is_shown() -> None:
    backbone = Backbone(BUNDLED)
    colours = ["red", "blue", "green", "black", "orange", "purple", "brown", "teal"]
    shapes = ["tshirt", "trousers", "bag"]
    drawn = [picture(colour, shape) for colour in colours for shape in shapes]
    photos = backbone.embed_images(drawn)
    assert len(photos) >= FEWEST_PHOTOS
    head = detector_for(backbone, photos)
    assert head is not None
    logits = Heads({}, head).fashion_logits
    assert (logits(photos) > 0).all()
    unseen = backbone.embed_images(drawn_negatives(100, first=5000))
    assert (logits(unseen) <= 0).mean() >= 0.9


@pytest.mark.slow
def test_too_few_photos_give_no_detector() -> None:
    few = cloud(FEWEST_PHOTOS - 1, 1, 0)
    assert detector_for(Backbone(BUNDLED), few) is None
