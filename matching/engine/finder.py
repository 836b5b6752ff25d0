"""Finds the garments of a picture: a small network, loaded from a folder of its own and run with
ONNX Runtime. It serves any backbone."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from matching.engine.arrays import Floats
from matching.engine.artifact import check_file, read_manifest
from matching.engine.backbone import open_session
from matching.engine.errors import FinderError

FINDER_FORMAT = 1
FINDER_FILE = "finder.onnx"
WHITE = (255, 255, 255)

SURE = 0.3  # chance of a centre from which on there is a garment
SMALLEST = 0.001  # of the picture
MOST = 8  # garments of one picture
SAME = 0.4  # overlap (IoU) of two boxes of one kind from which on they are one garment
SAME_THING = 0.5  # the same for boxes of two kinds
INSIDE = 0.8  # of a box: what lies so far in another one is a part of it,
WEAK = 0.4  # if of the same kind, or less sure than this
UPRIGHT = 0.35  # of the photos, before anything is seen; the other ways share the rest
UPRIGHT_FROM = 0.8  # chance of being upright from which on nobody looks at the other ways
ANTICLOCKWISE = (
    Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270,
)  # fmt: skip


class Box(NamedTuple):
    """Shares of the picture's width and height, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        shared = self.shared(other)
        union = self.area + other.area - shared
        return shared / union if union else 0.0

    def shared(self, other: Box) -> float:
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        ).area


WHOLE = Box(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Garment:
    """`box` in the picture as it was looked at; `kind` is a coarse one of the finder's own;
    `confidence` 0 to 1; `mask` (h, w): the chance of each part of the whole picture, a grid of
    about 4 pixels of what the network takes, that it is of a garment of the kind."""

    box: Box
    kind: str
    confidence: float
    mask: Floats


@dataclass(frozen=True)
class Found:
    """`turns`: quarter turns anticlockwise after which the picture stands upright; `garments`,
    most prominent first, lie in the picture so turned."""

    turns: int
    garments: list[Garment]


class Finder:
    """Opening one reads its manifest only; the network is loaded when it is first needed."""

    def __init__(
        self, folder: Path, *, threads: int | None = None, providers: Sequence[str] | None = None
    ) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder, "finder", FINDER_FORMAT, FinderError)
        try:
            self.kinds = tuple(str(kind) for kind in self.manifest["kinds"])
            self._first, self._stride = int(self.manifest["first"]), int(self.manifest["stride"])
            high, wide = (int(side) for side in self.manifest["size"])
            mean, std = (np.array(self.manifest[key], np.float32) for key in ("mean", "std"))
        except (KeyError, TypeError, ValueError) as error:
            raise FinderError(f"{folder} makes no sense; install the finder again.") from error
        self._size = (wide, high)
        self._scale = (1 / (255 * std))[:, None, None]
        self._shift = (mean / std)[:, None, None]
        self._threads, self._providers = threads, providers
        self._session: Any = None
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """16 hex digits of the network."""
        return str(self.manifest["sha256"][FINDER_FILE])[:16]

    def make_ready(self) -> None:
        """Loads the network now. Raises FinderError where it is missing or damaged."""
        self._opened()

    def find(self, image: Image.Image) -> Found:
        """The garments of an RGB picture, and which way up it stands."""
        seen = [self._look(image)]
        turns = 0
        if seen[0].upright < UPRIGHT_FROM:
            seen += [self._look(image.transpose(way)) for way in ANTICLOCKWISE]
            turns = _way_up(np.stack([one.turn for one in seen]))
        return Found(turns, self._garments(seen[turns]))

    def _look(self, image: Image.Image) -> _Seen:
        canvas, window = self._fitted(image)
        pixels = np.asarray(canvas, np.float32).transpose(2, 0, 1) * self._scale - self._shift
        names = ["classes", "centres", "sides", "turn"]
        classes, centres, sides, turn = self._opened().run(names, {"pixels": pixels[None]})
        return _Seen(classes[0], centres[0], sides[0], turn[0], window, canvas.size)

    def _fitted(self, image: Image.Image) -> tuple[Image.Image, tuple[int, int, int, int]]:
        """The picture on white of the size the network takes, and where on it."""
        size = self._size if image.height >= image.width else self._size[::-1]
        ratio = min(size[0] / image.width, size[1] / image.height)
        width, height = (max(1, round(side * ratio)) for side in image.size)
        canvas = Image.new("RGB", size, WHITE)
        left, top = (size[0] - width) // 2, (size[1] - height) // 2
        gap = max(1.0, min(image.width / width, image.height / height) / 2)
        small = image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=max(1.0, gap))
        canvas.paste(small, (left, top))
        return canvas, (left, top, width, height)

    def _garments(self, seen: _Seen) -> list[Garment]:
        kept: list[Garment] = []
        for kind, y, x in _peaks(seen.centres):
            box = seen.share(self._box(seen.sides, kind, y, x))
            found = Garment(
                box,
                self.kinds[kind],
                float(seen.centres[kind, y, x]),
                seen.within(seen.classes[kind + self._first]),
            )
            if box.area >= SMALLEST and not any(_is_same(found, one) for one in kept):
                kept.append(found)
        return sorted(kept[:MOST], key=prominence, reverse=True)

    def _box(self, sides: Floats, kind: int, y: int, x: int) -> tuple[float, ...]:
        left, top, right, bottom = sides[4 * kind : 4 * kind + 4, y, x]
        across, down = (x + 0.5) * self._stride, (y + 0.5) * self._stride
        return across - left, down - top, across + right, down + bottom

    def _opened(self) -> Any:
        with self._lock:
            if self._session is None:
                path = self.folder / FINDER_FILE
                check_file(path, "finder", self.manifest["sha256"], FinderError)
                self._session = open_session(path, self._threads, self._providers)
            return self._session


