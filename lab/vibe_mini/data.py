"""The pictures and labels vibe-mini learns from, cached once as plain arrays."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from catalog.importers.headings import NAME, SKU
from catalog.importers.styles_csv import label_of, read_styles
from matching.engine.learning.negative_drawings import draw_negative
from pictures import open_picture

Pixels = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Report = Callable[[str], None]

# Column of a Kaggle-shaped styles.csv for each attribute.
COLUMNS = {
    "item_type": "articleType",
    "gender": "gender",
    "colour": "baseColour",
    "season": "season",
    "style": "usage",
}
SNAPSHOT_SIDE = 128
GROUPED_SIDE = 80
HELD_OUT_PRODUCTS = 0.1
HELD_OUT_SNAPSHOTS = 0.15
HELD_OUT_OTHERS = 0.2
DRAWN_NEGATIVES = 1200
NEAR_WHITE = 240
COLLECTION = re.compile(r"[a-z]+-")  # before the name of a photo of goods
COARSE_KEYS = ("item_type", "gender")  # what a snapshot's label says something of
CHILDREN = ("boys", "girls")
GENDER_SHARE = 0.01

# The item types that each coarse label of a snapshot can stand for.
COARSE = {
    "t-shirt": ("tshirts", "lounge tshirts"),
    "longsleeve": ("tshirts", "sweatshirts", "sweaters", "tops", "lounge tshirts"),
    "pants": (
        "trousers", "jeans", "track pants", "leggings", "lounge pants", "jeggings", "capris",
        "tights", "rain trousers", "churidar", "salwar", "patiala",
    ),
    "shoes": (
        "casual shoes", "sports shoes", "formal shoes", "heels", "flats", "sandals",
        "flip flops", "sports sandals", "booties",
    ),
    "shirt": ("shirts",),
    "dress": ("dresses", "jumpsuit", "nightdress"),
    "outwear": (
        "jackets", "rain jacket", "nehru jackets", "sweaters", "waistcoat", "shrug", "blazers",
    ),
    "shorts": ("shorts", "lounge shorts", "boxers"),
    "hat": ("caps", "hat"),
    "skirt": ("skirts",),
    "polo": ("tshirts",),
    "undershirt": ("innerwear vests", "camisoles"),
    "blazer": ("blazers", "suits"),
    "hoodie": ("sweatshirts", "jackets"),
    "body": (),  # no item type of the catalogue is a bodysuit: seen as a garment, nothing more
    "top": ("tops", "camisoles", "tunics"),
    "blouse": ("tops", "shirts", "tunics", "kurtis"),
}  # fmt: skip


@dataclass(frozen=True)
class Products:
    """`pictures` (n, side, side, 3) uint8 on white; `codes`: attribute -> (n,), -1 unknown."""

    pictures: Pixels
    names: list[str]
    codes: dict[str, Codes]
    held_out: Flags


@dataclass(frozen=True)
class Snapshots:
    """`covers`: attribute -> (n, classes), which of them each picture's coarse label allows, and,
    of genders, that it is of a child's clothes or not."""

    pictures: Pixels
    labels: list[str]
    covers: dict[str, Flags]
    held_out: Flags


@dataclass(frozen=True)
class Others:
    """Pictures of no garment: first `photographs` of them, then drawn ones."""

    pictures: Pixels
    photographs: int
    held_out: Flags


@dataclass(frozen=True)
class Corpus:
    """Everything that training sees. `classes`: attribute -> class names, lower case, sorted.
    `street` are garments cut out of photos of people, `things` pictures of goods that are no
    garments."""

    classes: dict[str, list[str]]
    products: Products
    demo: Products | None = None
    snapshots: Snapshots | None = None
    others: Others | None = None
    street: Snapshots | None = None
    things: Others | None = None

    @property
    def named(self) -> list[Products]:
        """The parts whose pictures have names."""
        return [self.products] + ([self.demo] if self.demo else [])

    @property
    def split(self) -> str:
        """16 hex digits of what is held out; equal for the same data, seed and rule. The demo
        does not count, as it is drawn anew now and then, nor do `street` and `things`, which came
        later and are split by themselves."""
        digest = hashlib.sha256()
        for part in (self.products, self.snapshots, self.others):
            digest.update(b"none" if part is None else np.packbits(part.held_out).tobytes())
        return digest.hexdigest()[:16]


