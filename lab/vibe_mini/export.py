"""Writes the trained towers and heads as a backbone folder that serving reads."""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from lab.vibe_mini.augment import to_pictures
from lab.vibe_mini.batches import Batches, normalised
from lab.vibe_mini.card import model_card
from lab.vibe_mini.data import Codes, Corpus
from lab.vibe_mini.evaluate import Floats, Vectors, embed, measure
from lab.vibe_mini.fit import calibrated, fit_heads, training_rows
from lab.vibe_mini.model import DIMENSION, TEXT_LENGTH
from lab.vibe_mini.objective import Vibe
from lab.vibe_mini.shipped import (
    Basis,
    Eye,
    ShippedImage,
    ShippedText,
    basis_of,
    moved_head,
)
from lab.vibe_mini.start import Network, save_networks
from lab.vibe_mini.train import OnProgress, Progress, Trainer
from matching.engine.backbone import FORMAT, Backbone
from matching.engine.heads import GARMENT, Head, Heads

NAME = "vibe-mini"
LICENCE = "Apache-2.0 (image towers start from EfficientNet-Lite)"
FIGURES = "figures.json"
CENTRE_SAMPLE, SAMPLE_BATCH = 4096, 256
LARGE = 1024  # numbers; fewer are stored in single precision
HALF_ERROR = 1e-3  # of a matrix' norm, at most
VIEW_STEPS = 40  # batches of changed photos that the heads see beside the photos as they are


class Towers(NamedTuple):
    image: ShippedImage
    text: ShippedText


def export(trainer: Trainer, on_progress: OnProgress) -> Path:
    """Towers, then heads on what they see, then figures. The folder appears in one piece."""
    final, networks = trainer.config.out, trainer.networks()
    given = max(side for _, side in networks)
    corpus, batches = trainer.seen_at(given)
    folder = final.with_name(final.name + ".part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    on_progress(Progress("writing the towers"))
    eyes = [Eye(model.image, side, given) for model, side in networks]
    basis = basis_of(eyes, _some_products(corpus, trainer.config.seed))
    texts = [model.text for model, _ in networks]
    towers = Towers(ShippedImage(eyes, basis), ShippedText(texts, basis))
    write_towers(towers, folder, given)
    save_networks(networks, folder)
    trainer.tokenizer.save(str(folder / "tokenizer.json"))
    write_manifest(folder, networks, corpus.split)
    on_progress(Progress("fitting the heads"))
    vectors = embed(Backbone(folder), corpus)
    rows = training_rows(vectors, corpus, _views(batches, towers.image, trainer.step, given))
    start = own_heads([model for model, _ in networks], corpus.classes, basis)
    heads = fit_heads(rows, corpus.classes, start, trainer.config.seed)
    heads = _calibrated(heads, vectors, corpus)
    heads.save(folder)
    figures = measure(vectors, heads, corpus)
    (folder / FIGURES).write_text(json.dumps(figures, indent=1))
    (folder / "README.md").write_text(model_card(trainer.summary(networks), figures))
    write_manifest(folder, networks, corpus.split)
    _swap(folder, final)
    on_progress(Progress("done"))
    return final


def _some_products(corpus: Corpus, seed: int) -> Iterator[torch.Tensor]:
    """Photos of products as they are, normalised (n, 3, side, side), to find the centre with."""
    products = corpus.products
    pool = np.flatnonzero(~products.held_out)
    rows = np.random.default_rng(seed).permutation(pool)[:CENTRE_SAMPLE]
    for some in np.array_split(rows, -(-len(rows) // SAMPLE_BATCH)):
        yield normalised(to_pictures(torch.from_numpy(np.array(products.pictures[np.sort(some)]))))


@torch.no_grad()
def _views(batches: Batches, tower: nn.Module, step: int, side: int) -> list[tuple[Floats, Codes]]:
    """Changed photos of products, as in training, and whose they are."""
    views = []
    for number in range(VIEW_STEPS):
        pixels, rows = batches.product_views(step + number, side)
        views.append((tower(pixels).numpy(), rows))
    return views


def _calibrated(heads: Heads, vectors: Vectors, corpus: Corpus) -> Heads:
    out = corpus.products.held_out
    codes = {key: values[out] for key, values in corpus.products.codes.items()}
    return calibrated(heads, vectors.products[out], codes)


@torch.no_grad()
def own_heads(
    models: Sequence[Vibe], classes: dict[str, list[str]], basis: Basis
) -> dict[str, Head]:
    """What the networks' heads say on average, for vectors as they are shipped."""
    found = {}
    for key in (*classes, GARMENT):
        weights, biases = [], []
        for model in models:
            layer = model.garment if key == GARMENT else model.heads[key]
            assert isinstance(layer, nn.Linear)
            weights.append(layer.weight * model.head_scale.exp())
            biases.append(layer.bias)
        weight, bias = moved_head(weights, biases, basis)
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
    store_in_half(path)


def store_in_half(path: Path) -> None:
    """Keeps large weights in half precision, with a cast to single before their use: half the
    bytes. A session casts them once, when it is opened. Weights out of the range of half precision
    stay as they are."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(str(path))
    casts = []
    for weights in model.graph.initializer:
        value, name = numpy_helper.to_array(weights), weights.name
        if weights.data_type == TensorProto.FLOAT and value.size >= LARGE:
            with np.errstate(over="ignore"):
                half = value.astype(np.float16)
            if np.linalg.norm(half - value) < HALF_ERROR * np.linalg.norm(value):
                weights.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
                casts.append(helper.make_node("Cast", [weights.name], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(path))


def write_manifest(folder: Path, networks: Sequence[Network], split: str) -> None:
    """`networks` and `split`, what was held out, are for whoever goes on from the folder."""
    given = max(side for _, side in networks)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "name": NAME,
        "source": {
            "id": NAME,
            "split": split,
            "towers": {model.kind: side for model, side in networks},
        },
        "dimension": DIMENSION,
        "image": {
            "size": [given, given],
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
