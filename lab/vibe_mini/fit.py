"""Fits the heads that are shipped: on unit vectors of the finished towers, which no longer move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lab.vibe_mini.data import COARSE_KEYS, Codes, Corpus, Flags
from lab.vibe_mini.evaluate import Vectors
from lab.vibe_mini.objective import SMOOTHING, coarse_loss, even_loss
from matching.engine.heads import Head, Heads

Floats = npt.NDArray[np.float32]

EPOCHS = 12
BATCH = 512
RATE = 2e-3
WEIGHT_DECAY = 0.05
COARSE_WEIGHT = 0.3
COARSE_BATCH = 128
# A catalogue's T-shirts are men's by four in five, those that people photograph are not, and no
# label says whose they are: so none of the genders that a label allows is likelier than another.
EVEN_WEIGHT = {"gender": 0.1}
GARMENT_DECAY = 1e-6  # towards the detector that it starts from


@dataclass(frozen=True)
class Examples:
    """Rows to fit on. `codes`: attribute -> (n,), -1 unknown; `covers`, attribute -> (k, classes),
    belong to `coarse` (k, d). `shown` are kinds of pictures of garments (products, snapshots,
    street photos' garments, drawn ones), `nothing` kinds of pictures of none (photographs, drawn
    ones, goods), each (m, d)."""

    vectors: Floats
    codes: dict[str, Codes]
    coarse: Floats
    covers: dict[str, Flags]
    shown: list[Floats]
    nothing: list[Floats]


def training_rows(
    vectors: Vectors, corpus: Corpus, views: Sequence[tuple[Floats, Codes]]
) -> Examples:
    """Everything that is not held out; `views` are further vectors of products, by row."""
    products = corpus.products
    rows = np.flatnonzero(~products.held_out)
    parts = [(vectors.products[rows], {key: codes[rows] for key, codes in products.codes.items()})]
    for view, chosen in views:
        parts.append((view, {key: codes[chosen] for key, codes in products.codes.items()}))
    shown = [np.concatenate([part for part, _ in parts])]
    if corpus.demo is not None and vectors.demo is not None:
        drawn = np.flatnonzero(~corpus.demo.held_out)
        parts.append(
            (vectors.demo[drawn], {k: codes[drawn] for k, codes in corpus.demo.codes.items()})
        )
        shown.append(vectors.demo[drawn])
    seen = [
        (part, rows, ~part.held_out)
        for part, rows in ((corpus.snapshots, vectors.snapshots), (corpus.street, vectors.street))
        if part is not None and rows is not None
    ]
    coarse = [rows[kept] for _, rows, kept in seen]
    covers = {
        key: np.concatenate([part.covers[key][kept] for part, _, kept in seen])
        for key in (COARSE_KEYS if seen else ())
    }
    nothing: list[Floats] = []
    if corpus.others is not None and vectors.others is not None:
        rows = np.flatnonzero(~corpus.others.held_out)
        photographs = rows < corpus.others.photographs
        nothing = [vectors.others[rows[photographs]], vectors.others[rows[~photographs]]]
    if corpus.things is not None and vectors.things is not None:
        nothing.append(vectors.things[~corpus.things.held_out])
    return Examples(
        np.concatenate([part for part, _ in parts]),
        {key: np.concatenate([codes[key] for _, codes in parts]) for key in corpus.classes},
        np.concatenate([np.empty((0, vectors.products.shape[1]), np.float32), *coarse]),
        covers,
        [*shown, *coarse],
        nothing,
    )


def fit_heads(
    examples: Examples, classes: Mapping[str, list[str]], start: Mapping[str, Head], seed: int
) -> Heads:
    """Starts from the heads the towers were trained with, which are already good."""
    generator = torch.Generator().manual_seed(seed)
    layers = {key: _layer(start[key]) for key in classes}
    parameters = [value for layer in layers.values() for value in layer.parameters()]
    optimiser = torch.optim.AdamW(parameters, RATE, weight_decay=WEIGHT_DECAY)
    vectors, coarse = torch.from_numpy(examples.vectors), torch.from_numpy(examples.coarse)
    covers = {key: torch.from_numpy(allowed) for key, allowed in examples.covers.items()}
    codes = {key: torch.from_numpy(values) for key, values in examples.codes.items()}
    steps = EPOCHS * -(-len(vectors) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(EPOCHS):
        order = torch.randperm(len(vectors), generator=generator)
        for rows in torch.split(order, BATCH):
            loss = _attributes_loss(
                layers, vectors[rows], {k: value[rows] for k, value in codes.items()}
            )
            if len(coarse):
                some = torch.randint(len(coarse), (COARSE_BATCH,), generator=generator)
                for key, allowed in covers.items():
                    logits = layers[key](coarse[some])
                    loss = loss + COARSE_WEIGHT * coarse_loss(logits, allowed[some])
                    if key in EVEN_WEIGHT:
                        loss = loss + EVEN_WEIGHT[key] * even_loss(logits, allowed[some])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
    fitted = {key: _head(layer, classes[key]) for key, layer in layers.items()}
    return Heads(fitted, fit_garment(examples, start["garment"]))


def _layer(head: Head) -> nn.Linear:
    layer = nn.Linear(head.weight.shape[1], len(head.classes))
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(head.weight))
        layer.bias.copy_(torch.from_numpy(head.bias))
    return layer


def _attributes_loss(
    layers: Mapping[str, nn.Linear], vectors: Tensor, codes: Mapping[str, Tensor]
) -> Tensor:
    total = torch.zeros(())
    for key, layer in layers.items():
        if bool((codes[key] >= 0).any()):
            total = total + F.cross_entropy(
                layer(vectors), codes[key], ignore_index=-1, label_smoothing=SMOOTHING[key]
            )
    return total


def _head(layer: nn.Linear, classes: Sequence[str]) -> Head:
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    return Head(tuple(classes), weight.copy(), bias.copy())


def fit_garment(examples: Examples, start: Head) -> Head | None:
    """Every kind of picture counts the same, however many there are of it; stays near `start`,
    which has learnt with the towers."""
    shown = [part for part in examples.shown if len(part)]
    others = [part for part in examples.nothing if len(part)]
    if not others:
        return None
    sizes = [len(part) for part in [*shown, *others]]
    inputs = torch.from_numpy(np.concatenate([*shown, *others]))
    targets = (torch.arange(len(inputs)) < sum(map(len, shown))).float()
    weights = torch.cat([torch.full((size,), 1 / size) for size in sizes])
    layer, first = _layer(start), torch.from_numpy(start.weight)
    optimiser = torch.optim.LBFGS(layer.parameters(), max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        losses = F.binary_cross_entropy_with_logits(layer(inputs)[:, 0], targets, reduction="none")
        loss = (losses * weights).sum() / len(sizes)
        loss = loss + GARMENT_DECAY * (layer.weight - first).square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    return _head(layer, ["garment"])


def calibrated(heads: Heads, vectors: Floats, codes: Mapping[str, Codes]) -> Heads:
    """Each head as sure of held-out rows, on average, as it is right."""
    cooled = {
        key: head.cooled(head.fair_temperature(vectors, codes[key]))
        for key, head in heads.by_key.items()
    }
    return Heads(cooled, heads.garment)
