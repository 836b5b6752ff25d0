"""Reads a finished backbone folder back into a network, so that training can go on from it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from matching.engine.backbone import Backbone
from matching.engine.heads import load_heads
from matching.engine.vibe_mini.evaluate import aligned
from matching.engine.vibe_mini.model import DIMENSION, spread
from matching.engine.vibe_mini.objective import MOST_CONTRAST, Vibe

if TYPE_CHECKING:
    from onnx import ModelProto
    from tokenizers import Tokenizer

CENTRE = "centre"


def read_tokenizer(folder: Path) -> Tokenizer:
    """Raises BackboneError if there is no backbone in `folder`."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(Backbone(folder).folder / "tokenizer.json"))


def start_from(folder: Path, model: Vibe, classes: Mapping[str, list[str]], split: str) -> None:
    """Both towers and all heads of a folder that this trainer wrote, as they were before they were
    centred. `model` is folded, as the towers of a finished backbone are.

    Raises ValueError, naming the folder, if its towers are others, or if it says that it has learnt
    from what is now held out (`split`).
    """
    if Backbone(folder).manifest.get("source", {}).get("split", split) != split:
        raise ValueError(f"{folder} has learnt from pictures that are held out now.")
    image, text = read_tower(folder / "image.onnx"), read_tower(folder / "text.onnx")
    text.pop(CENTRE, None)
    found = _heads(folder, model, classes, image.pop(CENTRE, torch.zeros(DIMENSION)))
    found |= {f"image.{name}": value for name, value in image.items()}
    found |= {f"text.{name}": value for name, value in text.items()}
    found["contrast_scale"] = torch.tensor(math.log(MOST_CONTRAST))
    own = model.state_dict()
    kept = {name: own[name] for name in own if name.startswith("queue") or name == "head_scale"}
    try:
        model.load_state_dict(found | kept)
    except RuntimeError as error:
        raise ValueError(
            f"{folder} holds towers of another kind; training can't go on from it."
        ) from error


def _heads(
    folder: Path, model: Vibe, classes: Mapping[str, list[str]], centre: Tensor
) -> dict[str, Tensor]:
    """What the heads hold includes the scale that training keeps apart, and is for vectors without
    the centre."""
    heads, scale = load_heads(folder), float(model.head_scale.detach().exp())
    if heads.garment is None or heads.by_key.keys() != classes.keys():
        raise ValueError(f"{folder} has heads for other attributes; training can't go on from it.")
    named = {f"heads.{key}": aligned(head, classes[key]) for key, head in heads.by_key.items()}
    found: dict[str, Tensor] = {}
    for name, head in (named | {"garment": heads.garment}).items():
        weight = torch.from_numpy(head.weight) / spread(centre)
        found[f"{name}.weight"] = weight / scale
        found[f"{name}.bias"] = torch.from_numpy(head.bias) - weight @ centre
    return found


def read_tower(path: Path) -> dict[str, Tensor]:
    """The weights of an exported tower under the names they had in torch, and what it is centred
    on as `centre`.

    The exporter keeps most names, but folds batch norms into convolutions, whose biases it names
    anew, and turns the weights of linear layers around, which then lose their names.
    """
    import onnx

    model = onnx.load(str(path))
    values = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    found = {name: value for name, value in values.items() if name.endswith((".weight", ".bias"))}
    found |= {name: value for name, value in values.items() if name.endswith(("places", CENTRE))}
    for node in model.graph.node:
        if node.op_type == "Conv":
            found[_layer(node.input[1]) + ".bias"] = values[node.input[2]]
    for name, turned in _unnamed(model):
        found[name] = values[turned].T
    return {
        name.removeprefix("tower."): torch.from_numpy(np.array(value))
        for name, value in found.items()
    }


def _unnamed(model: ModelProto) -> list[tuple[str, str]]:
    """Names of linear layers' weights, by the named bias that is added to the product, and what
    they are called in the graph."""
    products = {
        node.output[0]: node.input[1] for node in model.graph.node if node.op_type == "MatMul"
    }
    return [
        (_layer(bias) + ".weight", products[product])
        for node in model.graph.node
        if node.op_type == "Add"
        for product, bias in (tuple(node.input), tuple(reversed(node.input)))
        if product in products and bias.endswith(".bias")
    ]


def _layer(name: str) -> str:
    return name.rsplit(".", 1)[0]
