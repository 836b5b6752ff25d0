"""Reads a finished backbone folder back into a network, so that training can go on from it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from matching.engine.backbone import Backbone
from matching.engine.heads import Head, load_heads
from matching.engine.vibe_mini.evaluate import aligned
from matching.engine.vibe_mini.objective import Vibe

if TYPE_CHECKING:
    from onnx import ModelProto
    from tokenizers import Tokenizer

NETWORK = "network.safetensors"
BESIDE = ("heads.", "garment.", "head_scale", "contrast_scale")  # what is not in the towers


def read_tokenizer(folder: Path) -> Tokenizer:
    """Raises BackboneError if there is no backbone in `folder`."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(Backbone(folder).folder / "tokenizer.json"))


def save_network(model: Vibe, folder: Path) -> None:
    """What training needs beside the towers, to go on from `folder`: heads as they were before they
    were fitted anew, and what cosines are multiplied with."""
    from safetensors.torch import save_file

    kept = {name: value for name, value in model.state_dict().items() if name.startswith(BESIDE)}
    save_file(kept, folder / NETWORK)


def start_from(folder: Path, model: Vibe, classes: Mapping[str, list[str]], split: str) -> None:
    """Both towers and all heads of a folder that this trainer wrote. `model` is folded, as the
    towers of a finished backbone are.

    Raises ValueError, naming the folder, if its towers are others, or if it says that it has learnt
    from what is now held out (`split`).
    """
    if Backbone(folder).manifest.get("source", {}).get("split", split) != split:
        raise ValueError(f"{folder} has learnt from pictures that are held out now.")
    found = {f"image.{name}": value for name, value in read_tower(folder / "image.onnx").items()}
    found |= {f"text.{name}": value for name, value in read_tower(folder / "text.onnx").items()}
    found |= _network(folder, classes)
    own = model.state_dict()
    try:
        model.load_state_dict(found | {name: own[name] for name in own if name.startswith("queue")})
    except RuntimeError as error:
        raise ValueError(
            f"{folder} holds towers of another kind; training can't go on from it."
        ) from error


def _network(folder: Path, classes: Mapping[str, list[str]]) -> dict[str, Tensor]:
    """What `save_network` saved, with heads for `classes`."""
    from safetensors.torch import load_file

    if not (folder / NETWORK).is_file():
        raise ValueError(f"{folder} is no folder of train_backbone; training can't go on from it.")
    found: dict[str, Tensor] = load_file(folder / NETWORK)
    known = load_heads(folder).by_key
    if known.keys() != classes.keys():
        raise ValueError(f"{folder} has heads for other attributes; training can't go on from it.")
    for key, names in classes.items():
        weight, bias = (found[f"heads.{key}.{name}"].numpy() for name in ("weight", "bias"))
        head = aligned(Head(known[key].classes, weight, bias), names)
        found[f"heads.{key}.weight"] = torch.from_numpy(head.weight)
        found[f"heads.{key}.bias"] = torch.from_numpy(head.bias)
    return found


def read_tower(path: Path) -> dict[str, Tensor]:
    """The weights of an exported tower under the names they had in torch.

    The exporter keeps most names, but folds batch norms into convolutions, whose biases it names
    anew, and turns the weights of linear layers around, which then lose their names.
    """
    import onnx

    model = onnx.load(str(path))
    values = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    found = {name: value for name, value in values.items() if name.endswith((".weight", ".bias"))}
    found |= {name: value for name, value in values.items() if name.endswith("places")}
    for node in model.graph.node:
        if node.op_type == "Conv":
            found[_layer(node.input[1]) + ".bias"] = values[node.input[2]]
    for name, turned in _unnamed(model):
        found[name] = values[turned].T
    return {
        name.split("tower.")[-1]: torch.from_numpy(np.array(value)) for name, value in found.items()
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
