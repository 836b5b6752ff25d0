"""The part of a photo that is searched with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from PIL import Image


@dataclass(frozen=True)
class Crop:
    """Shares of the upright photo's sides, 0 to 1."""

    left: float
    top: float
    width: float
    height: float

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
