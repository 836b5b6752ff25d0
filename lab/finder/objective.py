"""What the finder is trained to do."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from lab.finder.kinds import FIRST, GROUND, HAIR, KINDS, SKIN
from lab.finder.model import Found
from lab.finder.scenes import NO_TURN, Scene

CENTRE_STRIDE = 8
SPREAD = 0.14  # of a box's side: one standard deviation of the target around its centre
NARROWEST = 0.6  # the same, in cells
SIDES_FROM = 0.55  # of the target: where sides are learnt
WEIGHTS = {
    "pixels": 1.0, "centres": 1.0, "sides": 1.5, "turn": 0.25, "may": 0.2, "taught": 0.5,
}  # fmt: skip
RARITY = 0.35  # power of a class's rarity in its weight
USUAL_SHARES = torch.tensor(
    [0.78, 0.035, 0.02, 0.05, 0.035, 0.025, 0.03, 0.006, 0.012, 0.008, 0.015, 0.02, 0.004, 0.004,
     0.003, 0.003, 0.004, 0.02]
)  # fmt: skip


def losses(found: Found, scene: Scene, taught: Found | None) -> dict[str, Tensor]:
    """Already weighted; their sum is the loss. `taught` is what the averaged network finds in the
    last pictures, those with tags alone."""
    heat, of_box = centre_targets(scene, found.centres.shape[-2:])
    parts = {
        "pixels": _pixels_loss(found.classes, scene.pixels),
        "centres": _centres_loss(found.centres, heat, scene.boxed),
        "sides": _sides_loss(found.sides, heat, of_box, scene),
        "turn": F.cross_entropy(found.turn, scene.turn, ignore_index=NO_TURN),
        "may": _may_loss(found, scene),
    }
    if taught is not None:
        parts["taught"] = _taught_loss(found, taught, scene.worn[-len(taught.turn) :])
    return {name: WEIGHTS[name] * loss for name, loss in parts.items()}


def _pixels_loss(logits: Tensor, pixels: Tensor) -> Tensor:
    weight = USUAL_SHARES.to(logits.device) ** -RARITY
    return F.cross_entropy(
        logits, pixels, weight / weight[1], ignore_index=-1, label_smoothing=0.02
    )


def centre_targets(scene: Scene, shape: torch.Size) -> tuple[Tensor, Tensor]:
    """(n, KINDS, h, w): 1 where a garment's centre is, less around it; and which box it is of."""
    height, width = shape
    count, most = scene.kinds.shape
    device = scene.boxes.device
    y = (torch.arange(height, device=device) + 0.5) * CENTRE_STRIDE
    x = (torch.arange(width, device=device) + 0.5) * CENTRE_STRIDE
    left, top, right, bottom = scene.boxes.unbind(-1)
    parts = []
    for low, high, places, cells in ((left, right, x, width), (top, bottom, y, height)):
        middle = ((low + high) / 2 / CENTRE_STRIDE).floor().clamp(0, cells - 1)
        middle = (middle + 0.5) * CENTRE_STRIDE  # of a cell, so that one cell has 1
        spread = ((high - low) * SPREAD).clamp(min=NARROWEST * CENTRE_STRIDE)
        parts.append(torch.exp(-((places - middle[..., None]) ** 2) / (2 * spread[..., None] ** 2)))
    each = parts[1][..., :, None] * parts[0][..., None, :]
    each = each * (scene.kinds >= 0)[..., None, None]
    heat = torch.zeros(count, len(KINDS), height, width, device=device)
    of_box = torch.zeros(count, len(KINDS), height, width, dtype=torch.int64, device=device)
    rows = torch.arange(count, device=device)
    for number in range(most):
        kind = scene.kinds[:, number].clamp(min=0)
        mine = each[:, number] > heat[rows, kind]
        heat[rows, kind] = torch.where(mine, each[:, number], heat[rows, kind])
        of_box[rows, kind] = torch.where(mine, number, of_box[rows, kind])
    return heat, of_box


