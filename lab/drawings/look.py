"""What one drawing is asked to show."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from . import palette


@dataclass(frozen=True)
class Look:
    colour: str  # the label's own colour, hex
    accent: str  # a second colour, hex
    pattern: str = "plain"
    cut: str = ""  # words that name the variant: "polo short"
    gender: str = "Unisex"
    seed: int = 0

    def has(self, *words: str) -> bool:
        return any(word in self.cut.split() for word in words)

    @property
    def dark(self) -> str:
        return palette.darker(self.colour)

    @property
    def light(self) -> str:
        return palette.lighter(self.colour)

    @property
    def edge(self) -> str:
        return palette.edge(self.colour)

    @property
    def thread(self) -> str:
        return palette.contrast(self.colour)

    @property
    def female(self) -> bool:
        return self.gender in ("Women", "Girls")

    @property
    def child(self) -> bool:
        return self.gender in ("Boys", "Girls")

    def rng(self) -> Random:
        return Random(self.seed)
