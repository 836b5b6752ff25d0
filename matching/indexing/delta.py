"""What has changed since the live index was built, read from the rows before each search."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import numpy as np

from catalog import changes
from matching.engine.arrays import Floats, Ids
from matching.engine.generation import CHANGES
from matching.engine.overlay import Delta, no_delta, overlaid, renewed
from matching.indexing.embed import load_vectors, with_further
from matching.indexing.labels import describe_few
from matching.runtime import Live

# Changes that are read in one go: a search waits for so many at most, which takes some 50 ms.
CHUNK = 500


@dataclass(frozen=True)
class _Followed:
    """`built` with all changes up to `number` in `delta`; `live` is the two together."""

    built: Live
    number: int
    delta: Delta
    live: Live


_lock = threading.Lock()
_followed: _Followed | None = None


def with_changes(built: Live) -> Live:
    """What was built, with every change that is committed by now. Of several threads one reads what
    is new, and the others answer by what was known before."""
    global _followed
    known = _followed
    is_first = known is None or known.built is not built
    if not _lock.acquire(blocking=is_first):
        return known.live if known else built
    try:
        if _followed is None or _followed.built is not built:
            _followed = _caught_up(_begun(built))
        else:
            _followed = _next(_followed)
        return _followed.live
    finally:
        _lock.release()


def size(built: Live) -> int:
    """How many products are other than they were built."""
    with_changes(built)
    return len(_followed.delta) if _followed else 0


def _begun(built: Live) -> _Followed:
    number = built.generation.manifest.get(CHANGES, 0)
    return _Followed(built, number, no_delta(built.generation), built)


def _caught_up(followed: _Followed) -> _Followed:
    while (later := _next(followed)) is not followed:
        followed = later
    return followed


def _next(followed: _Followed) -> _Followed:
    """After the next changes; the same if there are none."""
    changed = changes.newer_than(followed.number, CHUNK)
    if not changed:
        return followed
    ids = np.array(sorted(product_id for product_id, _ in changed), np.int64)
    built, delta = followed.built, _renewed(followed, ids)
    number = max(number for _, number in changed)
    live = replace(built, generation=overlaid(built.generation, delta)) if len(delta) else built
    return _Followed(built, number, delta, live)


def _renewed(followed: _Followed, ids: Ids) -> Delta:
    generation = followed.built.generation
    found, vectors = load_vectors(followed.built.backbone, ids.tolist())
    predictions = generation.heads.predict(vectors)
    catalogue = describe_few(found, followed.delta.catalogue, predictions)
    style = predictions.get(catalogue.style, _no_style(found))
    owners, photos = with_further(followed.built.backbone, found, vectors, ids.tolist())
    style = style[np.searchsorted(found, owners)]
    return renewed(generation, followed.delta, ids, catalogue, owners, photos, style)


def _no_style(ids: Ids) -> Floats:
    return np.empty((len(ids), 0), np.float32)
