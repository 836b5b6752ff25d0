"""Names what no label teaches by words: the values of an attribute, read by the text tower."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from catalog.models import Attribute
from matching.engine.arrays import Codes, Floats, Ids
from matching.engine.backbone import Backbone
from matching.engine.errors import BackboneError, HeadsError
from matching.engine.heads import Head, Heads
from matching.engine.learning.training import MIN_LABELS, Trained
from matching.engine.learning.zero_shot import directions, zero_shot_head
from matching.engine.metrics import summarise
from matching.indexing.labels import merchant_labels

LACKING, ALL = "lacking", "all"
MODES = (LACKING, ALL)


@dataclass
class Named:
    """`heads`: attribute -> head of words. Where the shop has labels, `validation` (probabilities,
    codes) and `figures` tell how it agrees with them."""

    heads: dict[str, Head] = field(default_factory=dict)
    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    validation: dict[str, tuple[Floats, Codes]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


def check_text_tower(backbone: Backbone) -> None:
    if not backbone.has_text:
        raise BackboneError(
            f"The backbone {backbone.name} has no text tower, so it cannot learn from words alone: "
            "give products labels and train without --zero-shot, or choose another --backbone."
        )


def name_by_words(
    backbone: Backbone, ids: Ids, vectors: Floats, *, besides: Iterable[str] = ()
) -> Named:
    """A head for each attribute but those in `besides`, from all values that the shop knows.

    `vectors` (n, d) are those of the products `ids` (n,).
    """
    named, done = Named(), set(besides)
    values = {
        attribute: sorted(attribute.values.values_list("value", flat=True))
        for attribute in Attribute.objects.exclude(key__in=done)
    }
    labels = merchant_labels(ids, {key.key: tuple(names) for key, names in values.items()})
    for attribute, names in values.items():
        if len(names) < 2:
            named.skipped[attribute.key] = "fewer than two values to choose from"
            continue
        about = attribute.meaning or attribute.role
        rows = directions(backbone.embed_texts, about, attribute.label, names)
        _add(named, attribute.key, rows, vectors, tuple(names), labels[attribute.key].codes)
    if not (named.heads or done):
        raise HeadsError("There is no attribute with values to name by words.")
    return named


def _add(
    named: Named, key: str, rows: Floats, vectors: Floats, classes: tuple[str, ...], codes: Codes
) -> None:
    known = codes >= 0
    enough = known.sum() >= MIN_LABELS and len(np.unique(codes[known])) > 1
    head = zero_shot_head(classes, rows, vectors, codes if enough else None)
    named.heads[key] = head
    if enough:
        pair = head.probabilities(vectors[known]), codes[known]
        named.validation[key] = pair
        named.figures[key] = summarise(*pair) | {"classes": len(classes)}


def with_words(trained: Trained, named: Named) -> Trained:
    """What was trained, with the heads of words in their places."""
    reasons = {key: why for key, why in trained.skipped.items() if key not in named.heads}
    return replace(
        trained,
        heads=Heads(trained.heads.by_key | named.heads, trained.heads.garment),
        figures=trained.figures | named.figures,
        validation=trained.validation | named.validation,
        skipped=reasons | named.skipped,
    )
