"""What cameras and rooms do to the pictures of a step."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from lab.finder.scenes import Scenes


def in_another_light(pictures: Tensor, scenes: Scenes) -> Tensor:
    """Exposure, contrast, gamma, warm and cold, grey for some, blurred or noisy for some."""
    count = len(pictures)

    def factor(spread: float, *shape: int) -> Tensor:
        return torch.exp(scenes.uniform(count, *shape, low=-spread, high=spread))

    x = pictures.clamp(1e-4, 1) ** factor(0.35, 1, 1, 1)
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    x = (x - mean) * factor(0.3, 1, 1, 1) + mean
    x = x * factor(0.25, 1, 1, 1) * factor(0.12, 3, 1, 1)
    grey = x.mean(dim=1, keepdim=True)
    keep = scenes.uniform(count, low=0.4, high=1.4)
    keep = torch.where(scenes.chance(count, 0.08), torch.zeros_like(keep), keep)
    x = grey + (x - grey) * keep[:, None, None, None]
    small = F.interpolate(x, scale_factor=0.5, mode="area")
    blurred = F.interpolate(small, size=x.shape[-2:], mode="bilinear")
    x = torch.where(scenes.chance(count, 0.2)[:, None, None, None], blurred, x)
    noise = torch.randn(x.shape, generator=scenes.dice, device=x.device)
    x = (
        x
        + noise
        * scenes.uniform(count, 1, 1, 1, high=0.04)
        * scenes.chance(count, 0.3)[:, None, None, None]
    )
    return x.clamp(0, 1)
