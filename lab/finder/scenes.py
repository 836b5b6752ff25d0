"""Draws the pictures of one training step: streets, composites, snapshots, and nothing to wear.

Everything is drawn on the device of the data. Geometry is in pixels of the canvas; every picture is
placed by its centre, its scale and its angle, and what is where is known from an instance map at a
quarter of the size.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from lab.finder.data import Scenery
from lab.finder.kinds import FIRST, KINDS
from lab.vibe_mini.augment import mattes, to_pictures

INSTANCES = 64  # numbers of an instance map: a street label, or a thing of a composite
BOXES = 14  # garments of one picture that are learnt from
SMALLEST = 0.002  # of the picture
STRAY = 0.004  # of an instance, at each side of its box
CANVASES = ((384, 256), (384, 256), (320, 320), (256, 384))
NO_TURN = -1


@dataclass
class Scene:
    """`pictures` (n, 3, h, w) between 0 and 1; `pixels` (n, h/4, w/4) classes, -1 unknown; `boxes`
    (n, BOXES, 4) in pixels and `kinds` (n, BOXES), -1 none; `turn` (n,), -1 unknown; `boxed` (n,)
    whether all garments are known; `may` (n, KINDS) what it may be of, all False unknown; `worn`
    (n, KINDS) what tags say, all False no tags."""

    pictures: Tensor
    pixels: Tensor
    boxes: Tensor
    kinds: Tensor
    turn: Tensor
    boxed: Tensor
    may: Tensor
    worn: Tensor

    @staticmethod
    def joined(parts: list[Scene]) -> Scene:
        names = Scene.__dataclass_fields__
        return Scene(**{name: torch.cat([getattr(one, name) for one in parts]) for name in names})


@dataclass(frozen=True)
class Shares:
    """Pictures of each sort in one step."""

    street: int = 36
    tagged: int = 12
    composites: int = 34
    snapshots: int = 10
    nothing: int = 10


class Scenes:
    """Draws scenes from `scenery`, whose arrays are moved to `device` once."""

    def __init__(self, scenery: Scenery, device: str, seed: int) -> None:
        self.device = torch.device(device)
        self.dice = torch.Generator(self.device).manual_seed(seed)

        def on(array: object) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)

        self.street, self.street_sizes = on(scenery.street), on(scenery.street_sizes)
        self.labels = on(scenery.labels)
        self.products, self.kind = on(scenery.products), on(scenery.kind)
        self.shots, self.shot_sizes = on(scenery.snapshots), on(scenery.snapshot_sizes)
        self.shot_kinds = on(scenery.kinds)
        self.others, self.other_sizes = on(scenery.others), on(scenery.other_sizes)
        kind_of = torch.full((INSTANCES,), -1)
        kind_of[: len(scenery.names)] = torch.from_numpy(scenery.kind_of_label)
        class_of = torch.zeros(INSTANCES, dtype=torch.int64)
        class_of[: len(scenery.names)] = torch.from_numpy(scenery.class_of_label)
        self.kind_of, self.class_of = kind_of.to(self.device), class_of.to(self.device)
        worn = np.zeros((len(scenery.worn), len(KINDS)), bool)
        for number, kind in enumerate(scenery.kind_of_label):
            if kind >= 0:
                worn[:, kind] |= scenery.worn[:, number]
        self.worn = on(worn)
        self.masked_rows = on(np.flatnonzero(scenery.masked & ~scenery.street_held_out))
        self.tagged_rows = on(np.flatnonzero(~scenery.masked))
        self.shot_rows = on(np.flatnonzero(~scenery.snapshots_held_out))
        self.other_rows = on(np.flatnonzero(~scenery.others_held_out))
        self.product_rows = on(np.flatnonzero(~scenery.products_held_out))
        counts = torch.bincount(self.kind[self.product_rows], minlength=len(KINDS)).float()
        self.product_odds = (1 / counts.clamp(min=1).sqrt())[self.kind[self.product_rows]]
        # a product shown on a person is more than the product: these wait for `keep_products`
        bare = ["shoes", "bag", "hat", "belt", "eyewear", "jewellery", "legwear"]
        self.usable = torch.isin(self.kind, on(np.array([KINDS.index(name) for name in bare])))
        self.product_mattes = torch.cat(
            [self._matte(rows) for rows in torch.arange(len(self.products)).split(1024)]  # type: ignore[no-untyped-call]
        )

    def _matte(self, rows: Tensor) -> Tensor:
        pictures = to_pictures(self.products[rows.to(self.device)])
        return (mattes(pictures)[:, 0] * 255).round().to(torch.uint8)

    # chance

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        return torch.rand(shape, generator=self.dice, device=self.device) * (high - low) + low

    def chance(self, count: int, share: float) -> Tensor:
        return self.uniform(count) < share

    def pick(self, rows: Tensor, count: int) -> Tensor:
        return rows[torch.randint(len(rows), (count,), generator=self.dice, device=self.device)]

    def turns(self, count: int, share: float = 0.35) -> Tensor:
        """(n,): quarter turns, none for most."""
        drawn = torch.randint(1, 4, (count,), generator=self.dice, device=self.device)
        return torch.where(self.chance(count, share), drawn, torch.zeros_like(drawn))

    # geometry

    def grid(self, size: tuple[int, int], step: int = 1) -> Tensor:
        """(h/step, w/step, 2): x and y of the pixels' middles on the canvas."""
        y = torch.arange(size[0] // step, device=self.device) * step + step / 2
        x = torch.arange(size[1] // step, device=self.device) * step + step / 2
        return torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)

    @staticmethod
    def sample(sources: Tensor, grid: Tensor, place: Tensor, nearest: bool = False) -> Tensor:
        """Sources (n, c, h, w) as they lie on the canvas: `place` (n, 5) is centre x and y, scale,
        angle in radians clockwise and 1 or -1 for a mirror image. 0 outside."""
        x, y, scale, angle, mirror = (part[:, None, None] for part in place.unbind(1))
        dx, dy = grid[None, ..., 0] - x, grid[None, ..., 1] - y
        cos, sin = torch.cos(angle) / scale, torch.sin(angle) / scale
        u = (cos * dx + sin * dy) * mirror
        v = -sin * dx + cos * dy
        height, width = sources.shape[-2:]
        where = torch.stack([2 * u / width, 2 * v / height], dim=-1)
        mode = "nearest" if nearest else "bilinear"
        return F.grid_sample(sources, where, mode, "zeros", align_corners=False)

    def placed(
        self,
        sizes: Tensor,
        turn: Tensor,
        size: tuple[int, int],
        low: float,
        high: float,
        tilt: float,
    ) -> Tensor:
        """Places of whole pictures of `sizes` (n, 2), `low` to `high` times as large as fits."""
        count = len(sizes)
        sideways = (turn % 2 == 1)[:, None]
        shown = torch.where(sideways, sizes.flip(1), sizes).float()
        canvas = torch.tensor([size[1], size[0]], device=self.device, dtype=torch.float32)
        fit = (canvas / shown).amin(dim=1)
        scale = fit * torch.exp(self.uniform(count, low=math.log(low), high=math.log(high)))
        room = (canvas - shown * scale[:, None]).abs() / 2
        centre = canvas / 2 + self.uniform(count, 2, low=-1.0, high=1.0) * room
        tilted = self.uniform(count, low=-tilt, high=tilt) * (math.pi / 180)
        angle = turn * (math.pi / 2) + tilted
        mirror = torch.where(self.chance(count, 0.5), -1.0, 1.0)
        return torch.stack([centre[:, 0], centre[:, 1], scale, angle, mirror], dim=1)

    # grounds

    def grounds(self, count: int, size: tuple[int, int]) -> Tensor:
        """White, one colour, a photo of anything, or the drawn page of a shop or a phone."""
        sort = self.uniform(count)[:, None, None, None]
        white = torch.ones(count, 3, *size, device=self.device)
        colour = self.uniform(count, 3, 1, 1).pow(0.7) * white
        photo = self._photos(count, size)
        page = self._pages(count, size)
        ground = torch.where(sort < 0.25, white, torch.where(sort < 0.4, colour, photo))
        return torch.where(sort > 0.75, page, ground)

    def _photos(self, count: int, size: tuple[int, int]) -> Tensor:
        rows = self.pick(self.other_rows, count)
        place = self.placed(self.other_sizes[rows], torch.zeros_like(rows), size, 1.6, 3.5, 15)
        return self._with_ground(
            to_pictures(self.others[rows]), self.other_sizes[rows], place, size
        )

    def _with_ground(
        self, pictures: Tensor, sizes: Tensor, place: Tensor, size: tuple[int, int]
    ) -> Tensor:
        """Pictures at their places; beside them white, black, a colour or their own mean."""
        inside = _inside(sizes, pictures.shape[-2:])
        both = self.sample(torch.cat([pictures * inside, inside], dim=1), self.grid(size), place)
        count = len(pictures)
        sort = self.uniform(count)[:, None, None, None]
        mean = (pictures * inside).sum(dim=(2, 3), keepdim=True) / inside.sum(
            dim=(2, 3), keepdim=True
        )
        plain = torch.where(sort < 0.5, 1.0, torch.where(sort < 0.7, 0.05, mean))
        plain = torch.where(sort > 0.85, self.uniform(count, 3, 1, 1), plain)
        return both[:, :3] + (1 - both[:, 3:]) * plain

    def _pages(self, count: int, size: tuple[int, int]) -> Tensor:
        """Bars, buttons and lines as of text, on white or, as at night, on black."""
        height, width = size
        dark = self.chance(count, 0.4)[:, None, None, None]
        page = torch.where(dark, 0.08, 1.0).expand(-1, 3, height, width).clone()
        grid = self.grid(size)
        ink = torch.where(dark, 0.85, 0.2)
        for number in range(22):
            line = number >= 8
            tall = (
                self.uniform(count, low=1.5, high=5.0)
                if line
                else self.uniform(count, low=8, high=60)
            )
            wide = self.uniform(count, low=0.05, high=0.7 if line else 1.0) * width
            x, y = self.uniform(count) * width, self.uniform(count) * height
            inside = (grid[None, ..., 0] - x[:, None, None]).abs() < wide[:, None, None] / 2
            inside &= (grid[None, ..., 1] - y[:, None, None]).abs() < tall[:, None, None] / 2
            colour = ink if line else self.uniform(count, 3, 1, 1)
            grey = colour.mean(dim=1, keepdim=True)
            colour = torch.where(self.chance(count, 0.6)[:, None, None, None], grey, colour)
            page = torch.where(inside[:, None], colour, page)
        return page

    # scenes

    def draw(self, shares: Shares, size: tuple[int, int]) -> Scene:
        parts = [
            self._streets(self.pick(self.masked_rows, shares.street), size, masked=True),
            self._composites(shares.composites, size),
            self._snapshots(shares.snapshots, size),
            self._nothing(shares.nothing, size),
            self._streets(self.pick(self.tagged_rows, shares.tagged), size, masked=False),
        ]
        return Scene.joined(parts)

    def _streets(self, rows: Tensor, size: tuple[int, int], *, masked: bool) -> Scene:
        count, turn = len(rows), self.turns(len(rows))
        sizes = self.street_sizes[rows]
        place = self.placed(sizes, turn, size, 0.6, 1.8, 10)
        pictures = self._with_ground(to_pictures(self.street[rows]), sizes, place, size)
        labels = self.labels[rows][:, None].float()
        map_ = self.sample(labels, self.grid(size, 4), place, nearest=True)[:, 0].long()
        if masked:
            pictures = self._moved_elsewhere(pictures, labels, place, size)
        return self._scene(
            pictures,
            map_,
            self.kind_of.expand(count, -1),
            self.class_of.expand(count, -1),
            turn,
            boxed=masked,
            worn=torch.zeros_like(self.worn[rows]) if masked else self.worn[rows],
        )

    def _moved_elsewhere(
        self, pictures: Tensor, labels: Tensor, place: Tensor, size: tuple[int, int]
    ) -> Tensor:
        """A quarter of the people before another ground."""
        person = F.avg_pool2d((labels > 0).float(), 5, 1, 2)
        cover = self.sample(person, self.grid(size), place)
        moved = pictures * cover + self.grounds(len(pictures), size) * (1 - cover)
        return torch.where(self.chance(len(pictures), 0.25)[:, None, None, None], moved, pictures)

    def _composites(self, count: int, size: tuple[int, int]) -> Scene:
        canvas = self.grounds(count, size)
        turn = self.turns(count)
        map_ = torch.zeros(count, size[0] // 4, size[1] // 4, dtype=torch.int64, device=self.device)
        kind_of = torch.full((count, INSTANCES), -1, device=self.device)
        canvas = self._distracted(canvas, size)
        several = self.uniform(count)
        things = torch.where(several < 0.35, 1, torch.where(several < 0.7, 3, 6))
        grid_like = self.chance(count, 0.3)
        alone = things == 1
        for number in range(6):
            rows = self._some_products(count)
            place = self._thing_places(number, alone, grid_like, turn, size)
            there = number < things
            canvas, map_ = self._laid(canvas, map_, rows, place, there, number + 1, size)
            kind_of[:, number + 1] = torch.where(there, self.kind[rows], -1)
        class_of = torch.where(kind_of >= 0, kind_of + FIRST, 0)
        return self._scene(canvas, map_, kind_of, class_of, turn, boxed=True)

    def _some_products(self, count: int) -> Tensor:
        odds = self.product_odds * self.usable[self.product_rows]
        chosen = torch.multinomial(odds, count, replacement=True, generator=self.dice)
        return self.product_rows[chosen]

    def _thing_places(
        self, number: int, alone: Tensor, grid_like: Tensor, turn: Tensor, size: tuple[int, int]
    ) -> Tensor:
        """One thing of any size anywhere, or several smaller ones, in a grid for some."""
        count = len(turn)
        height, width = self.products.shape[1:3]
        fit = min(size[0] / height, size[1] / width)
        large = torch.exp(self.uniform(count, low=math.log(0.12), high=math.log(1.15)))
        small = torch.exp(self.uniform(count, low=math.log(0.12), high=math.log(0.6)))
        share = torch.where(alone, large, small)
        columns, rows = (2, 3) if size[0] > size[1] else (3, 2)
        share = torch.where(grid_like & ~alone, self.uniform(count, low=0.3, high=0.48), share)
        canvas = torch.tensor([size[1], size[0]], device=self.device, dtype=torch.float32)
        anywhere = self._anywhere(count, share)
        cell = torch.tensor(
            [(number % columns + 0.5) / columns, (number // columns + 0.5) / rows],
            device=self.device,
        )
        spot = torch.where((grid_like & ~alone)[:, None], cell + (anywhere - 0.5) * 0.06, anywhere)
        tilt = torch.where(self.chance(count, 0.3), 35.0, 8.0) * (math.pi / 180)
        angle = turn * (math.pi / 2) + self.uniform(count, low=-1.0, high=1.0) * tilt
        mirror = torch.where(self.chance(count, 0.5), -1.0, 1.0)
        centre = spot * canvas
        return torch.stack([centre[:, 0], centre[:, 1], share * fit, angle, mirror], dim=1)

    def _anywhere(self, count: int, share: Tensor) -> Tensor:
        """(n, 2) shares of the canvas where a thing lies, whole for most."""
        room = (1 - share).clamp(min=0.05)[:, None] / 2
        return 0.5 + self.uniform(count, 2, low=-1.1, high=1.1) * room

    def _laid(
        self, canvas: Tensor, map_: Tensor, rows: Tensor, place: Tensor, there: Tensor, number: int,
        size: tuple[int, int],
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        """Products on the canvas, cut out or with their white ground around them."""
        pictures = to_pictures(self.products[rows])
        matte = self.product_mattes[rows][:, None].float() / 255
        whole = self.chance(len(rows), 0.35)[:, None, None, None]
        cover = torch.where(whole, torch.ones_like(matte), matte)
        cover = cover * there[:, None, None, None]
        both = self.sample(torch.cat([pictures * cover, cover], dim=1), self.grid(size), place)
        canvas = both[:, :3] + canvas * (1 - both[:, 3:])
        small = self.grid(size, 4)
        seen = self.sample(torch.cat([cover, matte * cover], dim=1), small, place)
        map_ = torch.where(seen[:, 0] > 0.5, 0, map_)
        return canvas, torch.where(seen[:, 1] > 0.5, number, map_)

    def _distracted(self, canvas: Tensor, size: tuple[int, int]) -> Tensor:
        """Some have a piece of a photo of anything, cut out in a smooth outline."""
        count = len(canvas)
        noise = F.interpolate(self.uniform(count, 1, 5, 4), size=size, mode="bicubic")
        grid = self.grid(size)
        centre = self.uniform(count, 1, 1, 2) * torch.tensor([size[1], size[0]], device=self.device)
        radius = self.uniform(count, 1, 1, low=0.08, high=0.4) * min(size)
        away = (grid[None] - centre).norm(dim=-1) / radius
        piece = ((away + noise[:, 0] * 0.8) < 1.3) & self.chance(count, 0.4)[:, None, None]
        return torch.where(piece[:, None], self._photos(count, size), canvas)

    def _snapshots(self, count: int, size: tuple[int, int]) -> Scene:
        rows, turn = self.pick(self.shot_rows, count), self.turns(count)
        sizes = self.shot_sizes[rows]
        place = self.placed(sizes, turn, size, 0.7, 1.4, 12)
        pictures = self._with_ground(to_pictures(self.shots[rows]), sizes, place, size)
        return self._unlabelled(pictures, turn, may=self.shot_kinds[rows])

    def _nothing(self, count: int, size: tuple[int, int]) -> Scene:
        rows = self.pick(self.other_rows, count)
        sizes = self.other_sizes[rows]
        place = self.placed(sizes, torch.zeros_like(rows), size, 0.5, 2.0, 12)
        pictures = self._with_ground(to_pictures(self.others[rows]), sizes, place, size)
        scene = self._unlabelled(pictures, torch.full_like(rows, NO_TURN))
        scene.pixels[:] = 0
        scene.boxed[:] = True
        return scene

    def _unlabelled(self, pictures: Tensor, turn: Tensor, may: Tensor | None = None) -> Scene:
        count, (height, width) = len(pictures), pictures.shape[-2:]
        none = torch.zeros(count, len(KINDS), dtype=torch.bool, device=self.device)
        return Scene(
            pictures,
            torch.full((count, height // 4, width // 4), -1, device=self.device),
            torch.zeros(count, BOXES, 4, device=self.device),
            torch.full((count, BOXES), -1, device=self.device),
            turn,
            torch.zeros(count, dtype=torch.bool, device=self.device),
            none if may is None else may,
            none,
        )

    def _scene(
        self, pictures: Tensor, map_: Tensor, kind_of: Tensor, class_of: Tensor, turn: Tensor, *,
        boxed: bool, worn: Tensor | None = None,
    ) -> Scene:  # fmt: skip
        scene = self._unlabelled(pictures, turn)
        scene.worn = scene.worn if worn is None else worn
        if not boxed:
            return scene
        scene.pixels = torch.gather(class_of, 1, map_.flatten(1)).view_as(map_)
        scene.boxes, scene.kinds = boxes_of(map_, kind_of)
        scene.boxed[:] = True
        return scene


def boxes_of(map_: Tensor, kind_of: Tensor) -> tuple[Tensor, Tensor]:
    """The BOXES largest garments of an instance map (n, h, w): their boxes (n, BOXES, 4) in pixels
    of the canvas, left, top, right, bottom, and kinds, -1 for none. Stray pixels do not count."""
    there = F.one_hot(map_, INSTANCES).movedim(-1, 1)
    there = there * (kind_of >= 0)[:, :, None, None]
    total = there.sum(dim=(2, 3))
    sides = []
    for dim in (2, 3):
        along = there.sum(dim=dim).cumsum(dim=-1) / total.clamp(min=1)[:, :, None]
        first = (along <= STRAY).sum(dim=-1)
        last = (along < 1 - STRAY).sum(dim=-1) + 1
        sides += [first, last]
    boxes = torch.stack([sides[0], sides[2], sides[1], sides[3]], dim=-1).float() * 4
    large = total >= SMALLEST * map_[0].numel()
    order = torch.where(large, total, 0).argsort(dim=1, descending=True)[:, :BOXES]
    kinds = torch.where(large, kind_of, -1).gather(1, order)
    return boxes.gather(1, order[..., None].expand(-1, -1, 4)), kinds


def _inside(sizes: Tensor, shape: torch.Size | tuple[int, int]) -> Tensor:
    """(n, 1, h, w): 1 where the picture is, 0 beside it in its letterbox."""
    height, width = shape
    y = torch.arange(height, device=sizes.device) + 0.5 - height / 2
    x = torch.arange(width, device=sizes.device) + 0.5 - width / 2
    half = sizes.float() / 2
    inside_x = x.abs()[None] <= half[:, :1]
    inside_y = y.abs()[None] <= half[:, 1:]
    return (inside_y[:, :, None] & inside_x[:, None, :])[:, None].float()
