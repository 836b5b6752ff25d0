"""Trying a backbone out: pictures that need no catalogue, a smoke test, what a picture costs."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from matching.engine.arrays import Floats
from matching.engine.backbone import IMAGE_BATCH, Backbone
from matching.engine.errors import BackboneError

SIDES = (240, 320)


def drawn_pictures(count: int, seed: int = 0) -> list[Image.Image]:
    """Coloured shapes with stripes on white, each another; the same for the same seed."""
    rng = np.random.default_rng(seed)
    return [_drawn(rng) for _ in range(count)]


def _drawn(rng: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", SIDES, "white")
    draw = ImageDraw.Draw(image)
    colours = [tuple(int(part) for part in rng.integers(0, 256, 3)) for _ in range(3)]
    left, top = (int(value) for value in rng.integers(10, 90, 2))
    box = (left, top, left + int(rng.integers(60, 140)), top + int(rng.integers(90, 220)))
    (draw.ellipse, draw.rectangle)[int(rng.integers(2))](box, fill=colours[0])
    corners = [(int(rng.integers(SIDES[0])), int(rng.integers(SIDES[1]))) for _ in range(3)]
    draw.polygon(corners, fill=colours[1])
    for line in range(0, SIDES[1], int(rng.integers(8, 80))):
        draw.line((box[0], line, box[2], line), fill=colours[2], width=3)
    return image


def smoke_test(folder: Path) -> None:
    """Opens the folder as a site would, embeds two pictures and two texts and looks at the rows.
    Raises BackboneError."""
    backbone = Backbone(folder)
    _check_rows(backbone, backbone.embed_images(drawn_pictures(2)), "pictures")
    if backbone.has_text:
        _check_rows(backbone, backbone.embed_texts(["a red dress", "blue jeans"]), "texts")


def _check_rows(backbone: Backbone, rows: Floats, what: str) -> None:
    if rows.shape != (2, backbone.dimension):
        raise BackboneError(
            f"The backbone {backbone.name} gives {what} {rows.shape[1]} dimensions, its manifest "
            f"says {backbone.dimension}."
        )
    lengths = np.linalg.norm(rows, axis=1)
    if not np.allclose(lengths, 1, atol=1e-3):  # false for NaN, too
        raise BackboneError(
            f"The backbone {backbone.name} gives {what} rows that are not of unit length."
        )
    if np.allclose(rows[0], rows[1], atol=1e-6):
        raise BackboneError(f"The backbone {backbone.name} tells no two {what} apart.")


def milliseconds_per_image(backbone: Backbone, count: int = 64) -> float:
    """Preparing and embedding, in batches, once the model is loaded."""
    pictures = drawn_pictures(count)
    backbone.embed_images(pictures[:IMAGE_BATCH])
    started = time.perf_counter()
    backbone.embed_images(pictures)
    return (time.perf_counter() - started) * 1000 / count
