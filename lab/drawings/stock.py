"""What a line of the catalogue is: an item type, its cuts, its colours, its prices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .look import Look
from .svg import Art

GENDERS = {"M": "Men", "W": "Women", "U": "Unisex", "B": "Boys", "G": "Girls"}


def words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@dataclass(frozen=True)
class Cut:
    """One variant: the words the drawing understands, the words the name uses."""

    cut: str
    title: str = ""
    genders: str = ""
    patterns: str = "plain"
    usage: str = ""
    season: str = ""
    colours: str = ""
    accents: str = ""


@dataclass(frozen=True)
class Line:
    article: str
    sub: str
    master: str
    draw: Callable[[Art, Look], None]
    noun: str
    count: int
    price: tuple[int, int]
    genders: str
    usage: str
    season: str
    colours: str
    brands: str
    blurb: str
    cuts: list[Cut] = field(default_factory=list)
    twins: int = 0
