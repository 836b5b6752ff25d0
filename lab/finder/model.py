"""The network that finds garments: an EfficientNet-Lite with a light feature pyramid."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lab.finder.kinds import CLASSES, KINDS
from lab.vibe_mini.model import ImageTower

STRIDES = (4, 8, 16, 32)
WIDTH = 96
FINE_WIDTH = 64
TURNS = 4
RARE = -4.0  # logit of a kind before anything is learnt


class Found(NamedTuple):
    """`classes` (n, CLASSES, h/4, w/4) logits of each pixel's class; `centres` (n, KINDS, h/8, w/8)
    logits that a garment of the kind has its centre there; `sides` (n, 4 * KINDS, h/8, w/8), how
    far its left, top, right and bottom are from there in pixels; `turn` (n, 4) logits of the
    quarter turns, anticlockwise, that bring the picture upright."""

    classes: Tensor
    centres: Tensor
    sides: Tensor
    turn: Tensor


class Separable(nn.Sequential):
    """A depthwise and a pointwise convolution, each normalised."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 3) -> None:
        super().__init__(
            nn.Conv2d(inputs, inputs, kernel, padding=kernel // 2, groups=inputs, bias=False),
            nn.BatchNorm2d(inputs),
            nn.ReLU6(),
            nn.Conv2d(inputs, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU6(),
        )


class Finder(nn.Module):
    """Normalised pixels (n, 3, h, w), sides multiples of 32, to what is found in them."""

    def __init__(self, kind: str = "lite0", drop: float = 0.1) -> None:
        super().__init__()
        self.kind = kind
        self.encoder = ImageTower(drop, kind=kind)
        del self.encoder.projection, self.encoder.head, self.encoder.head_norm
        channels = self._channels()
        self.lateral = nn.ModuleList(nn.Conv2d(count, WIDTH, 1) for count in channels[1:])
        self.lateral.insert(0, nn.Conv2d(channels[0], FINE_WIDTH, 1))
        self.context = nn.Sequential(Separable(WIDTH, WIDTH, 5), Separable(WIDTH, WIDTH, 5))
        self.whole = nn.Linear(WIDTH, WIDTH)
        self.middle = Separable(WIDTH, WIDTH, 5)
        self.near = Separable(WIDTH, WIDTH)
        self.narrow = nn.Conv2d(WIDTH, FINE_WIDTH, 1)
        self.fine = nn.Sequential(
            Separable(FINE_WIDTH, FINE_WIDTH), Separable(FINE_WIDTH, FINE_WIDTH)
        )
        self.classes = nn.Conv2d(FINE_WIDTH, CLASSES, 1)
        self.centre_tower = nn.Sequential(Separable(WIDTH, WIDTH, 5), Separable(WIDTH, WIDTH, 5))
        self.centres = nn.Conv2d(WIDTH, len(KINDS), 1)
        self.side_tower = nn.Sequential(Separable(WIDTH, WIDTH, 5), Separable(WIDTH, WIDTH, 5))
        self.sides = nn.Conv2d(WIDTH, 4 * len(KINDS), 1)
        self.turn = nn.Sequential(
            nn.Conv2d(channels[3], 256, 1, bias=False), nn.BatchNorm2d(256), nn.ReLU6()
        )
        self.turned = nn.Linear(256, TURNS)
        nn.init.constant_(self.centres.bias, RARE)  # type: ignore[arg-type]
        nn.init.constant_(self.sides.bias, 2.5)  # type: ignore[arg-type]

    def _channels(self) -> list[int]:
        with torch.no_grad():
            return [part.shape[1] for part in self._pyramid(torch.zeros(1, 3, 64, 64))]

    def _pyramid(self, pixels: Tensor) -> list[Tensor]:
        """What the encoder sees at each stride: the last map of that size."""
        tower = self.encoder
        x = F.relu6(tower.stem_norm(tower.stem(pixels)))
        maps: list[Tensor] = [x]
        for block in tower.blocks:
            x = block(x)
            if x.shape[-1] != maps[-1].shape[-1]:
                maps.append(x)
            else:
                maps[-1] = x
        return maps[-len(STRIDES) :]

    def forward(self, pixels: Tensor) -> Found:
        fine, near, middle, far = self._pyramid(pixels)
        turn = self.turned(self.turn(far).mean(dim=(2, 3)))
        x = self.context(self.lateral[3](far))
        x = x + self.whole(x.mean(dim=(2, 3)))[:, :, None, None]
        x = self.middle(self.lateral[2](middle) + _doubled(x))
        x = self.near(self.lateral[1](near) + _doubled(x))
        centres = self.centres(self.centre_tower(x))
        sides = self.sides(self.side_tower(x))
        fine = self.fine(self.lateral[0](fine) + _doubled(self.narrow(x)))
        return Found(self.classes(fine), centres, sides.clamp(max=6.5).exp(), turn)


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="nearest")
