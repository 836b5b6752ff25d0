from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from matching.engine.light import is_grey

NOISE = np.random.default_rng(3)


def with_noise(colour: tuple[int, int, int], spread: int) -> Image.Image:
    """A plain picture whose channels differ at random, as those of a photo do."""
    plain = np.full((80, 60, 3), colour, np.int16)
    noise = NOISE.integers(-spread, spread + 1, plain.shape)
    return Image.fromarray(np.clip(plain + noise, 0, 255).astype(np.uint8))


def test_a_photo_that_was_made_black_and_white_is_grey() -> None:
    photo = with_noise((200, 40, 40), 20)
    assert not is_grey(photo)
    assert is_grey(photo.convert("L").convert("RGB"))


@pytest.mark.parametrize("colour", [(0, 0, 0), (120, 120, 120), (240, 240, 240)])
def test_a_colour_photo_of_something_without_colour_is_not(colour: tuple[int, int, int]) -> None:
    assert not is_grey(with_noise(colour, 6))


def test_specks_of_colour_are_noise() -> None:
    grey = with_noise((90, 90, 90), 0)
    grey.paste((255, 0, 0), (0, 0, 3, 3))
    assert is_grey(grey)
    grey.paste((255, 0, 0), (0, 0, 12, 12))
    assert not is_grey(grey)
