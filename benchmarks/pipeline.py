"""From raw photos to heads and an index: ours against the original's way, side by side in one run.

    python -m benchmarks.pipeline [FOLDER] [--count 256] [--rounds 3] [--size 60x80] [--json FILE]

The original sends every photo through the backbone (transformers + torch) once in each of 4 epochs
to train its heads, and once more for the index. Ours embeds each photo once with ONNX Runtime,
trains the heads on the vectors and indexes the same vectors. Both get a ViT-B/32 of FashionCLIP's
shape with random weights, the same photos, the same made-up labels for five attributes, and batches
of 32. Loading and exporting the model are not counted: they happen once.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import jpegs, machine, save_clip, side_by_side, size, table, write_json
from benchmarks.embed import their_model
from matching.engine.backbone import IMAGE_BATCH, Backbone
from matching.engine.backends import backend
from matching.engine.backends.faiss import load_faiss
from matching.engine.installing.export import export_checkpoint
from matching.engine.learning.training import Labels, fit_heads

EPOCHS = 4
# How many values each attribute of the original demo has, the style last.
CLASSES = (10, 5, 12, 4, 8)
THEIRS, OURS = "theirs: 4 epochs through the backbone, then the index", "ours: each photo once"


def made_up(count: int) -> dict[str, Labels]:
    dice = np.random.default_rng(0)
    return {
        f"attribute_{number}": Labels(
            tuple(f"value {at}" for at in range(classes)),
            dice.integers(0, classes, count).astype(np.int32),
        )
        for number, classes in enumerate(CLASSES)
    }


def original(
    checkpoint: Path, photos: Sequence[Path], labels: dict[str, Labels]
) -> Callable[[], Any]:
    import torch

    embed = their_model(checkpoint)

    def run() -> Any:
        heads = torch.nn.ModuleDict(
            {key: torch.nn.Linear(512, len(label.classes)) for key, label in labels.items()}
        )
        optimiser = torch.optim.Adam(heads.parameters(), 1e-3)
        order = list(range(len(photos)))
        for _ in range(EPOCHS):
            for start in range(0, len(order), IMAGE_BATCH):
                rows = order[start : start + IMAGE_BATCH]
                found = torch.from_numpy(embed([photos[row] for row in rows]))
                loss = sum(
                    torch.nn.functional.cross_entropy(
                        head(found), torch.from_numpy(labels[key].codes[rows]).long()
                    )
                    for key, head in heads.items()
                )
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
        vectors = embed(photos)
        index = load_faiss().IndexFlatIP(512)
        index.add(vectors)
        return index.ntotal

    return run


def ours(backbone: Backbone, photos: Sequence[Path], labels: dict[str, Labels]) -> Any:
    def run() -> Any:
        vectors = backbone.embed_images(photos)
        heads = fit_heads(vectors, labels, np.arange(len(photos))).heads
        style = list(heads.predict(vectors).values())[-1]
        return len(backend().build(np.arange(len(photos), dtype=np.int64), vectors, style))

    return run


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=256, help="photos; default: 256")
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument("--size", type=size, default=(60, 80), help="of drawn photos")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        photos = jpegs(chosen.folder, chosen.size, chosen.count, scratch)
        told, labels = machine(), made_up(chosen.count)
        print(", ".join(f"{name} {value}" for name, value in told.items()))
        checkpoint = save_clip(scratch / "checkpoint")
        export_checkpoint(str(checkpoint), scratch / "vit-b-32")
        spent = side_by_side(
            {
                THEIRS: original(checkpoint, photos, labels),
                OURS: ours(Backbone(scratch / "vit-b-32"), photos, labels),
            },
            chosen.rounds,
        )
        result = table(spent, chosen.count, THEIRS)
    write_json(chosen.json, {"machine": told, "photos": chosen.count, "pipeline": result})


if __name__ == "__main__":
    main()