def _centres_loss(logits: Tensor, heat: Tensor, boxed: Tensor) -> Tensor:
    """Source: Law and Deng, "CornerNet", 2018: a focal loss that forgives near a centre."""
    chance = logits.float().sigmoid().clamp(1e-4, 1 - 1e-4)
    sure = heat > 0.999
    found = -((1 - chance) ** 2) * chance.log() * sure
    missed = -(chance**2) * (1 - chance).log() * (1 - heat) ** 4 * ~sure
    loss = ((found + missed) * boxed[:, None, None, None]).sum()
    return loss / sure.sum().clamp(min=1)


def _sides_loss(sides: Tensor, heat: Tensor, of_box: Tensor, scene: Scene) -> Tensor:
    """How little the boxes overlap, where the target is high."""
    count, kinds, height, width = heat.shape
    there = (heat > SIDES_FROM).nonzero()
    if len(there) == 0:
        return sides.sum() * 0
    row, kind, y, x = there.unbind(1)
    wanted = scene.boxes[row, of_box[row, kind, y, x]]
    given = sides.view(count, kinds, 4, height, width)[row, kind, :, y, x].float()
    boxes = boxes_at(given, x, y)
    weight = heat[row, kind, y, x]
    return ((1 - overlap(boxes, wanted)) * weight).sum() / weight.sum()


def boxes_at(sides: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """(n, 4) boxes in pixels, from how far the sides are from the middles of the cells."""
    middle = torch.stack([x, y, x, y], dim=1).float().add(0.5) * CENTRE_STRIDE
    return middle + sides * torch.tensor([-1.0, -1, 1, 1], device=sides.device)


def overlap(first: Tensor, second: Tensor) -> Tensor:
    """(n,): intersection over union, less what of the box around both belongs to neither.

    Source: Rezatofighi et al., "Generalized Intersection over Union", 2019.
    """
    low, high = (
        torch.maximum(first[:, :2], second[:, :2]),
        torch.minimum(first[:, 2:], second[:, 2:]),
    )
    shared = (high - low).clamp(min=0).prod(dim=1)
    areas = [(box[:, 2:] - box[:, :2]).clamp(min=0).prod(dim=1) for box in (first, second)]
    union = (areas[0] + areas[1] - shared).clamp(min=1e-6)
    low, high = (
        torch.minimum(first[:, :2], second[:, :2]),
        torch.maximum(first[:, 2:], second[:, 2:]),
    )
    around = (high - low).clamp(min=0).prod(dim=1).clamp(min=1e-6)
    return shared / union - (around - union) / around


def _may_loss(found: Found, scene: Scene) -> Tensor:
    """A snapshot of a known kind has it somewhere: in its surest pixels, and in one centre."""
    known = scene.may.any(dim=1)
    if not bool(known.any()):
        return found.turn.sum() * 0
    may = scene.may[known]
    chances = found.classes[known].float().softmax(dim=1)[:, FIRST:]
    of_kind = (chances * may[:, :, None, None]).sum(dim=1).flatten(1)
    surest = of_kind.topk(of_kind.shape[1] // 7, dim=1).values.mean(dim=1)
    centre = (
        found.centres[known].float().masked_fill(~may[:, :, None, None], -20).flatten(1).amax(1)
    )
    other = found.centres[known].float().masked_fill(may[:, :, None, None], -20).flatten(1).amax(1)
    return (-surest.clamp(min=1e-4).log() + F.softplus(-centre) + 0.3 * F.softplus(other)).mean()


def _taught_loss(found: Found, taught: Found, worn: Tensor) -> Tensor:
    """The last pictures, as the averaged network sees them, of what their tags allow."""
    last = len(worn)
    always = torch.zeros(last, FIRST, dtype=torch.bool, device=worn.device)
    always[:, [GROUND, SKIN, HAIR]] = True
    allowed = torch.cat([always, worn], dim=1)[:, :, None, None]
    target = taught.classes.float().masked_fill(~allowed, -20).softmax(dim=1)
    pixels = -(target * found.classes[-last:].float().log_softmax(dim=1)).sum(dim=1).mean()
    heat = taught.centres.float().sigmoid() * worn[:, :, None, None]
    centres = F.binary_cross_entropy_with_logits(found.centres[-last:].float(), heat)
    return pixels + 20 * centres
