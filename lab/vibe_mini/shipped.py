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

Several networks that were trained apart may see a photo: each is wrong in its own way, so together
they are right more often. Each part of a vector is then made of what all of them see. Source:
Hansen and Salamon, "Neural Network Ensembles", 1990.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lab.vibe_mini.model import DIMENSION, FEATURES, ImageTower, TextTower

SHARED = 96  # of the dimensions, for what photos and names share; the rest for the features
FEATURES_SHARE = 0.7  # of the features in the cosine of two photos
CENTRED = 0.8  # share of the mean of the shared space that is left out; of the features all


class Eye(nn.Module):
    """An image tower that learnt from pictures of `side`, shown pictures of `given` pixels."""

    shrink: Tensor

    def __init__(self, tower: ImageTower, side: int, given: int) -> None:
        super().__init__()
        self.tower, self.shrinks = tower, side != given
        whole = torch.eye(given)[None, None]
        options = {"mode": "bicubic", "antialias": True, "align_corners": False}
        shrink = F.interpolate(whole, (side, given), **options)[0, 0]  # type: ignore[arg-type]
        self.register_buffer("shrink", shrink)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Of normalised pixels (n, 3, given, given): vectors of the shared space (n, 512), unit
        rows, and features (n, 1280), each the mean of what is seen in photos and in their mirror
        images."""
        if self.shrinks:
            pixels = self.shrink @ pixels @ self.shrink.T
        features = self.tower.features(torch.cat([pixels, pixels.flip(3)]))
        vectors = self.tower.project(features)
        shared, seen = (rows.view(2, -1, rows.shape[1]).mean(dim=0) for rows in (vectors, features))
        return F.normalize(shared, dim=1), seen


@dataclass(frozen=True)
class Basis:
    """Of t towers: `centre` (t * 512,) and `shared` (t * 512, 96) of the spaces that photos and
    names share, `mean` (t * 1280,) and `seen` (t * 1280, 416) of the features. `spread` (t,) is the
    root mean square of the length of shared vectors less the centre."""

    centre: Tensor
    shared: Tensor
    mean: Tensor
    seen: Tensor
    spread: Tensor


@torch.no_grad()
def basis_of(eyes: Sequence[Eye], photos: Iterable[Tensor]) -> Basis:
    """The principal directions of what all `eyes` see in `photos`, normalised (n, 3, h, w) each.
    What one sees counts as much as what another does."""
    found = [_side_by_side(eyes, some) for some in photos]
    vectors, features = (torch.cat(part) for part in zip(*found, strict=True))
    centre, mean = CENTRED * vectors.mean(dim=0), features.mean(dim=0)
    vectors, features = vectors - centre, features - mean
    spread, width = _lengths(vectors, DIMENSION), _lengths(features, FEATURES)
    even = spread.repeat_interleave(DIMENSION)[:, None]
    shared = _principal(_unit_parts(vectors, DIMENSION), SHARED, centred=False) / even
    seen = _principal(features / width.repeat_interleave(FEATURES), DIMENSION - SHARED)
    return Basis(centre, shared, mean, seen / width.repeat_interleave(FEATURES)[:, None], spread)


def _side_by_side(eyes: Sequence[Eye], pixels: Tensor) -> tuple[Tensor, Tensor]:
    """(n, t * 512) and (n, t * 1280)."""
    vectors, features = zip(*(eye(pixels) for eye in eyes), strict=True)
    return torch.cat(vectors, dim=1), torch.cat(features, dim=1)


def _lengths(rows: Tensor, size: int) -> Tensor:
    """(t,): the root mean square of the length of each part of rows (n, t * size)."""
    return rows.view(len(rows), -1, size).square().sum(dim=2).mean(dim=0).sqrt()


def _unit_parts(rows: Tensor, size: int) -> Tensor:
    return F.normalize(rows.view(len(rows), -1, size), dim=2).flatten(1)


def _principal(rows: Tensor, count: int, *, centred: bool = True) -> Tensor:
    """(d, count): the orthonormal directions in which `rows` (n, d) vary most."""
    rows = rows.double()
    rows = rows - rows.mean(dim=0) if centred else rows
    directions: Tensor = torch.linalg.eigh(rows.T @ rows).eigenvectors
    return directions.flip(1)[:, :count].float().contiguous()


class ShippedImage(nn.Module):
    """Normalised pixels (n, 3, h, w) to unit rows (n, 512)."""

    centre: Tensor
    shared: Tensor
    mean: Tensor
    seen: Tensor

    def __init__(self, eyes: Sequence[Eye], basis: Basis) -> None:
        super().__init__()
        self.eyes = nn.ModuleList(eyes)
        for name in ("centre", "shared", "mean", "seen"):
            self.register_buffer(name, getattr(basis, name))

    def forward(self, pixels: Tensor) -> Tensor:
        vectors, features = _side_by_side(list(self.eyes), pixels)  # type: ignore[arg-type]
        shared = F.normalize((vectors - self.centre) @ self.shared, dim=1)
        seen = F.normalize((features - self.mean) @ self.seen, dim=1)
        return torch.cat([shared * (1 - FEATURES_SHARE) ** 0.5, seen * FEATURES_SHARE**0.5], dim=1)


class ShippedText(nn.Module):
    """Token ids (n, 16) to unit rows (n, 512), zero where photos have features."""

    centre: Tensor
    shared: Tensor

    def __init__(self, towers: Sequence[TextTower], basis: Basis) -> None:
        super().__init__()
        self.towers = nn.ModuleList(towers)
        self.register_buffer("centre", basis.centre)
        self.register_buffer("shared", basis.shared)

    def forward(self, ids: Tensor) -> Tensor:
        vectors = torch.cat([tower(ids) for tower in self.towers], dim=1)
        shared = F.normalize((vectors - self.centre) @ self.shared, dim=1)
        return F.pad(shared, (0, DIMENSION - SHARED))


def moved_head(
    weights: Sequence[Tensor], biases: Sequence[Tensor], basis: Basis
) -> tuple[Tensor, Tensor]:
    """Linear heads on the shared vectors of each tower, `weights` (classes, 512) and `biases`
    (classes,), as one on vectors as shipped: the mean of what they say, for photos that are as far
    from the centre as usual."""
    count = len(weights)
    weight, bias = torch.cat(list(weights), dim=1) / count, torch.stack(list(biases)).mean(dim=0)
    # what is shipped of all towers is made unit: each has a length of sqrt(count) less
    lengths = basis.spread.square().repeat_interleave(DIMENSION)[:, None] * count**0.5
    first = weight @ (basis.shared * lengths) / (1 - FEATURES_SHARE) ** 0.5
    return F.pad(first, (0, DIMENSION - SHARED)), bias + weight @ basis.centre
