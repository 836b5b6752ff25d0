"""Vectors of photos and texts, by the network that the live index was built with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching import runtime
from matching.engine.arrays import Floats
from matching.engine.backbone import Backbone
from matching.search.refusals import WishError
from pictures import PictureError


@dataclass(frozen=True)
class Embedded:
    """Rows of unit length, float32 (n, d): `photos`, each as a whole, and `texts`."""

    backbone: Backbone
    photos: Floats
    texts: Floats


def embed(photos: Sequence[bytes], texts: Sequence[str]) -> Embedded:
    """Raises PictureError for a photo that cannot be used, WishError where the network reads no
    texts, and NotReadyError if there is no index."""
    backbone = runtime.live().backbone
    if texts and not backbone.has_text:
        raise WishError("no_text_tower")
    none = np.empty((0, backbone.dimension), np.float32)
    rows = _rows_of(backbone, photos)
    return Embedded(
        backbone,
        np.stack(rows) if rows else none,
        backbone.embed_texts(texts) if texts else none,
    )


def _rows_of(backbone: Backbone, photos: Sequence[bytes]) -> list[Floats]:
    rows: list[Floats] = []
    for number, row in backbone.embed_stream(enumerate(photos, start=1)):
        if isinstance(row, PictureError):
            raise PictureError(row.code, f"Photo {number}: {row}") from row
        rows.append(row)
    return rows
