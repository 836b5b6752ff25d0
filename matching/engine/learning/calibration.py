"""Thresholds that depend on the backbone and the catalogue, measured when an index is built."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageEnhance

from matching.engine.arrays import Floats
from matching.engine.backbone import Backbone
from matching.engine.backends import HybridIndex

DEFAULT_TWIN_COSINE = 0.985
SAMPLE = 200
WHITE = (255, 255, 255)


def twin_cosine(backbone: Backbone, photos: Sequence[Image.Image]) -> float:
    """How alike two shots of one thing are to this backbone: the median cosine between a photo
    and the same photo slightly shifted, smaller, brighter and compressed again."""
    if not photos:
        return DEFAULT_TWIN_COSINE
    first = backbone.embed_images(photos)
    second = backbone.embed_images([_shot_again(photo) for photo in photos])
    return float(np.median((first * second).sum(axis=1)))


def _shot_again(photo: Image.Image) -> Image.Image:
    width, height = photo.size
    smaller = photo.resize((max(1, round(width * 0.96)), max(1, round(height * 0.96))))
    canvas = Image.new("RGB", photo.size, WHITE)
    canvas.paste(smaller, (round(width * 0.03), round(height * 0.01)))
    packed = io.BytesIO()
    ImageEnhance.Brightness(canvas).enhance(1.03).save(packed, "JPEG", quality=85)
    return Image.open(packed).convert("RGB")


def chance_and_near_cosine(
    index: HybridIndex, vectors: Floats, seed: int = 0
) -> tuple[float, float]:
    """How alike two products taken at random are (the median), and how alike nearly every product
    is to the one nearest to it (the 5 % quantile). `vectors` (n, d) are those of the index."""
    if len(vectors) < 2:
        return -1.0, 1.0
    sample = vectors[np.random.default_rng(seed).permutation(len(vectors))[:SAMPLE]]
    chance = np.median((sample @ sample.T)[~np.eye(len(sample), dtype=bool)])
    style = np.zeros(index.style_width, np.float32)
    nearest = [index.search(vector, style, 1.0, 2)[1][-1] for vector in sample]
    return float(chance), float(np.quantile(nearest, 0.05))


def weak_cosine(chance: float, near: float) -> float:
    """Below this the best match is no good match: half of the way from chance to near.

    Photos that people take are never as near to a catalogue as its own photos are to each other.
    With the bundled backbone nearly four in five of them find a right item type above this, half of
    them below.
    """
    return (chance + near) / 2
