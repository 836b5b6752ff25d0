"""What cameras, rooms and messengers do to a photo, for whole batches at once.

Everywhere: pictures are float32 (n, 3, h, w) between 0 and 1, mattes (n, 1, h, w), and randomness
comes from torch's global generator, which the trainer seeds for each step. All is done on torch's
default device.
"""

from __future__ import annotations

import math
from typing import Any

import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

NEAR_WHITE = 0.955
FLOOD_STEPS = 32


def on_device(array: npt.NDArray[Any]) -> Tensor:
    return torch.from_numpy(array).to(torch.get_default_device())


def uniform(count: int, low: float, high: float) -> Tensor:
    return torch.rand(count) * (high - low) + low


def chance(count: int, share: float) -> Tensor:
    return torch.rand(count) < share


def to_pictures(pixels: Tensor) -> Tensor:
    """uint8 (n, h, w, 3) to pictures."""
    return pixels.permute(0, 3, 1, 2).float() / 255


def mattes(pictures: Tensor) -> Tensor:
    """What is not the white ground: near-white that reaches the border is ground, a white shirt
    inside its outline is not. Soft at the edge. Found at half the size, where it takes an eighth of
    the time; there only what is all white counts as white, so that outlines stay closed."""
    white = (pictures.amin(dim=1, keepdim=True) > NEAR_WHITE).float()
    white = -F.max_pool2d(-white, 2, ceil_mode=True)
    ground = white.clone()
    ground[:, :, 1:-1, 1:-1] = 0
    for _ in range(FLOOD_STEPS):
        ground = F.max_pool2d(ground, 3, 1, 1) * white
    matte = 1 - F.avg_pool2d(F.max_pool2d(ground, 3, 1, 1), 3, 1, 1, count_include_pad=False)
    return F.interpolate(matte, size=pictures.shape[-2:], mode="bilinear")


def placements(
    count: int, *, scale: tuple[float, float], turn: float, shift: float, flip: bool = True
) -> Tensor:
    """(n, 2, 3) affine maps: size drawn from `scale`, turned up to `turn` degrees, shifted up to
    `shift` of the side, mirrored half of the time."""
    size = torch.exp(uniform(count, math.log(scale[0]), math.log(scale[1])))
    angle = uniform(count, -turn, turn) * math.pi / 180
    stretch = torch.exp(uniform(count, -0.06, 0.06))
    mirror = torch.where(chance(count, 0.5 if flip else 0.0), -1.0, 1.0)
    cos, sin = torch.cos(angle) / size, torch.sin(angle) / size
    x, y = uniform(count, -shift, shift) * 2, uniform(count, -shift, shift) * 2
    first = torch.stack([cos * mirror * stretch, -sin * mirror, x], dim=1)
    second = torch.stack([sin * stretch, cos, y], dim=1)
    return torch.stack([first, second], dim=1)


def place(pictures: Tensor, matte: Tensor, maps: Tensor, ground: Tensor) -> Tensor:
    """Pictures moved by `maps` and laid on `ground` (n, 3, side, side) through their mattes."""
    moved, cover = _moved(pictures, matte, maps, ground.shape[-1])
    return moved + ground * (1 - cover)


def _moved(pictures: Tensor, matte: Tensor, maps: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """The colours times the matte, and the matte, at their new place."""
    grid = F.affine_grid(maps, [len(pictures), 4, side, side], align_corners=False)
    both = torch.cat([pictures * matte, matte], dim=1)
    if pictures.shape[-1] > 1.6 * side:
        both = F.interpolate(both, scale_factor=0.5, mode="area")
    both = F.grid_sample(both, grid, align_corners=False)
    return both[:, :3], both[:, 3:]


def white(count: int, side: int) -> Tensor:
    return torch.ones(count, 3, side, side)


def grounds(photos: Tensor, side: int) -> Tensor:
    """Grounds to stand on, cut from photos of anything, or of one colour."""
    count = len(photos)
    maps = placements(count, scale=(1.3, 3.0), turn=20, shift=0.2)
    whole = torch.ones(count, 1, *photos.shape[2:])
    cut = place(
        photos, whole, maps, photos.mean(dim=(2, 3), keepdim=True).expand(-1, -1, side, side)
    )
    plain = torch.rand(count, 3, 1, 1) * 0.85 + 0.1
    shade = (
        1 + uniform(count, -0.3, 0.3)[:, None, None, None] * torch.linspace(-1, 1, side)[:, None]
    )
    return torch.where(chance(count, 0.35)[:, None, None, None], plain * shade, cut).clamp(0, 1)


def lit(pictures: Tensor, strength: float = 1.0) -> Tensor:
    """Another light: exposure, contrast, gamma and a little white balance; never another hue."""
    count = len(pictures)

    def draw(spread: float, *shape: int) -> Tensor:
        return torch.exp((torch.rand(count, *shape) * 2 - 1) * spread * strength)

    pictures = pictures.clamp(1e-4, 1) ** draw(0.3, 1, 1, 1)
    mean = pictures.mean(dim=(1, 2, 3), keepdim=True)
    pictures = (pictures - mean) * draw(0.25, 1, 1, 1) + mean
    slope = (torch.rand(count, 1, 1, 1) - 0.5) * 0.4 * strength
    ramp = 1 + slope * torch.linspace(-1, 1, pictures.shape[-1])
    return (pictures * draw(0.2, 1, 1, 1) * draw(0.05, 3, 1, 1) * ramp).clamp(0, 1)


def recoloured(pictures: Tensor, share: float) -> Tensor:
    """Some pictures with every hue turned by one angle and the saturation changed, greys kept:
    only for those whose label says nothing of colour."""
    count = len(pictures)
    angle = uniform(count, -math.pi, math.pi)[:, None, None]
    grey = torch.full((3, 3), 1 / 3)
    cross = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)
    turned = torch.cos(angle) * (torch.eye(3) - grey) + torch.sin(angle) * cross
    turned = grey + turned * uniform(count, 0.2, 1.3)[:, None, None]
    changed = torch.einsum("nij,njhw->nihw", turned, pictures).clamp(0, 1)
    return torch.where(chance(count, share)[:, None, None, None], changed, pictures)


