"""From a picture to the numbers a backbone takes, as its manifest says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from matching.engine.arrays import Floats
from matching.engine.errors import BackboneError

RESAMPLE = {method.name.lower(): method for method in Image.Resampling}
MAX_RATIO = 16
MAX_SIDE = 4096


@dataclass(frozen=True)
class ImagePreprocessor:
    """`size` (h, w). `resize`: "letterbox" fits the whole picture on `pad`; "shortest-edge" scales
    to `shortest_edge` and crops the centre; "squash" ignores the aspect ratio."""

    size: tuple[int, int]
    resize: str
    resample: Image.Resampling
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    rescale: float = 1 / 255
    pad: tuple[int, int, int] = (255, 255, 255)
    shortest_edge: int = 0

    @classmethod
    def from_manifest(cls, section: Mapping[str, Any]) -> ImagePreprocessor:
        """Reads the `image` section of a manifest. Raises BackboneError if it makes no sense."""
        try:
            height, width = (int(side) for side in section["size"])
            made = cls(
                size=(height, width),
                resize=str(section["resize"]),
                resample=RESAMPLE[section["resample"]],
                mean=_triple(section["mean"]),
                std=_triple(section["std"]),
                rescale=float(section.get("rescale", 1 / 255)),
                pad=tuple(int(value) for value in _triple(section.get("pad", (255, 255, 255)))),  # type: ignore[arg-type]
                shortest_edge=int(section.get("shortest_edge", min(height, width))),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BackboneError(
                f"The image section of the manifest is wrong: {error!r}."
            ) from error
        made._check()
        return made

    def _check(self) -> None:
        if self.resize not in ("letterbox", "shortest-edge", "squash"):
            raise BackboneError(f"The manifest asks for an unknown resize {self.resize!r}.")
        if min(self.size) < 1 or self.shortest_edge < 1 or 0 in self.std:
            raise BackboneError("The manifest has a size below 1 or a standard deviation of 0.")
        numbers = (*self.mean, *self.std, self.rescale)
        if not all(map(math.isfinite, numbers)) or min(*self.std, self.rescale) <= 0:
            raise BackboneError("The manifest has a mean, deviation or rescale that is no scale.")
        if max(*self.size, self.shortest_edge) > MAX_SIDE:
            raise BackboneError(f"The manifest asks for pictures of more than {MAX_SIDE} pixels.")
        if not all(0 <= value <= 255 for value in self.pad):
            raise BackboneError("The manifest has a pad colour that is not within 0 to 255.")

    def __call__(self, image: Image.Image) -> Floats:
        """An RGB picture to float32 (3, h, w)."""
        pixels = np.asarray(self._resized(image)).transpose(2, 0, 1)
        std = np.array(self.std, np.float32)[:, None, None]
        found = np.empty(pixels.shape, np.float32)
        np.multiply(pixels, np.float32(self.rescale) / std, out=found)
        found -= np.array(self.mean, np.float32)[:, None, None] / std
        return found

    def _resized(self, image: Image.Image) -> Image.Image:
        height, width = self.size
        if self.resize == "squash":
            return image.resize((width, height), self.resample)
        if self.resize == "letterbox":
            return self._letterboxed(image)
        return self._cropped(image)

    def _letterboxed(self, image: Image.Image) -> Image.Image:
        height, width = self.size
        ratio = min(width / image.width, height / image.height)
        fitted = max(1, round(image.width * ratio)), max(1, round(image.height * ratio))
        if fitted != image.size:
            image = image.resize(fitted, self.resample)
        canvas = Image.new("RGB", (width, height), self.pad)
        canvas.paste(image, ((width - fitted[0]) // 2, (height - fitted[1]) // 2))
        return canvas

    def _cropped(self, image: Image.Image) -> Image.Image:
        height, width = self.size
        image = _within(image, MAX_RATIO)
        short, long = sorted(image.size)
        other = int(self.shortest_edge * long / short)
        landscape = image.width >= image.height
        image = image.resize(
            (other, self.shortest_edge) if landscape else (self.shortest_edge, other), self.resample
        )
        left, top = (image.width - width) // 2, (image.height - height) // 2
        return image.crop((left, top, left + width, top + height))


def _within(image: Image.Image, ratio: int) -> Image.Image:
    """The middle of a strip longer than `ratio`: scaled up whole, it would fill the memory."""
    width, height = image.size
    wide, high = min(width, height * ratio), min(height, width * ratio)
    if (wide, high) == image.size:
        return image
    left, top = (width - wide) // 2, (height - high) // 2
    return image.crop((left, top, left + wide, top + high))


def _triple(values: Any) -> tuple[float, float, float]:
    first, second, third = (float(value) for value in values)
    return first, second, third
