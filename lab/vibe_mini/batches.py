"""Draws what one training step sees. A step's batch depends on the seed and its number alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lab.vibe_mini import augment
from lab.vibe_mini.data import COARSE_KEYS, COLUMNS, Corpus, Pixels, Products, Snapshots
from lab.vibe_mini.text import Ids, phrase

Rows = npt.NDArray[np.int64]

PHRASES = 0.15  # share of names replaced by a phrase of attributes
RECOLOURED = 0.5  # share of the pictures whose labels say nothing of colour
MIXED = 0.5  # share of the snapshots that another one shines through
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

TOPS = (
    "tshirts", "shirts", "tops", "sweaters", "sweatshirts", "jackets", "blazers", "kurtas",
    "kurtis", "tunics", "dresses",
)  # fmt: skip
BOTTOMS = (
    "jeans", "trousers", "shorts", "skirts", "track pants", "leggings", "capris", "jeggings",
)  # fmt: skip
SHOES = (
    "casual shoes", "sports shoes", "formal shoes", "heels", "flats", "sandals", "flip flops",
)  # fmt: skip
# Where a garment stands in a figure from head to toe: its centre and its size, in sides.
FIGURE = {"top": (-0.25, 0.5), "bottom": (0.3, 0.55), "shoes": (0.8, 0.22)}


@dataclass(frozen=True)
class Mix:
    """Pictures of each kind in one step; `pasted` is the share of product photos that leave their
    white ground, `worn` that of those under other light, blurred or compressed."""

    products: int = 88
    demo: int = 8
    snapshots: int = 24
    street: int = 26
    others: int = 12
    things: int = 6
    figures: int = 4
    pasted: float = 0.35
    worn: float = 0.5


@dataclass(frozen=True)
class Batch:
    """`pixels` (n, 3, side, side), normalised: first the products and the demo, whose `names` (m,)
    (equal for equal names), `codes` (attribute -> (m,)) and `words` (m, 16) are known, then
    snapshots, street and figures with `covers` (attribute -> (k, classes)), then pictures of none.
    What shines through a snapshot covers `second`; `shares` (k,) is how much is not of it."""

    pixels: Tensor
    names: Tensor
    codes: dict[str, Tensor]
    words: Tensor
    covers: dict[str, Tensor]
    second: dict[str, Tensor]
    shares: Tensor
    garment: Tensor


def normalised(pictures: Tensor) -> Tensor:
    mean, std = (torch.tensor(part, device=pictures.device)[:, None, None] for part in (MEAN, STD))
    return ((pictures - mean) / std).contiguous(memory_format=torch.channels_last)


class Batches:
    """`words`: product names and demo names as token ids, `encode` turns a phrase into some."""

    def __init__(
        self, corpus: Corpus, mix: Mix, seed: int, words: list[Ids], encode: Callable[[str], Ids]
    ) -> None:
        self.corpus, self.mix, self.seed, self._words = corpus, mix, seed, words
        self._encode = encode
        self._sources = corpus.named
        self._training = [np.flatnonzero(~source.held_out) for source in self._sources]
        self._counts = [mix.products, mix.demo][: len(self._sources)]
        self._mattes = [MatteCache(source.pictures) for source in self._sources]
        self._parts = self._figure_parts()
        names = [name for source in self._sources for name in source.names]
        numbers = np.unique(names, return_inverse=True)[1]
        self._names = np.split(numbers, np.cumsum([len(one.names) for one in self._sources])[:-1])

    @property
    def per_epoch(self) -> int:
        """Steps that show every product once."""
        return max(1, len(self._training[0]) // self.mix.products)

    def batch(self, step: int, side: int) -> Batch:
        """Seeds torch's global generator, so that the step is the same whenever it is made."""
        torch.manual_seed(self.seed * 1_000_003 + step)
        dice = np.random.default_rng((self.seed, step))
        pictures, names, codes, words = [], [], [], []
        for number, source in enumerate(self._sources):
            chosen = self._choose(number, step)
            pictures.append(self._products(number, chosen, side))
            names.append(self._names[number][chosen])
            codes.append({key: source.codes[key][chosen] for key in COLUMNS})
            words.append(self._some_words(number, chosen, dice))
        shots, covered = self._snapshots(dice, side)
        shots, shares = augment.mixed(shots, MIXED)
        street, cut = self._street(dice, side)
        figures, dressed = self._figures(dice, side)
        pictures += [shots, street, figures]
        whole = {key: torch.cat([cut[key], dressed[key]]) for key in COARSE_KEYS}
        known = sum(len(part) for part in pictures)
        pictures += [self._others(dice, side), self._things(dice, side)]
        garment = torch.arange(sum(len(part) for part in pictures)) < known
        return Batch(
            normalised(torch.cat(pictures)),
            augment.on_device(np.concatenate(names)),
            {
                key: augment.on_device(np.concatenate([one[key] for one in codes]))
                for key in COLUMNS
            },
            augment.on_device(np.concatenate(words)),
            {key: torch.cat([covered[key], whole[key]]) for key in COARSE_KEYS},
            {key: torch.cat([covered[key].roll(1, 0), whole[key]]) for key in COARSE_KEYS},
            torch.cat([shares, torch.ones(len(street) + len(figures))]),
            garment.float(),
        )

    def product_views(self, step: int, side: int) -> tuple[Tensor, Rows]:
        """Changed photos of products as training sees them, normalised, and their rows."""
        torch.manual_seed(self.seed * 1_000_003 + step)
        chosen = self._choose(0, step)
        return normalised(self._products(0, chosen, side)), chosen

    def _choose(self, number: int, step: int) -> Rows:
        """The next rows of an order that is shuffled anew for each pass."""
        pool, count = self._training[number], self._counts[number]
        places = np.arange(step * count, (step + 1) * count)
        passes = places // len(pool)
        chosen = np.empty(count, np.int64)
        for turn in np.unique(passes):
            order = np.random.default_rng((self.seed, number, int(turn))).permutation(pool)
            mine = passes == turn
            chosen[mine] = order[places[mine] % len(pool)]
        return chosen

    def _products(self, number: int, chosen: Rows, side: int) -> Tensor:
        pictures = _loaded(self._sources[number].pictures, chosen)
        count = len(pictures)
        pasted = augment.chance(count, self.mix.pasted)
        matte = torch.ones(count, 1, *pictures.shape[2:])
        matte[pasted] = self._mattes[number].rows(chosen[pasted.cpu().numpy()])
        near = augment.placements(count, scale=(0.85, 1.1), turn=6, shift=0.04)
        far = augment.placements(count, scale=(0.45, 1.35), turn=20, shift=0.12)
        maps = torch.where(pasted[:, None, None], far, near)
        ground = augment.white(count, side)
        if bool(pasted.any()):
            ground[pasted] = self._grounds(int(pasted.sum()), side)
        placed = augment.place(pictures, matte, maps, ground)
        changed = pasted | augment.chance(count, self.mix.worn)
        placed[changed] = augment.worn(augment.lit(placed[changed]))
        return augment.erased(placed, 0.1)

    def _grounds(self, count: int, side: int) -> Tensor:
        photos = self.corpus.others
        if photos is None:
            return torch.rand(count, 3, 1, 1).expand(-1, -1, side, side)
        pool = np.flatnonzero(~photos.held_out)
        chosen = pool[torch.randint(len(pool), (count,)).cpu().numpy()]
        return augment.grounds(_loaded(photos.pictures, chosen), side)

    def _snapshots(self, dice: np.random.Generator, side: int) -> tuple[Tensor, dict[str, Tensor]]:
        shots = self.corpus.snapshots
        if shots is None:
            return torch.empty(0, 3, side, side), self._covering(0)
        pool = np.flatnonzero(~shots.held_out)
        chosen = dice.choice(pool, self.mix.snapshots, p=_odds(shots, pool))
        loaded = augment.recoloured(_loaded(shots.pictures, chosen), RECOLOURED)
        pictures = self._wild(loaded, side, scale=(0.75, 1.8), turn=25, erased=0.3)
        return pictures, {key: augment.on_device(shots.covers[key][chosen]) for key in COARSE_KEYS}

    def _street(self, dice: np.random.Generator, side: int) -> tuple[Tensor, dict[str, Tensor]]:
        """Garments as the finder cuts them out of photos of people, more or less closely."""
        street = self.corpus.street
        if street is None:
            return torch.empty(0, 3, side, side), self._covering(0)
        pool = np.flatnonzero(~street.held_out)
        chosen = dice.choice(pool, self.mix.street, p=_odds(street, pool))
        loaded = augment.recoloured(_loaded(street.pictures, chosen), RECOLOURED)
        pictures = self._wild(loaded, side, scale=(0.8, 1.35), turn=15, erased=0.2)
        return pictures, {key: augment.on_device(street.covers[key][chosen]) for key in COARSE_KEYS}

    def _others(self, dice: np.random.Generator, side: int) -> Tensor:
        photos = self.corpus.others
        if photos is None:
            return torch.empty(0, 3, side, side)
        pool = np.flatnonzero(~photos.held_out)
        # half photographs, half drawn, however many there are of each
        drawn = pool >= photos.photographs
        odds = np.where(drawn, 1 / max(1, drawn.sum()), 1 / max(1, (~drawn).sum()))
        chosen = dice.choice(pool, self.mix.others, p=odds / odds.sum())
        loaded = augment.recoloured(_loaded(photos.pictures, chosen), RECOLOURED)
        return self._wild(loaded, side, scale=(0.85, 2.2), turn=15, erased=0.1)

    def _things(self, dice: np.random.Generator, side: int) -> Tensor:
        things = self.corpus.things
        if things is None:
            return torch.empty(0, 3, side, side)
        chosen = dice.choice(np.flatnonzero(~things.held_out), self.mix.things)
        loaded = augment.recoloured(_loaded(things.pictures, chosen), RECOLOURED)
        return self._wild(loaded, side, scale=(0.7, 1.6), turn=15, erased=0.1)

    def _wild(
        self, pictures: Tensor, side: int, *, scale: tuple[float, float], turn: float, erased: float
    ) -> Tensor:
        count = len(pictures)
        maps = augment.placements(count, scale=scale, turn=turn, shift=0.1)
        whole = torch.ones(count, 1, *pictures.shape[2:])
        placed = augment.place(pictures, whole, maps, augment.white(count, side))
        return augment.erased(augment.worn(augment.lit(placed)), erased)

    def _covering(self, count: int) -> dict[str, Tensor]:
        """Covers nothing yet: of these nothing is learnt."""
        return {
            key: torch.zeros(count, len(self.corpus.classes[key]), dtype=torch.bool)
            for key in COARSE_KEYS
        }

    def _figure_parts(self) -> dict[str, Rows]:
        products, types = self.corpus.products, self.corpus.classes["item_type"]
        parts = {}
        for part, names in (("top", TOPS), ("bottom", BOTTOMS), ("shoes", SHOES)):
            wanted = [types.index(name) for name in names if name in types]
            usable = np.isin(products.codes["item_type"], wanted) & ~products.held_out
            parts[part] = np.flatnonzero(usable)
        return parts

    def _figures(self, dice: np.random.Generator, side: int) -> tuple[Tensor, dict[str, Tensor]]:
        """Whole outfits in front of a photo, as people in a street: a top, what goes under it and
        shoes. Near one garment the picture is of that one; from afar of the top or the bottom."""
        count = self.mix.figures if all(len(rows) for rows in self._parts.values()) else 0
        if self.corpus.others is None or count == 0:
            return torch.empty(0, 3, side, side), self._covering(0)
        zoom, on_top = augment.uniform(count, 1.0, 2.2), augment.chance(count, 0.6)
        centre = torch.where(on_top, FIGURE["top"][0], FIGURE["bottom"][0]) * (zoom > 1.3)
        canvas, types = self._grounds(count, side), {}
        for part in ("shoes", "bottom", "top"):
            chosen = dice.choice(self._parts[part], count)
            types[part] = self.corpus.products.codes["item_type"][chosen]
            canvas = self._dress(canvas, chosen, part, zoom, centre)
        top, bottom = (augment.on_device(types[part]) for part in ("top", "bottom"))
        near = zoom > 1.3
        covers = self._covering(count)
        places = torch.arange(count)
        covers["item_type"][places, top] |= on_top | ~near
        covers["item_type"][places, bottom] |= ~on_top | ~near
        canvas = augment.recoloured(canvas, RECOLOURED)
        return augment.worn(augment.lit(canvas)), covers

    def _dress(
        self, canvas: Tensor, chosen: Rows, part: str, zoom: Tensor, centre: Tensor
    ) -> Tensor:
        place, size = FIGURE[part]
        maps = augment.placements(len(chosen), scale=(0.93, 1.08), turn=4, shift=0.02)
        scale = (size * zoom)[:, None, None]
        maps = maps / scale
        maps[:, 1, 2] -= ((place - centre) * zoom) / scale[:, 0, 0]
        return augment.place(
            _loaded(self.corpus.products.pictures, chosen),
            self._mattes[0].rows(chosen),
            maps,
            canvas,
        )

    def _some_words(self, number: int, chosen: Rows, dice: np.random.Generator) -> Ids:
        words = self._words[number][chosen]
        for place in np.flatnonzero(dice.random(len(chosen)) < PHRASES):
            words[place] = self._phrase(self._sources[number], int(chosen[place]), dice)
        return words

    def _phrase(self, source: Products, row: int, dice: np.random.Generator) -> Ids:
        values = {
            key: names[source.codes[key][row]]
            for key, names in self.corpus.classes.items()
            if source.codes[key][row] >= 0
        }
        kept = {key for key in values if dice.random() < 0.6} | {"item_type", "colour"}
        return self._encode(phrase(values, kept))


