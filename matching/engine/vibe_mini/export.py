"""Writes the trained towers and heads as a backbone folder that serving reads."""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from torch import nn

from matching.engine.backbone import FORMAT, Backbone
from matching.engine.heads import GARMENT, Head
from matching.engine.vibe_mini.augment import to_pictures
from matching.engine.vibe_mini.batches import normalised
from matching.engine.vibe_mini.card import model_card
from matching.engine.vibe_mini.data import Codes
from matching.engine.vibe_mini.evaluate import Floats, embed, measure
from matching.engine.vibe_mini.fit import calibrated, fit_heads, training_rows
from matching.engine.vibe_mini.model import DIMENSION, TEXT_LENGTH
from matching.engine.vibe_mini.objective import Vibe
from matching.engine.vibe_mini.shipped import (
    Basis,
    ShippedImage,
    ShippedText,
    basis_of,
    moved_head,
)
from matching.engine.vibe_mini.start import save_network

if TYPE_CHECKING:
    from matching.engine.vibe_mini.train import OnProgress, Trainer

NAME = "vibe-mini"
LICENCE = "Apache-2.0 (image tower starts from EfficientNet-Lite0)"
FIGURES = "figures.json"
CENTRE_SAMPLE, SAMPLE_BATCH = 4096, 256
VIEW_STEPS = 40  # batches of changed photos that the heads see beside the photos as they are


class Towers(NamedTuple):
    image: ShippedImage
    text: ShippedText


def export(trainer: Trainer, on_progress: OnProgress) -> Path:
    """Towers, then heads on what they see, then figures. The folder appears in one piece."""
    from matching.engine.vibe_mini.train import Progress

    final, model, corpus = trainer.config.out, trainer.averaged(), trainer.corpus
    folder = final.with_name(final.name + ".part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    on_progress(Progress("writing the towers"))
    side = trainer.config.side
    basis = basis_of(model.image, _some_products(trainer))
    towers = Towers(ShippedImage(model.image, basis), ShippedText(model.text, basis))
    write_towers(towers, folder, side)
    save_network(model, folder)
    trainer.tokenizer.save(str(folder / "tokenizer.json"))
    write_manifest(folder, side, corpus.split)
    on_progress(Progress("fitting the heads"))
    figures = _fit(trainer, towers.image, own_heads(model, corpus.classes, basis), folder)
    (folder / FIGURES).write_text(json.dumps(figures, indent=1))
    (folder / "README.md").write_text(model_card(trainer.summary(), figures))
    write_manifest(folder, side, corpus.split)
    _swap(folder, final)
    on_progress(Progress("done"))
    return final


def _some_products(trainer: Trainer) -> Iterator[torch.Tensor]:
    """Photos of products as they are, normalised (n, 3, side, side), to find the centre with."""
    products = trainer.corpus.products
    pool = np.flatnonzero(~products.held_out)
    rows = np.random.default_rng(trainer.config.seed).permutation(pool)[:CENTRE_SAMPLE]
    for some in np.array_split(rows, -(-len(rows) // SAMPLE_BATCH)):
        yield normalised(to_pictures(torch.from_numpy(np.array(products.pictures[np.sort(some)]))))


def _fit(
    trainer: Trainer, tower: ShippedImage, start: dict[str, Head], folder: Path
) -> dict[str, float]:
    corpus = trainer.corpus
    vectors = embed(Backbone(folder), corpus)
    examples = training_rows(vectors, corpus, _views(trainer, tower))
    heads = fit_heads(examples, corpus.classes, start, trainer.config.seed)
    out = corpus.products.held_out
    codes = {key: values[out] for key, values in corpus.products.codes.items()}
    heads = calibrated(heads, vectors.products[out], codes)
    heads.save(folder)
    return measure(vectors, heads, corpus)


@torch.no_grad()
def _views(trainer: Trainer, tower: nn.Module) -> list[tuple[Floats, Codes]]:
    """Changed photos of products, as in training, and whose they are."""
    views = []
    for number in range(trainer.steps_of(VIEW_STEPS / trainer.batches.per_epoch)):
        pixels, rows = trainer.batches.product_views(trainer.step + number, trainer.config.side)
        views.append((tower(pixels).numpy(), rows))
    return views


@torch.no_grad()
def own_heads(model: Vibe, classes: dict[str, list[str]], basis: Basis) -> dict[str, Head]:
    """What the network's heads say, for vectors as they are shipped."""
    found = {}
    for key, layer in [*model.heads.items(), (GARMENT, model.garment)]:
        assert isinstance(layer, nn.Linear)
        weight, bias = moved_head(layer.weight * model.head_scale.exp(), layer.bias, basis)
        found[key] = Head(tuple(classes.get(key, [key])), weight.numpy(), bias.numpy())
    return found


def write_towers(towers: Towers, folder: Path, side: int) -> None:
    image = towers.image.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    ids = torch.ones(2, TEXT_LENGTH, dtype=torch.int64)
    _write(image, torch.zeros(2, 3, side, side), "pixel_values", folder / "image.onnx")
    _write(towers.text, ids, "input_ids", folder / "text.onnx")


def _write(tower: nn.Module, example: torch.Tensor, name: str, path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            tower.eval(),
            (example,),
            input_names=[name],
            output_names=["embedding"],
            dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=4096)},),
            dynamo=True,
            verbose=False,
            optimize=True,
        )
    assert program is not None
    program.save(str(path), external_data=False)


def write_manifest(folder: Path, side: int, split: str) -> None:
    """`split` says what was held out, for whoever goes on from the folder."""
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "name": NAME,
        "source": {"id": NAME, "split": split},
        "dimension": DIMENSION,
        "image": {
            "size": [side, side],
            "resize": "letterbox",
            "pad": [255, 255, 255],
            "resample": "bicubic",
            "rescale": 1 / 255,
            "mean": [0.485, 0.456, 0.406],
            "std": [0.229, 0.224, 0.225],
        },
        "text": {"length": TEXT_LENGTH, "inputs": ["input_ids"]},
        "precision": "fp32",
        "licence": LICENCE,
        "sha256": {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(folder.iterdir())
            if file.name != "manifest.json"
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))


def _swap(folder: Path, final: Path) -> None:
    """The new folder takes the place of the old one, which is removed last."""
    old = final.with_name(final.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        final.rename(old)
    folder.rename(final)
    shutil.rmtree(old, ignore_errors=True)
