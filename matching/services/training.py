"""Trains the heads on the catalogue's labels and keeps them with their figures and plots."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from catalog.jobs import JobError, Report
from matching import runtime
from matching.engine.backbone import Backbone
from matching.engine.calibration import DEFAULT_TWIN_COSINE
from matching.engine.errors import EngineError, HeadsError
from matching.engine.heads import Heads, load_heads
from matching.engine.plots import save_confusion_matrix
from matching.engine.training import Trained, near_duplicate_groups
from matching.engine.training import train_heads as fit
from matching.engine.versions import write_version
from matching.services.embedding import embed_catalogue, load_vectors
from matching.services.labels import merchant_labels


def train_heads(report: Report, *, backbone: str | None = None, seed: int = 0) -> dict[str, Any]:
    """Embeds what is missing, trains every head, writes a new version of them and makes it current.

    Returns version, folder, products, figures per attribute, skipped attributes, the counts of the
    embedding, and seconds. Raises JobError.
    """
    started = time.monotonic()
    try:
        vision = runtime.get_backbone(backbone)
        counts = embed_catalogue(vision, report)
        ids, vectors = load_vectors(vision)
        if not len(ids):
            raise JobError(
                "There is no product with a photo to learn from. "
                "Run: python manage.py import_products FOLDER"
            )
        report.progress(0, None, "grouping near-duplicates")
        trained = fit(
            vectors,
            merchant_labels(ids),
            near_duplicate_groups(vectors, DEFAULT_TWIN_COSINE),
            seed=seed,
            prior=_prior(vision),
            on_progress=lambda done, total: report.progress(done, total, "training"),
        )
        number = _keep(vision, trained, report)
    except EngineError as error:
        raise JobError(str(error)) from error
    return {
        "version": number,
        "folder": str(runtime.heads_root(vision) / str(number)),
        "products": len(ids),
        "figures": trained.figures,
        "skipped": trained.skipped,
        **vars(counts),
        "seconds": round(time.monotonic() - started, 1),
    }


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
