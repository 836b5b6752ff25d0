"""Whether a backbone's image tower may run in 8-bit integers, decided by trying it on pictures."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matching.engine.arrays import Floats
from matching.engine.backbone import Backbone, Picture, open_session
from matching.engine.errors import BackboneError
from matching.engine.installing.export import write_manifest
from pictures import PictureError

LEAST_COSINE = 0.99
LEAST_AGREEMENT = 0.95
LEAST_GAIN = 1.1
TOP = 3
BATCH = 16


@dataclass(frozen=True)
class Int8Trial:
    """`cosine`: the lowest of any picture to fp32; `agreement`: share of pictures whose nearest
    three others stay the same; `gain`: how many times faster. `kept`: int8 took its place."""

    pictures: int
    cosine: float
    agreement: float
    gain: float
    kept: bool


def quantize_images(
    folder: Path, pictures: Sequence[Picture], *, only_if_faster: bool = False
) -> Int8Trial:
    """Replaces `image.onnx` of a complete backbone folder by its int8 form where that holds:
    cosines above 0.99 and the same nearest three in 95 % of the pictures."""
    backbone = Backbone(folder)
    pixels = _pixels(backbone, pictures)
    if len(pixels) <= TOP + 1:
        raise BackboneError("There are too few pictures to try int8 on.")
    draft = folder / "image.int8.onnx"
    try:
        _quantize(folder / "image.onnx", draft)
        full, full_seconds = _run(folder / "image.onnx", pixels)
        small, small_seconds = _run(draft, pixels)
        trial = _judge(full, small, full_seconds / small_seconds, only_if_faster)
        if trial.kept:
            os.replace(draft, folder / "image.onnx")
            _note(folder)
    finally:
        draft.unlink(missing_ok=True)
    return trial


def _judge(full: Floats, small: Floats, gain: float, only_if_faster: bool) -> Int8Trial:
    cosine = float((full * small).sum(axis=1).min())
    agreement = float((nearest(full) == nearest(small)).all(axis=1).mean())
    holds = cosine > LEAST_COSINE and agreement >= LEAST_AGREEMENT
    kept = holds and (gain >= LEAST_GAIN or not only_if_faster)
    return Int8Trial(len(full), cosine, agreement, gain, kept)


def nearest(vectors: Floats) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """For each row (n, d) the three other rows nearest to it, as ascending numbers (n, 3)."""
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
    return np.sort(best, axis=1).astype(np.int64)


def _pixels(backbone: Backbone, pictures: Sequence[Picture]) -> Floats:
    found = [backbone.prepare(picture) for picture in pictures]
    return np.stack([one for one in found if not isinstance(one, PictureError)])


def _run(path: Path, pixels: Floats) -> tuple[Floats, float]:
    """Rows (n, d) and the seconds they took once the model was loaded."""
    session = open_session(path)
    session.run(["embedding"], {"pixel_values": pixels[:BATCH]})
    started, rows = time.perf_counter(), []
    for start in range(0, len(pixels), BATCH):
        batch = {"pixel_values": pixels[start : start + BATCH]}
        rows.append(session.run(["embedding"], batch)[0])
    return np.concatenate(rows), time.perf_counter() - started


def _quantize(source: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)  # it advises through the root logger
    try:
        # Convolutions stay as they are: quantised while they run, they are slower than before.
        quantize_dynamic(
            str(source),
            str(target),
            op_types_to_quantize=["MatMul", "Gemm"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )
    finally:
        logging.getLogger().setLevel(level)


def _note(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    write_manifest(folder, manifest | {"precision": "int8"})
