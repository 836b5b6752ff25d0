"""Drawn pictures that show nothing to wear: screens of text, plots, shapes, textures, noise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Pixels = npt.NDArray[np.uint8]

SIDE = 128  # pixels


def draw_negative(number: int) -> Pixels:
    """(128, 128, 3): text, a plot, shapes, a texture, noise; the same for the same number."""
    dice = np.random.default_rng(number)
    canvas = Image.fromarray(_ground(dice, number % 4))
    kind = number % 5
    if kind == 0:
        _draw_text(canvas, dice)
    elif kind == 1:
        _draw_plot(canvas, dice)
    elif kind == 2:
        _draw_shapes(canvas, dice)
    return np.asarray(canvas)


def _ground(dice: np.random.Generator, kind: int) -> Pixels:
    side = SIDE
    if kind == 0:  # plain
        values = np.broadcast_to(dice.integers(0, 256, 3), (side, side, 3))
    elif kind == 1:  # gradient
        ends = dice.integers(0, 256, (2, 3))
        ramp = np.linspace(0, 1, side)[:, None, None]
        values = np.broadcast_to(ends[0] * (1 - ramp) + ends[1] * ramp, (side, side, 3))
    elif kind == 2:  # cloudy texture or, where coarse is as fine as the picture, noise
        coarse = int(dice.choice([2, 4, 8, 16, 64, side]))
        small = dice.integers(0, 256, (coarse, coarse, 3)).astype(np.uint8)
        values = np.asarray(Image.fromarray(small).resize((side, side), Image.Resampling.BICUBIC))
    else:  # stripes and checks
        across, down = dice.uniform(0.02, 0.6, 2) * dice.integers(0, 2, 2)
        wave = np.add.outer(np.sin(np.arange(side) * across), np.sin(np.arange(side) * down))
        ends = dice.integers(0, 256, (2, 3))
        values = np.where((wave > 0)[:, :, None], ends[0], ends[1])
    if kind % 2 and dice.random() < 0.5:
        values = values.transpose(1, 0, 2)
    return np.ascontiguousarray(values).astype(np.uint8)


def _ink(dice: np.random.Generator) -> tuple[int, int, int]:
    red, green, blue = (int(value) for value in dice.integers(0, 256, 3))
    return red, green, blue


def _draw_text(canvas: Image.Image, dice: np.random.Generator) -> None:
    brush, side = ImageDraw.Draw(canvas), SIDE
    letters = "abcdefghijklmnopqrstuvwxyz    0123456789.,:()"
    if dice.random() < 0.7:  # a page or a terminal: one plain ground
        brush.rectangle((0, 0, side, side), fill=((255, 255, 255), (20, 22, 26))[dice.integers(2)])
    ink, step = _ink(dice), int(dice.integers(8, 18))
    for top in range(4, side - step, step):
        line = "".join(dice.choice(list(letters), int(dice.integers(3, 24))))
        brush.text((int(dice.integers(2, 12)), top), line, fill=ink, font_size=step * 0.8)


def _draw_plot(canvas: Image.Image, dice: np.random.Generator) -> None:
    brush, side = ImageDraw.Draw(canvas), SIDE
    if dice.random() < 0.7:
        brush.rectangle((0, 0, side, side), fill=(255, 255, 255))
    brush.line([(12, 6), (12, side - 12), (side - 6, side - 12)], fill=(0, 0, 0))
    for _ in range(int(dice.integers(1, 4))):
        heights = np.clip(np.cumsum(dice.normal(0, 10, 20)) + side / 2, 6, side - 12)
        points = [(14 + 5.5 * x, float(y)) for x, y in enumerate(heights)]
        if dice.random() < 0.5:
            brush.line(points, fill=_ink(dice), width=int(dice.integers(1, 4)))
        else:
            for x, y in points:
                brush.rectangle((x, y, x + 3, side - 12), fill=_ink(dice))


def _draw_shapes(canvas: Image.Image, dice: np.random.Generator) -> None:
    brush = ImageDraw.Draw(canvas)
    for _ in range(int(dice.integers(1, 9))):
        x, y = dice.integers(-20, 110, 2)
        width, height = dice.integers(8, 80, 2)
        box = (int(x), int(y), int(x + width), int(y + height))
        (brush.ellipse, brush.rectangle)[dice.integers(2)](box, fill=_ink(dice))
