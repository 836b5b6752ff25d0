"""Attribute heads: one linear layer per attribute on unit vectors of a frozen backbone."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.engine.arrays import Codes, Floats
from matching.engine.errors import HeadsError

WEIGHTS_FILE = "heads.safetensors"
FINGERPRINT = "fingerprint"
CLASSES_FILE = "heads.json"
GARMENT = "garment"
KIND_COUNTS = 0.9
TEMPERATURES = np.geomspace(0.25, 4.0, 161)


@dataclass(frozen=True)
class Head:
    """`weight` (classes, d) and `bias` (classes,): logits are `weight @ v + bias`, calibrated."""

    classes: tuple[str, ...]
    weight: Floats
    bias: Floats

    def probabilities(self, vectors: Floats) -> Floats:
        """(n, d) unit rows to (n, classes), rows summing to 1."""
        return softmax(vectors @ self.weight.T + self.bias)

    def cooled(self, temperature: float) -> Head:
        """With logits divided by `temperature`: less sure above 1, surer below."""
        cool = np.float32(1 / temperature)
        return Head(self.classes, self.weight * cool, self.bias * cool)

    def fair_temperature(self, vectors: Floats, codes: npt.NDArray[np.integer[Any]]) -> float:
        """The temperature, 0.25 to 4, at which it is as sure of rows (n, d) with class codes (n,),
        -1 unknown, as it is right, on average; 1 if none is known.

        The temperature of the lowest loss leaves what has the least certain labels, such as
        colours, too sure. Source: Clarté et al., "Expectation consistency for calibration of neural
        networks", 2023.
        """
        known = codes >= 0
        if not known.any():
            return 1.0
        logits = vectors[known] @ self.weight.T + self.bias
        accuracy = float((logits.argmax(axis=1) == codes[known]).mean())

        def excess(temperature: float) -> float:
            sure = softmax(logits / np.float32(temperature)).max(axis=1).mean()
            return abs(float(sure) - accuracy)

        return float(min(TEMPERATURES, key=excess))


@dataclass(frozen=True)
class Heads:
    """All heads of one backbone; `garment` is the logit that a picture shows a fashion item."""

    by_key: dict[str, Head]
    garment: Head | None = None
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fingerprint", self._fingerprint())

    def predict(self, vectors: Floats) -> dict[str, Floats]:
        """(n, d) unit rows to attribute key -> (n, classes) probabilities."""
        return {key: head.probabilities(vectors) for key, head in self.by_key.items()}

    def fashion_logits(self, vectors: Floats) -> Floats:
        """(n, d) to (n,): above 0 a fashion item is seen. All inf where no detector was trained."""
        if self.garment is None:
            return np.full(len(vectors), np.inf, np.float32)
        return (vectors @ self.garment.weight.T + self.garment.bias)[:, 0]

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save_file

        about = {FINGERPRINT: self.fingerprint}
        save_file(self._tensors(), folder / WEIGHTS_FILE, metadata=about)
        (folder / CLASSES_FILE).write_text(
            json.dumps({key: head.classes for key, head in self.by_key.items()}, indent=1)
        )

    def _tensors(self) -> dict[str, Floats]:
        named = self.by_key | ({GARMENT: self.garment} if self.garment else {})
        tensors = {f"{key}.weight": head.weight for key, head in named.items()}
        return tensors | {f"{key}.bias": head.bias for key, head in named.items()}

    def _fingerprint(self) -> str:
        digest = hashlib.sha256()
        for name, tensor in sorted(self._tensors().items()):
            digest.update(name.encode() + np.ascontiguousarray(tensor).tobytes())
        classes = {key: head.classes for key, head in self.by_key.items()}
        digest.update(json.dumps(classes, sort_keys=True).encode())
        return digest.hexdigest()[:16]


def load_heads(folder: Path) -> Heads:
    """Reads `heads.safetensors` and `heads.json`, which must be as they were written. Raises
    HeadsError."""
    from safetensors import SafetensorError, safe_open
    from safetensors.numpy import load_file

    try:
        classes = json.loads((folder / CLASSES_FILE).read_text())
        tensors = load_file(folder / WEIGHTS_FILE)
        with safe_open(folder / WEIGHTS_FILE, "numpy") as file:
            written = (file.metadata() or {}).get(FINGERPRINT)
        by_key = {key: _head(tensors, key, names) for key, names in classes.items()}
        garment = _head(tensors, GARMENT, ["garment"]) if f"{GARMENT}.weight" in tensors else None
    except FileNotFoundError as error:
        raise HeadsError(f"There are no heads in {folder}.") from error
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise HeadsError(f"The heads in {folder} are damaged; train them again.") from error
    heads = Heads(by_key, garment)
    if written not in (None, heads.fingerprint):  # an earlier release kept none
        raise HeadsError(f"The heads in {folder} are damaged; train them again.")
    return heads


def _head(tensors: dict[str, Floats], key: str, classes: list[str]) -> Head:
    weight, bias = tensors[f"{key}.weight"], tensors[f"{key}.bias"]
    if weight.ndim != 2 or weight.shape[0] != len(classes) or bias.shape != (len(classes),):
        raise ValueError(f"{key}: {weight.shape} weights for {len(classes)} classes")
    return Head(tuple(classes), weight.astype(np.float32), bias.astype(np.float32))


def of_kind(probabilities: Floats, shares: Floats) -> Floats:
    """(classes,) probabilities of a garment cut out of a photo, of which a finder says that it is
    of a kind; `shares` (classes,), 0 to 1, of the photos of each class are of that kind.

    Both are right more often than either: the finder sees what is around the part.
    """
    told = probabilities * (1 - KIND_COUNTS + KIND_COUNTS * shares)
    return np.asarray(told / told.sum(), np.float32)


def softmax(logits: Floats) -> Floats:
    """Along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    normalised: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return normalised


