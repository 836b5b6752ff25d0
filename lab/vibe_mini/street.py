"""The garments of photos of people in streets, cut out by the labels of their pixels."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from lab.vibe_mini.data import (
    COARSE_KEYS,
    SNAPSHOT_SIDE,
    Flags,
    Pixels,
    Snapshots,
    fitted,
    held_out,
    letterboxed,
)
from matching.measuring.worn import worn

MARGIN = 0.06  # of a garment's box, on each side
SMALLEST = 0.004  # of the picture
STREET_SIDE = 384
STREET_HELD_OUT = 0.12


def load_street(folder: Path, classes: Mapping[str, Sequence[str]], seed: int) -> Snapshots:
    """Of the genders of who wears them nothing is learnt: they are women almost all."""
    with (folder / "labels.csv").open(newline="", encoding="utf-8") as file:
        names = [row["label"] for row in csv.DictReader(file)]
    with (folder / "tags.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    stems = [Path(row["photo"]).stem for row in rows]
    out = held_out(stems, STREET_HELD_OUT, seed)
    masked = [row for row, tags in enumerate(rows) if tags["has_mask"] == "1"]
    pictures = np.stack(
        [letterboxed(folder / "photos" / rows[row]["photo"], STREET_SIDE) for row in masked]
    )
    maps = np.stack([letterboxed_labels(folder / "masks" / f"{stems[row]}.png") for row in masked])
    crops, labels, of_row = street_crops(pictures, maps, names, range(len(masked)))
    types = [[name in _types(label) for name in classes["item_type"]] for label in labels]
    covers = {key: np.zeros((len(labels), len(classes[key])), bool) for key in COARSE_KEYS}
    return Snapshots(crops, labels, covers | {"item_type": np.array(types)}, out[masked][of_row])


def letterboxed_labels(path: Path) -> Pixels:
    """(STREET_SIDE, STREET_SIDE): as `letterboxed` places the photo; 0 beside it."""
    with Image.open(path) as image:
        ratio = STREET_SIDE / max(image.size)
        width, height = (max(1, round(length * ratio)) for length in image.size)
        resized = image.resize((width, height), Image.Resampling.NEAREST)
    canvas = Image.new("L", (STREET_SIDE, STREET_SIDE), 0)
    canvas.paste(resized, ((STREET_SIDE - width) // 2, (STREET_SIDE - height) // 2))
    return np.asarray(canvas)


def street_crops(
    pictures: Pixels, labels: Pixels, names: Sequence[str], rows: Sequence[int]
) -> tuple[Pixels, list[str], list[int]]:
    """Every garment of the given rows twice, as cut from the photo and before white: pictures
    (n, SNAPSHOT_SIDE, SNAPSHOT_SIDE, 3), labels and rows. `pictures` and `labels` (m, h, w) are
    letterboxed alike."""
    crops, found, of_row = [], [], []
    for row in rows:
        map_ = labels[row]
        for number in np.unique(map_):
            there = map_ == number
            if not _types(names[number]) or there.mean() < SMALLEST:
                continue
            left, top, right, bottom = _box_of(there)
            cut = np.asarray(pictures[row])[top:bottom, left:right]
            cover = Image.fromarray(there[top:bottom, left:right]).convert("L")
            cover = cover.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.BoxBlur(1))
            image = Image.fromarray(cut)
            before_white = Image.new("RGB", image.size, (255, 255, 255))
            before_white.paste(image, mask=cover)
            crops += [fitted(image, SNAPSHOT_SIDE), fitted(before_white, SNAPSHOT_SIDE)]
            found += [names[number]] * 2
            of_row += [row] * 2
    return np.stack(crops), found, of_row


def _types(label: str) -> tuple[str, ...]:
    known = worn().get(label)
    return known.item_types if known else ()


def _box_of(there: Flags) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is True, with a margin."""
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    height, width = there.shape
    aside = round(MARGIN * (columns[-1] - columns[0] + 1)) + 1
    above = round(MARGIN * (rows[-1] - rows[0] + 1)) + 1
    return (
        max(0, int(columns[0]) - aside),
        max(0, int(rows[0]) - above),
        min(width, int(columns[-1]) + 1 + aside),
        min(height, int(rows[-1]) + 1 + above),
    )