def mixed(pictures: Tensor, share: float) -> tuple[Tensor, Tensor]:
    """Some pictures with the one before shining through, and (n,) what is left of their own: from
    one half to all.

    Source: Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018.
    """
    count = len(pictures)
    own = torch.where(chance(count, share), uniform(count, 0.5, 1.0), torch.ones(count))
    weights = own[:, None, None, None]
    return weights * pictures + (1 - weights) * pictures.roll(1, 0), own


def worn(pictures: Tensor) -> Tensor:
    """Blur, sensor noise or compression, each on a share of the pictures."""
    kinds, worn = torch.rand(len(pictures)), pictures.clone()
    for change, first, last in ((_blurred, 0.0, 0.2), (_noisy, 0.2, 0.35), (_squeezed, 0.35, 0.55)):
        rows = ((kinds >= first) & (kinds < last)).nonzero()[:, 0]
        if len(rows):
            worn[rows] = change(pictures[rows])
    return worn.clamp(0, 1)


def _blurred(pictures: Tensor) -> Tensor:
    side = pictures.shape[-1]
    small = F.interpolate(pictures, size=(side // 2, side // 2), mode="area")
    return F.interpolate(small, size=(side, side), mode="bilinear")


def _noisy(pictures: Tensor) -> Tensor:
    strength = uniform(len(pictures), 0.005, 0.05)[:, None, None, None]
    return pictures + torch.randn_like(pictures) * strength


def _squeezed(pictures: Tensor) -> Tensor:
    return recompressed(pictures, uniform(len(pictures), 0.02, 0.12))


def recompressed(pictures: Tensor, steps: Tensor) -> Tensor:
    """JPEG's loss: each 8x8 block's cosine coefficients rounded, the finer the coarser.

    `steps` (n,) is the rounding of the coarsest coefficient. Sides are multiples of 8.
    """
    basis, rise = (
        _cosines(),
        1 + torch.add(*torch.meshgrid(*[torch.arange(8.0)] * 2, indexing="ij")),
    )
    blocks = torch.unflatten(torch.unflatten(pictures, 3, (-1, 8)), 2, (-1, 8)).transpose(3, 4)
    spectrum = basis @ blocks @ basis.T
    step = steps[:, None, None, None, None, None] * rise
    rounded = basis.T @ (torch.round(spectrum / step) * step) @ basis
    return rounded.transpose(3, 4).flatten(4, 5).flatten(2, 3)


def _cosines() -> Tensor:
    rows, columns = torch.arange(8.0)[:, None], torch.arange(8.0)[None]
    basis = torch.cos(math.pi * (columns + 0.5) * rows / 8) / 2
    basis[0] /= math.sqrt(2)
    return basis


def erased(pictures: Tensor, share: float) -> Tensor:
    """A plain box over a part of some pictures: a hand, a bag, a strap."""
    count, side = len(pictures), pictures.shape[-1]
    places = torch.arange(side) / side
    inside = []
    for _ in range(2):
        start, length = uniform(count, -0.1, 0.9)[:, None], uniform(count, 0.1, 0.35)[:, None]
        inside.append((places >= start) & (places < start + length))
    box = inside[0][:, None, :, None] & inside[1][:, None, None, :]
    box &= chance(count, share)[:, None, None, None]
    return torch.where(box, torch.rand(count, 3, 1, 1), pictures)