class _Seen(NamedTuple):
    """What the network says of a picture that lies in `window` (left, top, width, height) of a
    canvas of `size`; arrays as lab/finder/model.py describes them, of chances."""

    classes: Floats
    centres: Floats
    sides: Floats
    turn: Floats
    window: tuple[int, int, int, int]
    size: tuple[int, int]

    @property
    def upright(self) -> float:
        return float(self.turn[0])

    def share(self, pixels: tuple[float, ...]) -> Box:
        """Pixels of the canvas as shares of the picture."""
        left, top, width, height = self.window
        across = [min(1.0, max(0.0, (float(x) - left) / width)) for x in pixels[::2]]
        down = [min(1.0, max(0.0, (float(y) - top) / height)) for y in pixels[1::2]]
        return Box(across[0], down[0], across[1], down[1])

    def within(self, canvas: Floats) -> Floats:
        """The part of a map of the canvas that is of the picture."""
        left, top, width, height = self.window
        step = self.size[0] / canvas.shape[1]
        first, above = int(left // step), int(top // step)
        last = max(first + 1, round((left + width) / step))
        below = max(above + 1, round((top + height) / step))
        return canvas[above:below, first:last]


def _peaks(centres: Floats) -> list[tuple[int, int, int]]:
    """Kind, row and column of the cells that are sure and above their neighbours, surest first."""
    padded = np.pad(centres, ((0, 0), (1, 1), (1, 1)))
    around = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    peaks = np.argwhere((centres >= SURE) & (centres >= around.max(axis=(3, 4))))
    order = np.argsort(-centres[tuple(peaks.T)], kind="stable")
    return [(int(kind), int(y), int(x)) for kind, y, x in peaks[order]]


def _is_same(found: Garment, known: Garment) -> bool:
    """Whether what is found is a garment that is known already, more surely, or a part of it."""
    alike = found.kind == known.kind
    if found.box.overlap(known.box) >= (SAME if alike else SAME_THING):
        return True
    shared = found.box.shared(known.box)
    if alike:
        return shared >= INSIDE * min(found.box.area, known.box.area)
    return found.confidence < WEAK and shared >= INSIDE * found.box.area


def prominence(garment: Garment) -> float:
    """How likely it is that somebody means this one: large, in the middle, and there for sure."""
    box = garment.box
    aside = abs((box.left + box.right) / 2 - 0.5) + abs((box.top + box.bottom) / 2 - 0.5)
    return float(np.sqrt(box.area)) * garment.confidence * (1 - 0.5 * min(1.0, aside))


def _way_up(turn: Floats) -> int:
    """`turn` (4, 4): row q is of the picture turned q quarters anticlockwise. Returns how many
    bring it upright, by what the four say together."""
    said = np.mean([np.roll(row, quarters) for quarters, row in enumerate(turn)], axis=0)
    usual = np.array([UPRIGHT, *[(1 - UPRIGHT) / 3] * 3])
    return int((said * usual).argmax())
