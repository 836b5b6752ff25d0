"""The vectors that are shipped, made of what finished towers see.

The space that photos and names share has little room for anything but them: after long training,
nearly all that varies in it varies in some twenty directions, those that tell labels and names
apart. The features before it still know one checked shirt from another, and they carry over better
to photos of another kind. So a photo's vector is both, side by side, and a name's is in the first
part alone: a name is as near to a photo as before, up to one factor, and two photos are near if
they look alike as well.

Both parts are centred, because vectors lie in a narrow cone about their mean, where any two are
alike. Source: Mu and Viswanath, "All-but-the-Top", 2018. A photo is seen as it is and mirrored, as
by Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from matching.engine.vibe_mini.model import DIMENSION, ImageTower, TextTower

SHARED = 96  # of the dimensions, for what photos and names share; the rest for the features
FEATURES_SHARE = 0.7  # of the features in the cosine of two photos
CENTRED = 0.8  # share of the mean of the shared space that is left out; of the features all


@dataclass(frozen=True)
class Basis:
    """`centre` (512,) and `shared` (512, 96) of the space that photos and names share, `mean`
    (1280,) and `seen` (1280, 416) of the features; `spread` is the root mean square of the length
    of shared vectors less the centre."""

    centre: Tensor
    shared: Tensor
    mean: Tensor
    seen: Tensor
    spread: float


@torch.no_grad()
def basis_of(tower: ImageTower, photos: Iterable[Tensor]) -> Basis:
    """The principal directions of what `tower` sees in `photos`, normalised (n, 3, h, w) each."""
    found = [_both_ways(tower, some) for some in photos]
    vectors, features = (torch.cat(part) for part in zip(*found, strict=True))
    centre, mean = CENTRED * vectors.mean(dim=0), features.mean(dim=0)
    apart = vectors - centre
    spread = float(apart.square().sum(dim=1).mean().sqrt())
    shared = _principal(F.normalize(apart, dim=1), SHARED, centred=False)
    return Basis(centre, shared, mean, _principal(features, DIMENSION - SHARED), spread)


def _principal(rows: Tensor, count: int, *, centred: bool = True) -> Tensor:
    """(d, count): the orthonormal directions in which `rows` (n, d) vary most."""
    rows = rows.double()
    rows = rows - rows.mean(dim=0) if centred else rows
    directions: Tensor = torch.linalg.eigh(rows.T @ rows).eigenvectors
    return directions.flip(1)[:, :count].float().contiguous()


def _both_ways(tower: ImageTower, pixels: Tensor) -> tuple[Tensor, Tensor]:
    """Shared vectors (n, 512), unit rows, and features (n, 1280), each the mean of what is seen in
    photos and in their mirror images."""
    features = tower.features(torch.cat([pixels, pixels.flip(3)]))
    vectors = tower.project(features)
    shared, seen = (rows.view(2, -1, rows.shape[1]).mean(dim=0) for rows in (vectors, features))
    return F.normalize(shared, dim=1), seen


class ShippedImage(nn.Module):
    """Normalised pixels (n, 3, h, w) to unit rows (n, 512)."""

    centre: Tensor
    shared: Tensor
    mean: Tensor
    seen: Tensor

    def __init__(self, tower: ImageTower, basis: Basis) -> None:
        super().__init__()
        self.tower = tower
        for name in ("centre", "shared", "mean", "seen"):
            self.register_buffer(name, getattr(basis, name))

    def forward(self, pixels: Tensor) -> Tensor:
        vectors, features = _both_ways(self.tower, pixels)
        shared = F.normalize((vectors - self.centre) @ self.shared, dim=1)
        seen = F.normalize((features - self.mean) @ self.seen, dim=1)
        return torch.cat([shared * (1 - FEATURES_SHARE) ** 0.5, seen * FEATURES_SHARE**0.5], dim=1)


class ShippedText(nn.Module):
    """Token ids (n, 16) to unit rows (n, 512), zero where photos have features."""

    centre: Tensor
    shared: Tensor

    def __init__(self, tower: TextTower, basis: Basis) -> None:
        super().__init__()
        self.tower = tower
        self.register_buffer("centre", basis.centre)
        self.register_buffer("shared", basis.shared)

    def forward(self, ids: Tensor) -> Tensor:
        shared = F.normalize((self.tower(ids) - self.centre) @ self.shared, dim=1)
        return F.pad(shared, (0, DIMENSION - SHARED))


def moved_head(weight: Tensor, bias: Tensor, basis: Basis) -> tuple[Tensor, Tensor]:
    """A linear head on shared vectors, `weight` (classes, 512) and `bias` (classes,), as one on
    vectors as shipped: equal for photos that are as far from the centre as usual."""
    first = weight @ basis.shared * (basis.spread / (1 - FEATURES_SHARE) ** 0.5)
    return F.pad(first, (0, DIMENSION - SHARED)), bias + weight @ basis.centre
