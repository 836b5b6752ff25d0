"""The pictures the finder learns from, as plain arrays."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from lab.finder.kinds import FIRST, HAIR, KINDS, SKIN, SNAPSHOTS, kind_of_product, kind_of_street
from lab.vibe_mini.data import cached_pictures, held_out
from lab.vibe_mini.street import STREET_SIDE, letterboxed_labels

Pixels = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

SNAPSHOT_SIDE, OTHER_SIDE = 160, 256
PRODUCT_SIZE = (60, 80)
HELD_OUT = 0.12


@dataclass(frozen=True)
class Scenery:
    """Pictures are uint8 (n, h, w, 3), letterboxed on white.

    `labels` (n, h, w) are numbers of `names`; `masked` (n,) says whose labels are drawn, `worn` (n,
    names) what a tag says is in the picture. `kinds` (n, KINDS) of a snapshot are those it may be
    of; `kind` (n,) is a product's. `*_held_out` (n,) are for measuring alone.
    """

    names: tuple[str, ...]
    street: Pixels
    street_sizes: npt.NDArray[np.int32]
    labels: Pixels
    masked: Flags
    worn: Flags
    street_held_out: Flags
    products: Pixels
    kind: npt.NDArray[np.int64]
    products_held_out: Flags
    snapshots: Pixels
    snapshot_sizes: npt.NDArray[np.int32]
    kinds: Flags
    snapshots_held_out: Flags
    others: Pixels
    other_sizes: npt.NDArray[np.int32]
    others_held_out: Flags

    @property
    def kind_of_label(self) -> npt.NDArray[np.int64]:
        """(names,): a kind's number, or -1 for what is no garment."""
        kinds = [kind_of_street(name) for name in self.names]
        return np.array([KINDS.index(kind) if kind else -1 for kind in kinds])

    @property
    def class_of_label(self) -> npt.NDArray[np.int64]:
        """(names,): the class of a pixel."""
        other = {"skin": SKIN, "hair": HAIR}
        return np.array(
            [
                kind + FIRST if kind >= 0 else other.get(name, 0)
                for name, kind in zip(self.names, self.kind_of_label, strict=True)
            ]
        )

    def save(self, path: Path) -> None:
        np.savez(path, **{one.name: getattr(self, one.name) for one in fields(self)})

    @classmethod
    def load(cls, path: Path) -> Scenery:
        found = np.load(path)
        arrays = {one.name: found[one.name] for one in fields(cls)}
        return cls(**arrays | {"names": tuple(arrays["names"].tolist())})


def load_scenery(
    street: Path, products: Path, snapshots: Path, others: Path, cache: Path, *, seed: int = 0
) -> Scenery:
    """Reads the four folders; pictures are decoded once, then come from `cache`."""
    with (street / "labels.csv").open(newline="", encoding="utf-8") as file:
        names = tuple(row["label"] for row in csv.DictReader(file))
    with (street / "tags.csv").open(newline="", encoding="utf-8") as file:
        tags = list(csv.DictReader(file))
    photos = [street / "photos" / row["photo"] for row in tags]
    masked = np.array([row["has_mask"] == "1" for row in tags])
    labels = np.zeros((len(tags), STREET_SIDE, STREET_SIDE), np.uint8)
    for row in np.flatnonzero(masked):
        labels[row] = letterboxed_labels(street / "masks" / f"{photos[row].stem}.png")
    shown, kinds, senders = _snapshots(snapshots)
    pictures, kind, groups = _products(products)
    none = sorted(others.glob("*.jpg"))
    return Scenery(
        names,
        np.array(cached_pictures(photos, cache, STREET_SIDE)),
        _sizes(photos, STREET_SIDE),
        labels,
        masked,
        np.array([[name in row["labels"].split() for name in names] for row in tags]),
        masked & _some([path.stem for path in photos], seed),
        pictures,
        kind,
        _some(groups, seed),
        np.array(cached_pictures(shown, cache, SNAPSHOT_SIDE)),
        _sizes(shown, SNAPSHOT_SIDE),
        kinds,
        held_out(senders, 0.15, seed),
        np.array(cached_pictures(none, cache, OTHER_SIDE)),
        _sizes(none, OTHER_SIDE),
        _some([path.stem for path in none], seed),
    )


def _some(groups: Sequence[str], seed: int) -> Flags:
    return held_out(groups, HELD_OUT, seed)


def _sizes(paths: Iterable[Path], side: int) -> npt.NDArray[np.int32]:
    """(n, 2): width and height of each picture inside its letterbox."""
    sizes = []
    for path in paths:
        with Image.open(path) as image:
            ratio = side / max(image.size)
            sizes.append([max(1, round(length * ratio)) for length in image.size])
    return np.array(sizes, np.int32)


def _snapshots(folder: Path) -> tuple[list[Path], Flags, list[str]]:
    with (folder / "images.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["label"].lower() in SNAPSHOTS]
    kinds = np.zeros((len(rows), len(KINDS)), bool)
    for number, row in enumerate(rows):
        for kind in SNAPSHOTS[row["label"].lower()]:
            kinds[number, KINDS.index(kind)] = True
    paths = [folder / "images" / f"{row['image']}.jpg" for row in rows]
    return paths, kinds, [row["sender_id"] for row in rows]


def _products(folder: Path) -> tuple[Pixels, npt.NDArray[np.int64], list[str]]:
    """Photos, their kinds, and names, so that photos of one product stay together."""
    found = {path.stem: path for path in (folder / "images").iterdir()}
    with (folder / "styles.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["id"] in found]
    width, height = PRODUCT_SIZE
    pictures = np.full((len(rows), height, width, 3), 255, np.uint8)
    for number, row in enumerate(rows):
        with Image.open(found[row["id"]]) as image:
            pictures[number] = np.asarray(image.convert("RGB").resize(PRODUCT_SIZE))
    kinds = [KINDS.index(kind_of_product(row["articleType"], row["subCategory"])) for row in rows]
    return pictures, np.array(kinds), [row["productDisplayName"] or row["id"] for row in rows]
