"""Where in a photo to look: which way up it stands, what is around it, the garments in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from matching.engine.finder import ANTICLOCKWISE, WHOLE, Box, Finder

SMALL_SIDE = 256  # pixels to look for a plain border in
PLAIN = 24  # levels that a border's pixels may differ from its corner
CORNERS_ALIKE = 16  # levels that its corners may differ
SPECKS = 0.01  # share of a line's pixels that may stand out of a border
TRIM_MARGIN = 0.12  # of what is left, kept around it
REACHES = 0.5  # of a side: what reaches so far is as large as things are in photos of products
GAP = 0.04  # of a side: what lies so far apart on plain ground are several things
FILLS = 0.2  # of a photo: a garment that large is looked at with much of what is around it
SURE = 0.5  # confidence of the finder from which on the heads are not asked
# What the heads must say at least, as a logit, of a garment of which the finder is not sure; and of
# a photo in which it sees nothing, on plain ground and on any other.
WEAK_LOGIT, PLAIN_LOGIT, UNSEEN_LOGIT = 6.0, 4.0, 9.0
PADDING = 0.08  # of a garment's box, on each side,
WIDE_PADDING = 0.2  # and of the box of one that fills much of the photo


@dataclass(frozen=True)
class Spot:
    """A garment in a photo. `box` is where it is and `part` what is looked at, in the photo as it
    lies; `turns`: quarter turns anticlockwise that bring it upright; `kind`: a coarse one of the
    finder's, "" where it found none; `confidence` is the finder's, 0 to 1; `least`: the logit of
    the heads above which it is taken for a garment; `is_cut`: only its own part is looked at."""

    box: Box
    part: Box
    turns: int = 0
    kind: str = ""
    confidence: float = 0.0
    least: float = 0.0
    is_cut: bool = False

    @property
    def degrees(self) -> int:
        """By how many degrees clockwise the photo was turned to look at it."""
        return (-90 * self.turns) % 360

    def cut(self, photo: Image.Image) -> Image.Image:
        """What is looked at, upright, at least 8 pixels on each side."""
        shown = photo if self.part == WHOLE else photo.crop(_pixels(self.part, photo.size))
        return shown.transpose(ANTICLOCKWISE[self.turns - 1]) if self.turns else shown

    def as_json(self) -> dict[str, Any]:
        return {
            "box": [round(side, 4) for side in self.box],
            "part": [round(side, 4) for side in self.part],
            "turns": self.turns,
            "kind": self.kind,
            "confidence": round(self.confidence, 4),
            "is_cut": self.is_cut,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Spot:
        plain = {key: kept[key] for key in ("turns", "kind", "confidence", "is_cut")}
        return cls(Box(*kept["box"]), Box(*kept["part"]), **plain)


def look(photo: Image.Image, ground: Ground, finder: Finder | None) -> list[Spot]:
    """The garments of a photo, the most prominent first, and last the photo as a whole, which is
    all there is where nothing is found. What is alone on plain ground is looked at as it is."""
    inner = ground.inner
    if finder is None:
        return [Spot(inner, inner)]
    found = finder.find(photo if inner == WHOLE else photo.crop(_pixels(inner, photo.size)))
    spots: list[Spot] = []
    for garment in found.garments:
        box = _within(inner, _lying(garment.box, found.turns))
        is_alone, fills = ground.has_one and not spots, garment.box.area >= FILLS
        part = inner if is_alone else _padded(box, WIDE_PADDING if fills else PADDING)
        least = -math.inf if garment.confidence >= SURE else WEAK_LOGIT
        is_cut = not (fills or is_alone)
        spot = Spot(box, part, found.turns, garment.kind, garment.confidence, least, is_cut)
        spots.append(spot)
    least = PLAIN_LOGIT if ground.is_plain else UNSEEN_LOGIT
    turns = found.turns if spots else 0  # without a garment nothing says which way is up
    return [*spots, Spot(inner, inner, turns, least=least)]


def by_hand(photo: Image.Image, box: Box, finder: Finder | None) -> Spot:
    """A part that somebody marked, upright."""
    marked = Spot(box, box)
    turns = finder.find(marked.cut(photo)).turns if finder else 0
    return Spot(box, box, turns, confidence=1.0, least=-math.inf)


@dataclass(frozen=True)
class Ground:
    """What is around the things of a photo: `inner` is the photo without a border of one colour
    that lets them look small; `is_plain` whether there is such a border, or a ground of one colour
    that things reach across, and `has_one` whether there is one thing alone on it."""

    inner: Box
    is_plain: bool = False
    has_one: bool = False


def ground_of(photo: Image.Image) -> Ground:
    small = photo.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    pixels = np.asarray(small, np.int16)
    corners = pixels[[0, 0, -1, -1], [0, -1, 0, -1]]
    if np.ptp(corners, axis=0).max() > CORNERS_ALIKE:
        return Ground(WHOLE)
    there = np.abs(pixels - np.median(corners, axis=0)).max(axis=2) > PLAIN
    across, down = (np.flatnonzero(there.mean(axis=axis) > SPECKS) for axis in (0, 1))
    if not len(across) or not len(down):
        return Ground(WHOLE)
    width, height = small.size
    (left, right), (top, bottom) = _extent(across, width), _extent(down, height)
    reaches = right - left >= REACHES or bottom - top >= REACHES
    has_one = max(np.diff(across, append=across[-1])) <= max(1, GAP * width)
    has_one = has_one and max(np.diff(down, append=down[-1])) <= max(1, GAP * height)
    inner = WHOLE if reaches else Box(left, top, right, bottom)
    return Ground(inner, is_plain=True, has_one=bool(has_one))


def _extent(lines: np.ndarray, count: int) -> tuple[float, float]:
    """From the first to the last of `lines` of `count`, as shares, with a margin."""
    margin = TRIM_MARGIN * (lines[-1] + 1 - lines[0])
    first, last = (lines[0] - margin) / count, (lines[-1] + 1 + margin) / count
    return max(0.0, float(first)), min(1.0, float(last))


def _lying(box: Box, turns: int) -> Box:
    """A box of the photo turned `turns` quarters anticlockwise, in the photo as it lies."""
    for _ in range(turns):
        box = Box(1 - box.bottom, box.left, 1 - box.top, box.right)
    return box


def _within(outer: Box, box: Box) -> Box:
    """A box of a part of the photo, in the whole photo."""
    width, height = outer.right - outer.left, outer.bottom - outer.top
    return Box(
        outer.left + box.left * width,
        outer.top + box.top * height,
        outer.left + box.right * width,
        outer.top + box.bottom * height,
    )


def _padded(box: Box, padding: float) -> Box:
    across, down = padding * (box.right - box.left), padding * (box.bottom - box.top)
    return Box(
        max(0.0, box.left - across),
        max(0.0, box.top - down),
        min(1.0, box.right + across),
        min(1.0, box.bottom + down),
    )


def _pixels(box: Box, size: Sequence[int]) -> tuple[int, int, int, int]:
    width, height = size
    left = min(round(box.left * width), max(0, width - 8))
    top = min(round(box.top * height), max(0, height - 8))
    right = min(width, max(left + 8, round(box.right * width)))
    bottom = min(height, max(top + 8, round(box.bottom * height)))
    return left, top, right, bottom
