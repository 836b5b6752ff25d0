"""Reads a finished backbone folder back into a network, so that training can go on from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from torch import Tensor

from lab.vibe_mini.evaluate import aligned
from lab.vibe_mini.objective import Vibe
from matching.engine.backbone import Backbone
from matching.engine.heads import Head, load_heads

if TYPE_CHECKING:
    from onnx import ModelProto
    from tokenizers import Tokenizer

NETWORK = "network.safetensors"
BESIDE = ("heads.", "garment.", "head_scale", "contrast_scale")  # what is not in the towers


class Network(NamedTuple):
    """A finished network, and how many pixels wide the pictures were that it learnt from."""

    model: Vibe
    side: int


def read_tokenizer(folder: Path) -> Tokenizer:
    """Raises BackboneError if there is no backbone in `folder`."""
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(Backbone(folder).folder / "tokenizer.json"))


def save_networks(networks: Sequence[Network], folder: Path) -> None:
    """What training needs beside the towers, to go on from `folder`: heads as they were before they
    were fitted anew, and what cosines are multiplied with."""
    from safetensors.torch import save_file

    kept = {
        f"{model.kind}/{name}": value
        for model, _ in networks
        for name, value in model.state_dict().items()
        if name.startswith(BESIDE)
    }
    save_file(kept, folder / NETWORK)


def sides_of(folder: Path) -> dict[str, int]:
    """Kinds of the image towers in a folder that this trainer wrote, in order, and how many pixels
    wide the pictures were that each learnt from. Raises ValueError, naming the folder, for
    others."""
    towers = Backbone(folder).manifest.get("source", {}).get("towers")
    if not towers or not (folder / NETWORK).is_file():
        raise ValueError(f"{folder} is no folder of train_backbone; training can't go on from it.")
    return {kind: int(side) for kind, side in towers.items()}


def read_networks(
    folder: Path, classes: Mapping[str, list[str]], split: str, *, but: str
) -> list[Network]:
    """The finished networks of a folder except the one of kind `but`. Raises ValueError as
    `start_from` does, and if there is none."""
    found = []
    words = read_tokenizer(folder).get_vocab_size()
    for kind, side in sides_of(folder).items():
        if kind != but:
            model = Vibe(words, classes, kind=kind, folded=True)
            start_from(folder, model, classes, split)
            found.append(Network(model.eval(), side))
    if not found:
        raise ValueError(f"{folder} holds no other tower than {but}, which is trained here.")
    return found


def start_from(folder: Path, model: Vibe, classes: Mapping[str, list[str]], split: str) -> None:
    """Both towers and all heads of the network in `folder` that is of `model`'s kind. `model` is
    folded, as the towers of a finished backbone are.

    Raises ValueError, naming the folder, if this trainer did not write it, if it holds towers of
    other kinds, or if it says that it has learnt from what is now held out (`split`).
    """
    kinds = list(sides_of(folder))
    if Backbone(folder).manifest["source"].get("split", split) != split:
        raise ValueError(f"{folder} has learnt from pictures that are held out now.")
    if model.kind not in kinds:
        raise ValueError(f"{folder} holds {' and '.join(kinds)}, not {model.kind}.")
    number = kinds.index(model.kind)
    image = read_tower(folder / "image.onnx", f"eyes.{number}.tower.")
    text = read_tower(folder / "text.onnx", f"towers.{number}.")
    found = {f"image.{name}": value for name, value in image.items()}
    found |= {f"text.{name}": value for name, value in text.items()}
    found |= _network(folder, model.kind, classes)
    own = model.state_dict()
    try:
        model.load_state_dict(found | {name: own[name] for name in own if name.startswith("queue")})
    except RuntimeError as error:
        raise ValueError(
            f"{folder} holds towers of another kind; training can't go on from it."
        ) from error


def _network(folder: Path, kind: str, classes: Mapping[str, list[str]]) -> dict[str, Tensor]:
    """What `save_networks` saved of `kind`, with heads for `classes`."""
    from safetensors.torch import load_file

    saved = load_file(folder / NETWORK)
    found = {
        name.removeprefix(f"{kind}/"): value
        for name, value in saved.items()
        if name.startswith(f"{kind}/")
    }
    known = load_heads(folder).by_key
    if known.keys() != classes.keys():
        raise ValueError(f"{folder} has heads for other attributes; training can't go on from it.")
    for key, names in classes.items():
        weight, bias = (found[f"heads.{key}.{name}"].numpy() for name in ("weight", "bias"))
        head = aligned(Head(known[key].classes, weight, bias), names)
        found[f"heads.{key}.weight"] = torch.from_numpy(head.weight)
        found[f"heads.{key}.bias"] = torch.from_numpy(head.bias)
    return found


def read_tower(path: Path, prefix: str) -> dict[str, Tensor]:
    """The weights of an exported tower, whose names began with `prefix`, by the names they had in
    torch after it.

    The exporter keeps most names, but folds batch norms into convolutions, whose biases it names
    anew, and turns the weights of linear layers around, which then lose their names.
    """
    import onnx

    model = onnx.load(str(path))
    values = {one.name: onnx.numpy_helper.to_array(one) for one in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0] in values:  # kept in half the bytes
            values[node.output[0]] = values[node.input[0]].astype(np.float32)
    found = {
        name: value
        for name, value in values.items()
        if name.endswith((".weight", ".bias", "places"))
    }
    for node in model.graph.node:
        if node.op_type == "Conv":
            found[_layer(node.input[1]) + ".bias"] = values[node.input[2]]
    for name, turned in _unnamed(model):
        found[name] = values[turned].T
    return {
        name.removeprefix(prefix): torch.from_numpy(np.array(value))
        for name, value in found.items()
        if name.startswith(prefix)
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
