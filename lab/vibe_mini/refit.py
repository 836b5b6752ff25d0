"""Fits the heads of a finished backbone anew, on further pictures; its towers stay as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from lab.vibe_mini.data import Corpus
from lab.vibe_mini.evaluate import Figures, Vectors, embed, measure
from lab.vibe_mini.export import FIGURES
from lab.vibe_mini.fit import calibrated, fit_heads, training_rows
from matching.engine.artifact import MANIFEST, digests_of
from matching.engine.backbone import Backbone
from matching.engine.heads import GARMENT, Heads, load_heads


def refit(folder: Path, corpus: Corpus, seed: int, report: Callable[[str], None]) -> Figures:
    """Heads, figures and digests of `folder` are replaced. Returns the figures."""
    report("embedding")
    vectors = embed(Backbone(folder), corpus)
    report("fitting the heads")
    before = load_heads(folder)
    heads = _fitted(before, vectors, corpus, seed)
    heads.save(folder)
    figures = measure(vectors, heads, corpus)
    report(json.dumps({"before": measure(vectors, before, corpus), "after": figures}))
    (folder / FIGURES).write_text(json.dumps(figures, indent=1))
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["sha256"] = digests_of(folder)
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
    return figures


def _fitted(before: Heads, vectors: Vectors, corpus: Corpus, seed: int) -> Heads:
    start = dict(before.by_key)
    if before.garment is not None:
        start[GARMENT] = before.garment
    heads = fit_heads(training_rows(vectors, corpus, []), corpus.classes, start, seed)
    out = corpus.products.held_out
    codes = {key: values[out] for key, values in corpus.products.codes.items()}
    return calibrated(heads, vectors.products[out], codes)
