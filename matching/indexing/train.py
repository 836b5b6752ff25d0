"""Trains the heads on the catalogue's labels and keeps them with their figures and plots."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobs.queue import JobError, Report
from matching import runtime
from matching.engine.arrays import Floats, Ids
from matching.engine.backbone import Backbone
from matching.engine.errors import EngineError, HeadsError
from matching.engine.heads import Heads, load_heads
from matching.engine.learning.calibration import DEFAULT_TWIN_COSINE
from matching.engine.learning.negatives import detector_for
from matching.engine.learning.plots import save_confusion_matrix
from matching.engine.learning.training import Trained, fit_heads, near_duplicate_groups
from matching.engine.needs import require
from matching.engine.versions import write_version
from matching.indexing.embed import embed_catalogue, load_vectors
from matching.indexing.labels import merchant_labels
from matching.indexing.zero_shot import ALL, Named, check_text_tower, name_by_words, with_words

WITHOUT_LABELS = "To go without labels: python manage.py train_heads --zero-shot"
KEPT = "too few labels, so the head that came with the backbone is kept"
# Where the garment detector is from.
BUNDLED, MADE, NONE = "bundled", "made", "none"


def train_heads(
    report: Report, *, backbone: str | None = None, seed: int = 0, zero_shot: str | None = None
) -> dict[str, Any]:
    """Embeds what is missing, trains every head, writes a new version of them and makes it current.

    `zero_shot` "lacking" makes heads of words for attributes that have too few labels and no head
    that came with the backbone; "all" makes them for all attributes and learns from no label.

    Returns version, folder, products, figures per attribute, skipped attributes, attributes named
    by words, what became of the garment detector, attributes of lowered confidence, the counts of
    the embedding, and seconds.
    Raises JobError.
    """
    started = time.monotonic()
    try:
        require("Training", "torch", "matplotlib")
        vision = runtime.get_backbone(backbone)
        if zero_shot:
            check_text_tower(vision)
        counts = embed_catalogue(vision, report)
        ids, vectors = _vectors(vision)
        trained = _fit(vision, ids, vectors, seed, zero_shot, report)
        named = _name(vision, ids, vectors, trained, zero_shot, report)
        trained = with_words(trained, named)
        garment, trained = _with_detector(vision, vectors, trained, seed, report)
        number = _keep(vision, trained, report)
    except EngineError as error:
        raise JobError(str(error)) from error
    return {
        "version": number,
        "folder": str(runtime.heads_root(vision) / str(number)),
        "products": len(ids),
        "figures": trained.figures,
        "skipped": trained.skipped,
        "named_by_words": {key: len(head.classes) for key, head in named.heads.items()},
        "garment": garment,
        "doubted": trained.doubted,
        **vars(counts),
        "seconds": round(time.monotonic() - started, 1),
    }


def _vectors(backbone: Backbone) -> tuple[Ids, Floats]:
    ids, vectors = load_vectors(backbone)
    if not len(ids):
        raise JobError(
            "There is no product with a photo to learn from. "
            "Run: python manage.py import_products FOLDER"
        )
    return ids, vectors


def _fit(
    backbone: Backbone,
    ids: Ids,
    vectors: Floats,
    seed: int,
    zero_shot: str | None,
    report: Report,
) -> Trained:
    prior = _prior(backbone)
    untrained = _untrained(prior or Heads({}))
    if zero_shot == ALL:
        return untrained
    report.progress(0, None, "grouping near-duplicates")
    try:
        return fit_heads(
            vectors,
            merchant_labels(ids),
            near_duplicate_groups(vectors, DEFAULT_TWIN_COSINE),
            seed=seed,
            prior=prior,
            on_progress=lambda done, total: report.progress(done, total, "training"),
        )
    except HeadsError as error:
        if zero_shot:
            return untrained
        raise HeadsError(f"{error} {WITHOUT_LABELS}") from error


def _untrained(prior: Heads) -> Trained:
    return Trained(prior, {}, {}, dict.fromkeys(prior.by_key, KEPT))


def _name(
    backbone: Backbone,
    ids: Ids,
    vectors: Floats,
    trained: Trained,
    zero_shot: str | None,
    report: Report,
) -> Named:
    if not zero_shot:
        return Named()
    report.progress(0, None, "reading words")
    besides = () if zero_shot == ALL else trained.heads.by_key
    return name_by_words(backbone, ids, vectors, besides=besides)


def _with_detector(
    backbone: Backbone, vectors: Floats, trained: Trained, seed: int, report: Report
) -> tuple[str, Trained]:
    """Heads always know what is no garment, if there are photos enough to tell."""
    if trained.heads.garment is not None:
        return BUNDLED, trained
    report.progress(0, None, "learning what is no garment")
    garment = detector_for(backbone, vectors, seed)
    heads = Heads(trained.heads.by_key, garment)
    return (MADE if garment else NONE), replace(trained, heads=heads)


def _prior(backbone: Backbone) -> Heads | None:
    """The heads that came with the backbone, not those trained last: the same catalogue and seed
    give the same heads however often it is trained."""
    try:
        return load_heads(backbone.folder)
    except HeadsError:
        return None


def _keep(backbone: Backbone, trained: Trained, report: Report) -> int:
    def write(folder: Path) -> None:
        trained.heads.save(folder)
        (folder / "figures.json").write_text(json.dumps(trained.figures, indent=1))
        for at, (key, (probabilities, codes)) in enumerate(trained.validation.items()):
            report.progress(at, len(trained.validation), "drawing")
            classes = trained.heads.by_key[key].classes
            path = folder / f"confusion-{key}.png"
            save_confusion_matrix(path, probabilities, codes, classes, title=key)

    return write_version(runtime.heads_root(backbone), write)