def load_corpus(
    data: Path,
    cache: Path,
    *,
    side: int,
    seed: int,
    snapshots: Path | None = None,
    no_garment: Path | None = None,
    demo: Path | None = None,
    report: Report = lambda _: None,
) -> Corpus:
    """Reads all folders that are given. Pictures are decoded once, then come from `cache`."""
    rows = _read_rows(data)
    classes = {key: _classes(row[key] for row in rows) for key in COLUMNS}
    report(f"{len(rows)} product photos")
    products = _products(rows, classes, cache, side, seed)
    drawn = None
    if demo is not None and (demo / "styles.csv").is_file():
        report("drawn demo catalogue")
        drawn = _products(_read_rows(demo), classes, cache, side, seed)
    report("snapshots and pictures of no garment")
    shots = _snapshots(snapshots, classes, products, cache, seed) if snapshots else None
    photos, goods = _no_garments(no_garment)
    others, things = _others(photos, cache, seed), _things(goods, cache, seed) if goods else None
    return Corpus(classes, products, drawn, shots, others, things=things)


def _classes(values: Iterable[str]) -> list[str]:
    return sorted(set(values) - {""})


def _read_rows(folder: Path) -> list[dict[str, str]]:
    """Rows of styles.csv whose photo exists: the five attributes, `name` and `path`."""
    found = {path.stem: path for path in (folder / "images").iterdir()}
    return [
        {key: label_of(row.cells, column) for key, column in COLUMNS.items()}
        | {"name": row.cells[NAME], "path": str(found[row.cells[SKU]])}
        for row in read_styles(folder / "styles.csv")
        if not row.problem and row.cells[SKU] in found
    ]


def _products(
    rows: Sequence[dict[str, str]],
    classes: dict[str, list[str]],
    cache: Path,
    side: int,
    seed: int,
) -> Products:
    pictures = cached_pictures([Path(row["path"]) for row in rows], cache, side)
    names = [row["name"] for row in rows]
    codes = {}
    for key, known in classes.items():
        number = {name: code for code, name in enumerate(known)}
        codes[key] = np.array([number.get(row[key], -1) for row in rows], np.int64)
    # of one size, so that what is held out does not depend on what the towers see
    grouped = cached_pictures([Path(row["path"]) for row in rows], cache, GROUPED_SIDE)
    groups = near_duplicates(grouped, names)
    return Products(pictures, names, codes, held_out(groups, HELD_OUT_PRODUCTS, seed))


