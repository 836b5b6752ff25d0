"""The part of a photo that is searched with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from matching.engine.finder import Box


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

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.left + self.width, self.top + self.height)