# What the catalogue's own labels add to the heads. Measured on products never seen in training,
# half and half: item type .857 to .865, gender .898 to .910, season .731 to .749, style .908 to
# .916. A snapshot finds no product as near as a product photo does, and there the heads know better
# (coarse item type of 4,422 snapshots: half and half loses .04, weighed by nearness nothing).
VOTERS = 30
VOTE_SHARPNESS = 0.02
MOST_VOTE_SHARE = 0.5


def vote(similarities: Floats, codes: Codes, classes: int) -> Floats | None:
    """What the nearest products say: (m,) cosines and (m,) class codes (-1 unknown) to (classes,).

    Weights are exp((cosine - best) / VOTE_SHARPNESS). None if no neighbour has a label.
    """
    known = codes >= 0
    if not known.any():
        return None
    weights = np.exp((similarities[known] - similarities[known].max()) / VOTE_SHARPNESS)
    shares: Floats = votes(weights[None], codes[known][None], classes)[0]
    return shares


def votes(weights: Floats, codes: Codes, classes: int) -> Floats:
    """Shares (n, classes) of the labels of n rows' neighbours, by the weights (n, m) and class
    codes (n, m) of these; -1 is unknown. Zeros where none has a label."""
    size = len(codes)
    known = (codes >= 0) & (weights > 0)
    flat = (np.arange(size)[:, None] * classes + codes)[known]
    counted = np.bincount(flat, weights=weights[known], minlength=size * classes)
    counted = counted.reshape(size, classes)
    totals = np.maximum(counted.sum(axis=1, keepdims=True), 1e-9)
    shares: Floats = (counted / totals).astype(np.float32)
    return shares


def vote_share(best: float, near: float) -> float:
    """What the votes count, 0 to one half: less, the less alike the best neighbour (cosine `best`)
    is than products of this catalogue are to each other (cosine `near`)."""
    return float(MOST_VOTE_SHARE / (1 + np.exp(-(best - near) / VOTE_SHARPNESS)))


def mix(probabilities: Floats, votes: Floats | None, share: float) -> Floats:
    """Heads and votes; the heads alone where nobody voted. Both (classes,)."""
    if votes is None:
        return probabilities
    mixed: Floats = (1 - share) * probabilities + share * votes
    return mixed