def _snapshots(
    folder: Path, classes: dict[str, list[str]], products: Products, cache: Path, seed: int
) -> Snapshots:
    types = classes["item_type"]
    with (folder / "images.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["label"].lower() in COARSE]
    paths = [next((folder / "images").glob(row["image"] + ".*")) for row in rows]
    labels = [row["label"].lower() for row in rows]
    covered = np.array([[name in COARSE[label] for name in types] for label in labels])
    kids = [(row.get("kids") or "").lower() for row in rows]
    genders = _genders(covered, kids, classes["gender"], products)
    senders = [row["sender_id"] for row in rows]
    return Snapshots(
        cached_pictures(paths, cache, SNAPSHOT_SIDE),
        labels,
        {"item_type": covered, "gender": genders},
        held_out(senders, HELD_OUT_SNAPSHOTS, seed),
    )


def _genders(types: Flags, kids: list[str], genders: list[str], products: Products) -> Flags:
    """(n, genders): where `kids` is "true" those of children, where "false" those of adults; of
    these, unless none is left, what the covered item `types` (n, item types) come in.

    A type comes in a gender that at least `GENDER_SHARE` of its products for training are for.
    """
    known = (
        ~products.held_out & (products.codes["gender"] >= 0) & (products.codes["item_type"] >= 0)
    )
    counts = np.zeros((types.shape[1], len(genders)))
    np.add.at(counts, (products.codes["item_type"][known], products.codes["gender"][known]), 1)
    found = types @ counts
    young = np.isin(genders, CHILDREN)
    ages = np.stack([{"true": young, "false": ~young}.get(kid, young | ~young) for kid in kids])
    both = ages & (found >= GENDER_SHARE * np.maximum(found.sum(axis=1, keepdims=True), 1))
    return np.where(both.any(axis=1, keepdims=True), both, ages)


def _no_garments(folder: Path | None) -> tuple[list[Path], list[Path]]:
    """Photos of anything, and those of goods, whose names begin with that of their collection."""
    paths = sorted(folder.glob("*.jpg")) if folder else []
    goods = [path for path in paths if COLLECTION.match(path.stem)]
    return [path for path in paths if path not in goods], goods


def _things(paths: Sequence[Path], cache: Path, seed: int) -> Others:
    pictures = cached_pictures(paths, cache, SNAPSHOT_SIDE)
    out = held_out([path.stem for path in paths], HELD_OUT_OTHERS, seed)
    return Others(pictures, len(paths), out)


def _others(paths: Sequence[Path], cache: Path, seed: int) -> Others:
    drawn = np.stack([draw_negative(number) for number in range(DRAWN_NEGATIVES)])
    pictures = drawn
    if paths:
        pictures = np.concatenate([cached_pictures(paths, cache, SNAPSHOT_SIDE), drawn])
    groups = [str(row) for row in range(len(pictures))]
    return Others(pictures, len(paths), held_out(groups, HELD_OUT_OTHERS, seed))


def cached_pictures(paths: Sequence[Path], cache: Path, side: int) -> Pixels:
    """(n, side, side, 3): each picture fitted on white. Decoded once per list of files."""
    key = hashlib.sha256(json.dumps([side, [str(path) for path in paths]]).encode()).hexdigest()
    file = cache / f"pictures-{key[:16]}.npy"
    if not file.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        pictures = np.stack([letterboxed(path, side) for path in paths])
        partial = file.with_suffix(".part.npy")
        np.save(partial, pictures)
        partial.replace(file)
    loaded: Pixels = np.load(file, mmap_mode="r")
    return loaded


def letterboxed(path: Path, side: int) -> Pixels:
    """The whole picture, its longest side at `side`, centred on white: as at serving time."""
    return fitted(open_picture(path), side)


def fitted(image: Image.Image, side: int) -> Pixels:
    """The picture, its longest side at `side`, centred on white."""
    ratio = side / max(image.size)
    size = max(1, round(image.width * ratio)), max(1, round(image.height * ratio))
    if size != image.size:
        image = image.resize(size, Image.Resampling.BICUBIC)
    canvas = Image.new("RGB", (side, side), (255, 255, 255))
    canvas.paste(image, ((side - size[0]) // 2, (side - size[1]) // 2))
    return np.asarray(canvas)


def near_duplicates(pictures: Pixels, names: Sequence[str]) -> list[str]:
    """A group for each picture: those of the same fingerprint, or of the same name, share one."""
    parent = list(range(len(names)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    first: dict[str, int] = {}
    for row, (mark, name) in enumerate(zip(_difference_hashes(pictures), names, strict=True)):
        for key in (mark, "name " + name if name else mark):
            parent[root(row)] = root(first.setdefault(key, row))
    return [str(root(row)) for row in range(len(names))]


def _difference_hashes(pictures: Pixels) -> list[str]:
    """A dHash of 8x8 bits and the mean colour in 8 steps: twins share both.

    Of what stands on the white ground alone: over the ground, all small things look the same.
    """
    marks = []
    for picture in pictures:
        shown = _on_ground(np.asarray(picture))
        image = Image.fromarray(shown).convert("L")
        grey = np.asarray(image.resize((9, 8), Image.Resampling.BOX), np.int16)
        bits = np.packbits(grey[:, 1:] > grey[:, :-1]).tobytes()
        colour = (shown.mean(axis=(0, 1)) // 32).astype(np.uint8).tobytes()
        marks.append((bits + colour).hex())
    return marks


def _on_ground(picture: Pixels) -> Pixels:
    """The box of a picture that holds everything darker than its white ground."""
    there = np.asarray(Image.fromarray(picture).convert("L")) < NEAR_WHITE
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if len(rows) == 0:
        return picture
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def held_out(groups: Sequence[str], share: float, seed: int) -> Flags:
    """True for validation: whole groups, about `share` of the rows."""
    sizes = Counter(groups)
    names = sorted(sizes)
    random.Random(seed).shuffle(names)
    chosen, rows = set(), 0
    for name in names:
        if rows >= share * len(groups):
            break
        if sizes[name] <= max(1, share * len(groups) / 2):
            chosen.add(name)
            rows += sizes[name]
    return np.array([group in chosen for group in groups])