def _odds(shots: Snapshots, pool: Rows) -> npt.NDArray[np.float64]:
    """Rare labels more often than they occur: by the root of their count."""
    labels = np.array(shots.labels)[pool]
    _, number, counts = np.unique(labels, return_inverse=True, return_counts=True)
    odds = 1 / np.sqrt(counts[number].astype(np.float64))
    return np.asarray(odds / odds.sum(), np.float64)


def _loaded(pictures: Pixels, rows: Rows) -> Tensor:
    return augment.to_pictures(augment.on_device(np.array(pictures[rows])))


class MatteCache:
    """Mattes of a set of pictures, made when first asked for and kept as bytes."""

    def __init__(self, pictures: Pixels) -> None:
        self._pictures = pictures
        self._made = np.zeros(len(pictures), bool)
        self._mattes = np.zeros((len(pictures), *pictures.shape[1:3]), np.uint8)

    def rows(self, rows: Rows) -> Tensor:
        missing = np.unique(rows[~self._made[rows]])
        if len(missing):
            made = augment.mattes(_loaded(self._pictures, missing))[:, 0]
            self._mattes[missing] = (made * 255).round().to(torch.uint8).cpu().numpy()
            self._made[missing] = True
        return augment.on_device(self._mattes[rows]).float()[:, None] / 255
