"""Fits the garment detector of a finished backbone folder anew; nothing else of it changes.

python -m matching.engine.vibe_mini.garment FOLDER --data ... [--snapshots ...]
    [--no-garment ...] [--demo ...]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from matching.engine.backbone import Backbone
from matching.engine.errors import HeadsError
from matching.engine.heads import WEIGHTS_FILE, Heads, load_heads
from matching.engine.vibe_mini.data import Corpus, load_corpus
from matching.engine.vibe_mini.evaluate import Figures, embed, measure
from matching.engine.vibe_mini.fit import fit_garment, training_rows


def refit(folder: Path, corpus: Corpus) -> tuple[Figures, Figures]:
    """Writes the new detector into `folder` and its manifest; returns the figures before and
    after, on pictures held out of the fit. Raises HeadsError if there is nothing to refuse."""
    heads, vectors = load_heads(folder), embed(Backbone(folder), corpus)
    before = measure(vectors, heads, corpus)
    start = heads.garment
    if start is None:
        raise HeadsError(f"{folder} has no garment detector to start from.")
    garment = fit_garment(training_rows(vectors, corpus, []), start)
    if garment is None:
        raise HeadsError("There are no pictures without a garment to learn from.")
    fitted = Heads(heads.by_key, garment)
    (folder / WEIGHTS_FILE).unlink()  # an index may hold a link to the very file
    fitted.save(folder)
    _note_digest(folder)
    return before, measure(vectors, fitted, corpus)


def _note_digest(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["sha256"][WEIGHTS_FILE] = hashlib.sha256(
        (folder / WEIGHTS_FILE).read_bytes()
    ).hexdigest()
    path.write_text(json.dumps(manifest, indent=1))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--snapshots", type=Path)
    parser.add_argument("--no-garment", type=Path)
    parser.add_argument("--demo", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("var/training/cache"))
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    corpus = load_corpus(
        chosen.data,
        chosen.cache,
        side=80,
        seed=chosen.seed,
        snapshots=chosen.snapshots,
        no_garment=chosen.no_garment,
        demo=chosen.demo,
    )
    before, after = refit(chosen.folder, corpus)
    for name in after:
        if name.startswith(("kept", "refused")):
            sys.stdout.write(f"{name}: {before[name]:.3f} before, {after[name]:.3f} after\n")


if __name__ == "__main__":
    main()
