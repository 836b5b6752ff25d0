"""What vibe-mini is trained to do, and the network with all its outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lab.vibe_mini.batches import Batch
from lab.vibe_mini.model import DIMENSION, ImageTower, TextTower

QUEUE = 1024
DROP, DROPOUT = 0.1, 0.1  # of blocks, of features
WEIGHTS = {"item_type": 1.0, "gender": 0.7, "colour": 1.0, "season": 1.0, "style": 0.5}
SMOOTHING = {"item_type": 0.03, "gender": 0.03, "colour": 0.08, "season": 0.03, "style": 0.03}
CONTRAST, COARSE, GARMENT = 2.0, 0.8, 1.0
MOST_CONTRAST = 100.0  # what cosines are multiplied with at most


class Vibe(nn.Module):
    """Both towers, one head for each attribute and one for "a garment", and, for contrast, the
    vectors of the last pictures and names, which serve as further wrong answers."""

    queue_images: Tensor
    queue_texts: Tensor
    queue_names: Tensor

    def __init__(
        self,
        words: int,
        classes: Mapping[str, Sequence[str]],
        *,
        kind: str = "lite0",
        folded: bool = False,
    ) -> None:
        super().__init__()
        self.kind = kind
        self.image = ImageTower(DROP, DROPOUT, kind=kind, folded=folded)
        self.text = TextTower(words)
        self.heads = nn.ModuleDict(
            {key: nn.Linear(DIMENSION, len(names)) for key, names in classes.items()}
        )
        self.garment = nn.Linear(DIMENSION, 1)
        # logarithms of what cosines are multiplied with before the softmax
        self.head_scale = nn.Parameter(torch.tensor(2.8))
        self.contrast_scale = nn.Parameter(torch.tensor(2.8))
        self.register_buffer("queue_images", torch.zeros(QUEUE, DIMENSION))
        self.register_buffer("queue_texts", torch.zeros(QUEUE, DIMENSION))
        self.register_buffer("queue_names", torch.full((QUEUE,), -1))
        for head in [*self.heads.values(), self.garment]:
            nn.init.zeros_(head.bias)  # type: ignore[arg-type]
            nn.init.normal_(head.weight, std=0.06)  # type: ignore[arg-type]

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """Already weighted; their sum is the loss. Moves the queue on."""
        vectors = self.image(batch.pixels)
        named, unnamed = len(batch.names), len(batch.shares)
        scaled = vectors * self.head_scale.exp()
        found = {
            key: WEIGHTS[key]
            * _attribute_loss(self.heads[key](scaled[:named]), codes, SMOOTHING[key])
            for key, codes in batch.codes.items()
        }
        found["coarse"] = torch.zeros(())
        for key, covers in batch.covers.items():
            logits = self.heads[key](scaled[named : named + unnamed])
            own, other = coarse_losses(logits, covers), coarse_losses(logits, batch.second[key])
            mixed = batch.shares * own + (1 - batch.shares) * other
            weight = COARSE * WEIGHTS[key]
            found["coarse"] = found["coarse"] + weight * mixed.sum() / max(1, unnamed)
        logits = self.garment(scaled)[:, 0]
        found["garment"] = GARMENT * F.binary_cross_entropy_with_logits(logits, batch.garment)
        found["contrast"] = CONTRAST * self._contrast(
            vectors[:named], self.text(batch.words), batch.names
        )
        return found

    def _contrast(self, images: Tensor, texts: Tensor, names: Tensor) -> Tensor:
        scale = self.contrast_scale.exp().clamp(max=MOST_CONTRAST)
        known = torch.cat([names, self.queue_names])
        same = names[:, None] == known[None]
        # another photo of the same name is no wrong answer; neither is an empty place
        ignored = same | (known == -1)[None]
        ignored[:, : len(names)].fill_diagonal_(False)
        target = torch.arange(len(names))
        loss = torch.zeros(())
        for one, other, queue in (
            (images, texts, self.queue_texts),
            (texts, images, self.queue_images),
        ):
            logits = scale * one @ torch.cat([other, queue.clone()]).T
            loss = loss + F.cross_entropy(logits.masked_fill(ignored, -1e4), target) / 2
        self._remember(images.detach(), texts.detach(), names)
        return loss

    def _remember(self, images: Tensor, texts: Tensor, names: Tensor) -> None:
        for queue, new in (
            (self.queue_images, images),
            (self.queue_texts, texts),
            (self.queue_names, names),
        ):
            queue.copy_(torch.cat([new, queue])[:QUEUE])


def _attribute_loss(logits: Tensor, codes: Tensor, smoothing: float) -> Tensor:
    if not bool((codes >= 0).any()):
        return logits.sum() * 0
    return F.cross_entropy(logits, codes, ignore_index=-1, label_smoothing=smoothing)


def coarse_loss(logits: Tensor, covers: Tensor) -> Tensor:
    """The mean of `coarse_losses` over the rows that cover anything."""
    return coarse_losses(logits, covers).sum() / covers.any(dim=1).sum().clamp(min=1)


def even_loss(logits: Tensor, covers: Tensor) -> Tensor:
    """Cross-entropy with each class that a coarse label covers as likely as the others it covers;
    the mean over rows, (n, classes), that cover anything."""
    even = covers / covers.sum(dim=1, keepdim=True).clamp(min=1)
    losses = -(even * F.log_softmax(logits, dim=1)).sum(dim=1)
    return losses.sum() / covers.any(dim=1).sum().clamp(min=1)


def coarse_losses(logits: Tensor, covers: Tensor) -> Tensor:
    """(n,): a coarse label's probability is the sum over the classes it covers, (n, classes) True;
    0 for rows that cover nothing."""
    chances = F.log_softmax(logits, dim=1).masked_fill(~covers, -1e4)
    return -torch.logsumexp(chances, dim=1) * covers.any(dim=1)
