"""Builds a new generation of the index beside the live one and switches to it."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext
from PIL import Image

from catalog import changes
from catalog.attributes import Meaning, key_of, roles
from catalog.models import Product
from catalog.reading import reader
from jobs.queue import JobError, Report
from matching import runtime
from matching.engine import versions
from matching.engine.arrays import Floats, Ids
from matching.engine.backbone import Backbone
from matching.engine.backends import HybridIndex, backend, chosen
from matching.engine.errors import EngineError
from matching.engine.generation import CHANGES, Catalogue, read_manifest, write_generation
from matching.engine.heads import Heads
from matching.engine.learning.calibration import (
    SAMPLE,
    chance_and_near_cosine,
    twin_cosine,
    weak_cosine,
)
from matching.engine.likeness import Likeness, measured
from matching.indexing.canaries import check_heads, check_own_photos
from matching.indexing.embed import embed_catalogue, load_vectors, photos_of, with_further
from matching.indexing.kinds import kinds_of_types
from matching.indexing.labels import describe_catalogue, store_predictions
from matching.indexing.meanings import meanings_of
from pictures import PictureError

# Fewer labelled products than this know less than the heads do.
MIN_VOTERS = 2000
CHUNK = 4096


def build_index(
    report: Report,
    *,
    backbone: str | None = None,
    if_needed: bool = False,
    accept_heads: bool = False,
) -> dict[str, Any]:
    """Embeds, predicts, writes a generation and makes it live, unless a canary stops it;
    `accept_heads`: the heads may see something else than those before.

    Returns generation, products, embedded, cached, copied, unreadable, predicted and seconds; with
    `if_needed` also `why` a build was due, or, if none was, just the live generation and `current`
    true. Raises JobError.
    """
    started = time.monotonic()
    try:
        vision = runtime.get_backbone(backbone)
        heads = runtime.get_heads(vision)
        why = stale_reasons(vision, heads) if if_needed else []
        if if_needed and not why:
            number = versions.current_number(runtime.index_root())
            return {"generation": number, "current": True}
        # What changes from here on is laid over the new index, whether or not it is in it too.
        seen = changes.newest()
        counts = embed_catalogue(vision, report)
        ids, vectors = _vectors(vision)
        if not accept_heads:
            check_heads(vision, heads, vectors)
        result = _write(vision, heads, seen, (ids, vectors), report)
    except (EngineError, PictureError) as error:
        raise JobError(str(error)) from error
    seconds = round(time.monotonic() - started, 1)
    return result | vars(counts) | {"why": why, "seconds": seconds}


def stale_reasons(backbone: Backbone, heads: Heads) -> list[str]:
    """Why a build would bring another index than the live one, in words; none if it would not."""
    number = versions.current_number(runtime.index_root())
    if number is None:
        return [gettext("There is no index yet.")]
    try:
        manifest = read_manifest(runtime.index_root(), number)
    except EngineError as error:
        return [str(error)]
    now = _state(backbone, heads)
    played = {role: manifest.get(role, "") for role in now["roles"]}
    built = {"roles": played, "sentences": ""} | manifest.get("state", {})
    return [words for key, words in _changes().items() if built.get(key) != now[key]]


def _changes() -> dict[str, str]:
    return {
        "backbone": gettext("The index was built with another backbone."),
        "heads": gettext("The index was built with other heads."),
        "roles": gettext("Another attribute is the gate or the style now."),
        "sentences": gettext("The index was built with another sentence encoder, or without one."),
        "products": gettext("Products were added, removed, activated or deactivated since."),
        "changed": gettext("Products were changed since the index was built."),
    }


def _state(backbone: Backbone, heads: Heads) -> dict[str, Any]:
    """What a build depends on, in a few figures that are quick to ask for."""
    shown = Product.objects.active().with_photo()
    newest = Product.objects.order_by("-updated_at").values_list("updated_at", flat=True).first()
    return {
        "backbone": backbone.fingerprint,
        "heads": heads.fingerprint,
        "roles": roles(),
        "sentences": sentences.fingerprint if (sentences := runtime.get_sentences()) else "",
        "products": shown.count(),
        "changed": newest.isoformat() if newest else "",
    }


def _vectors(backbone: Backbone) -> tuple[Ids, Floats]:
    ids, vectors = load_vectors(backbone)
    if not len(ids):
        raise JobError(
            "The catalogue has no active product with a photo. "
            "Run: python manage.py import_products FOLDER, or: python manage.py load_demo"
        )
    return ids, vectors


def _write(
    backbone: Backbone, heads: Heads, seen: int, embedded: tuple[Ids, Floats], report: Report
) -> dict[str, Any]:
    state, (ids, vectors) = _state(backbone, heads), embedded
    report.progress(0, len(ids), "predicting")
    predictions = _predict(heads, vectors, report)
    catalogue = describe_catalogue(ids, heads, predictions)
    catalogue = replace(catalogue, kinds=kinds_of_types(catalogue, report))
    style = predictions.get(catalogue.style, np.empty((len(ids), 0), np.float32))
    predicted = store_predictions(catalogue, predictions)
    owners, photos = with_further(backbone, ids, vectors)
    of_each = style[np.searchsorted(ids, owners)]
    name = chosen(settings.VECTOR_BACKEND, len(ids), settings.GRAPH_FROM)
    index = backend(name).build(owners, photos, of_each)
    check_own_photos(backbone, index, ids)
    thresholds = _thresholds(backbone, catalogue, vectors, index)
    number = write_generation(
        runtime.index_root(),
        index=index,
        catalogue=catalogue,
        heads=heads,
        backbone=backbone.folder,
        meanings=meanings_of(reader().vocabulary, runtime.get_sentences()),
        facts={
            "backbone": backbone.name,
            "backbone_fingerprint": backbone.fingerprint,
            "state": state,
            CHANGES: seen,
            **thresholds,
            "voting": [
                key for key, codes in catalogue.merchant.items() if (codes >= 0).sum() >= MIN_VOTERS
            ],
        },
    )
    _forget_changes()
    return {"generation": number, "products": len(ids), "predicted": predicted}


def _thresholds(
    backbone: Backbone, catalogue: Catalogue, vectors: Floats, index: HybridIndex
) -> dict[str, Any]:
    """How alike is alike, to this backbone and in this catalogue."""
    chance, near = chance_and_near_cosine(index, vectors)
    twin, weak = twin_cosine(backbone, _some_photos(catalogue.ids)), weak_cosine(chance, near)
    kinds, colours = (
        catalogue.codes.get(key_of(meaning)) for meaning in (Meaning.KIND, Meaning.COLOUR)
    )
    likeness = measured(vectors, kinds, colours, Likeness(twin, near, weak))
    return {
        "twin_cosine": twin,
        "near_cosine": near,
        "weak_cosine": weak,
        "likeness": asdict(likeness),
    }


def _forget_changes() -> None:
    """Those that no generation that is kept could still be asked to lay over itself."""
    root = runtime.index_root()
    kept = [_changes_of(number) for number in versions.numbers(root)]
    changes.forget_until(min(kept))


def _changes_of(number: int) -> int:
    try:
        return int(read_manifest(runtime.index_root(), number).get(CHANGES, 0))
    except EngineError:
        return 0  # It is damaged, and may be mended.


def _predict(heads: Heads, vectors: Floats, report: Report) -> dict[str, Floats]:
    parts: list[dict[str, Floats]] = []
    for start in range(0, len(vectors), CHUNK):
        parts.append(heads.predict(vectors[start : start + CHUNK]))
        report.progress(min(start + CHUNK, len(vectors)), len(vectors), "predicting")
    return {key: np.concatenate([part[key] for part in parts]) for key in heads.by_key}


def _some_photos(ids: Ids) -> list[Image.Image]:
    return [photo for _pk, photo in photos_of(np.random.default_rng(0).permutation(ids)[:SAMPLE])]
