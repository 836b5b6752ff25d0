"""What sentences ask for that no list of words has: the values of the phrases nearest to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matching.engine.arrays import Floats

FILE = "meanings.npz"
Values = dict[str, tuple[str, ...]]

SURE = 0.55  # cosine to the nearest phrase from which on a sentence means something
NEAR = 0.04  # what phrases may be less like it than the nearest one is
MOST = 8  # phrases that are listened to


@dataclass(frozen=True)
class Meanings:
    """`vectors` (p, d), unit rows of phrases by the encoder of that fingerprint; `values`: what
    each phrase asks for, attribute key -> values."""

    encoder: str
    vectors: Floats
    values: Sequence[Values]

    def of(self, sentence: Floats, sure: float = SURE) -> Values:
        """What a sentence, (d,), asks for: attribute key -> values; nothing where the cosine to
        the nearest phrase is below `sure`. That phrase says which attributes it is about; of these
        others that are nearly as near add their values."""
        if not len(self.vectors):
            return {}
        cosines = self.vectors @ sentence
        order = np.argsort(-cosines, kind="stable")[:MOST]
        best = float(cosines[order[0]])
        if best < sure:
            return {}
        found: Values = {key: () for key in self.values[order[0]]}
        for row in order[cosines[order] >= best - NEAR].tolist():
            for key in found.keys() & self.values[row].keys():
                found[key] = tuple(dict.fromkeys((*found[key], *self.values[row][key])))
        return found

    def save(self, path: Path) -> None:
        values: Any = np.array(json.dumps([*self.values]))
        vectors = self.vectors.astype(np.float16)
        np.savez(path, vectors=vectors, values=values, encoder=np.array(self.encoder))


def load_meanings(path: Path) -> Meanings | None:
    """None where a generation was built without any."""
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as arrays:
        read = json.loads(str(arrays["values"]))
        values = [{key: tuple(names) for key, names in one.items()} for one in read]
        return Meanings(str(arrays["encoder"]), arrays["vectors"].astype(np.float32), values)
