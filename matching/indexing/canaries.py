"""What a build must pass before it goes live. Each raises JobError; the index before stays."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from django.utils.translation import gettext

from jobs.queue import JobError
from matching import runtime
from matching.engine.arrays import Floats, Ids
from matching.engine.backbone import Backbone
from matching.engine.backends import HybridIndex
from matching.engine.heads import Head, Heads
from matching.indexing.embed import photos_of

# Of so many photos so large a share must find itself, or one that is as good as the same.
CANARIES, MOST_OF_THEM, ALIKE = 20, 0.8, 0.99
# So large a share of so many products, where there are, is still what it was before.
COMPARED, FEWEST, AGREE = 2000, 50, 0.5


def check_own_photos(backbone: Backbone, index: HybridIndex, ids: Ids) -> None:
    """A sample of its own photos, embedded once more, must find itself."""
    sample = np.random.default_rng(1).permutation(ids)[:CANARIES]
    no_style, tried, found = np.zeros(index.style_width, np.float32), 0, 0
    for pk, photo in photos_of(sample):
        near, cosines = index.search(backbone.embed_image(photo), no_style, 1.0, 1)
        tried += 1
        found += pk in near.tolist() or float(cosines[0]) >= ALIKE
    if found < tried * MOST_OF_THEM:
        text = gettext(
            "The new index finds %(found)s of %(tried)s of its own photos and does not go live; "
            "the one before stays. Install the backbone again, then build again."
        )
        raise JobError(text % {"found": found, "tried": tried})


def check_heads(backbone: Backbone, heads: Heads, vectors: Floats) -> None:
    """They must agree with those of the index that is live: heads that see something else in half
    of the products were damaged, or trained on labels that were."""
    before = _heads_before(backbone)
    if before is None or before.fingerprint == heads.fingerprint:
        return
    sample = np.random.default_rng(2).permutation(len(vectors))[:COMPARED]
    for key, share in agreement(before.by_key, heads.by_key, vectors[sample]).items():
        if share < AGREE:
            text = gettext(
                "The new heads see the same %(attribute)s as those before in %(share)d of 100 "
                "products only, and do not go live; the index before stays. Go back to earlier "
                "heads in the model room; or, where this is right, run: python manage.py "
                "build_index --accept-heads"
            )
            raise JobError(text % {"attribute": key, "share": round(100 * share)})


def agreement(
    before: Mapping[str, Head], now: Mapping[str, Head], vectors: Floats
) -> dict[str, float]:
    """Attribute key to the share of vectors (n, d) for which both name the same value, among those
    whose value both know; without attributes of which that are too few."""
    shares = {}
    for key in before.keys() & now.keys():
        first, second = (np.array(one[key].classes, object) for one in (before, now))
        named = first[before[key].probabilities(vectors).argmax(axis=1)]
        is_known = np.isin(named.astype(str), second.astype(str))
        if is_known.sum() >= FEWEST:
            named_now = second[now[key].probabilities(vectors[is_known]).argmax(axis=1)]
            shares[key] = float((named[is_known] == named_now).mean())
    return shares


def _heads_before(backbone: Backbone) -> Heads | None:
    """Of the index that is live, if it was built with the same backbone."""
    try:
        before = runtime.built()
    except runtime.NotReadyError:
        return None
    is_same = before.backbone.fingerprint == backbone.fingerprint
    return before.generation.heads if is_same else None
