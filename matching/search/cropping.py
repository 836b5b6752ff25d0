"""The part of a photo that is searched with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_noop
from PIL import Image

SIDES = ("left", "top", "width", "height")
SMALLEST = 2  # per cent of a side
NOT_A_PART = gettext_noop(
    "The part of the photo is not given by four numbers from 0 to 100; mark it again."
)
TOO_SMALL = gettext_noop("The part of the photo is too small; mark a larger one.")


class CropError(ValueError):
    """There is no such part of a photo; the message says why."""


@dataclass(frozen=True)
class Crop:
    """Shares of the upright photo's sides, 0 to 1."""

    left: float
    top: float
    width: float
    height: float

    @classmethod
    def from_form(cls, form: Mapping[str, Any]) -> Crop | None:
        """The fields `left`, `top`, `width` and `height` in per cent; None if none is filled in, or
        if they mean the whole photo. Raises CropError."""
        given = [str(form.get(side, "")).strip().replace(",", ".") for side in SIDES]
        if not any(given):
            return None
        try:
            left, top, width, height = (float(text) for text in given)
        except ValueError as error:
            raise CropError(NOT_A_PART) from error
        if not (0 <= left <= 100 and 0 <= top <= 100 and width <= 100.5 and height <= 100.5):
            raise CropError(NOT_A_PART)
        width, height = min(width, 100 - left), min(height, 100 - top)
        if width < SMALLEST or height < SMALLEST:
            raise CropError(TOO_SMALL)
        crop = cls(*(round(side / 100, 4) for side in (left, top, width, height)))
        return None if crop.width * crop.height > 0.99 else crop

    @classmethod
    def from_json(cls, kept: Mapping[str, float] | None) -> Crop | None:
        return cls(**kept) if kept else None

    def as_json(self) -> dict[str, float]:
        return asdict(self)

    def cut(self, picture: Image.Image) -> Image.Image:
        """That part of the picture, at least 8 pixels on each side."""
        across, down = picture.size
        left = min(round(self.left * across), max(0, across - 8))
        top = min(round(self.top * down), max(0, down - 8))
        right = max(left + 8, round((self.left + self.width) * across))
        bottom = max(top + 8, round((self.top + self.height) * down))
        return picture.crop((left, top, min(right, across), min(bottom, down)))
