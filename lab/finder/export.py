"""Writes a trained finder as the folder that serving reads."""

from __future__ import annotations

import hashlib
import json
import shutil
import warnings
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from lab.finder.kinds import CLASSES, FIRST, KINDS
from lab.finder.model import STRIDES, Finder
from lab.finder.objective import CENTRE_STRIDE
from lab.vibe_mini.export import store_in_half
from matching.engine.finder import FINDER_FILE, FINDER_FORMAT

NAME = "garment-finder"
LICENCE = "Apache-2.0 (the encoder starts from EfficientNet-Lite)"
UPRIGHT = (384, 256)  # height and width of a picture that is higher than wide


class ShippedFinder(nn.Module):
    """Chances in place of logits."""

    def __init__(self, finder: Finder) -> None:
        super().__init__()
        self.finder = finder.eval()

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        found = self.finder(pixels)
        return (
            found.classes.softmax(dim=1),
            found.centres.sigmoid(),
            found.sides,
            found.turn.softmax(dim=1),
        )


def finder_of(weights: Path, kind: str = "lite0") -> Finder:
    """The network of a safetensors file."""
    finder = Finder(kind)
    finder.load_state_dict({name: part.float() for name, part in load_file(weights).items()})
    return finder.eval()


def export_finder(finder: Finder, out: Path, card: str) -> Path:
    """The folder appears in one piece, in place of one that was there."""
    folder = out.with_name(out.name + ".part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _write(ShippedFinder(finder), folder / FINDER_FILE)
    (folder / "README.md").write_text(card, encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(_manifest(folder), indent=1) + "\n")
    shutil.rmtree(out, ignore_errors=True)
    folder.rename(out)
    return out


def _write(shipped: ShippedFinder, path: Path) -> None:
    """Sides stay free, so that pictures of both ways up, and squares, are taken as they are."""
    batch = torch.export.Dim("batch", min=1, max=64)
    height, width = (STRIDES[-1] * torch.export.Dim(name, min=2, max=32) for name in ("h", "w"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            shipped,
            (torch.zeros(2, 3, *UPRIGHT),),
            input_names=["pixels"],
            output_names=["classes", "centres", "sides", "turn"],
            dynamic_shapes=({0: batch, 2: height, 3: width},),
            dynamo=True,
            verbose=False,
            optimize=True,
        )
    assert program is not None
    program.save(str(path), external_data=False)
    store_in_half(path)


def _manifest(folder: Path) -> dict[str, object]:
    files = sorted(file for file in folder.iterdir() if file.name != "manifest.json")
    return {
        "format": FINDER_FORMAT,
        "name": NAME,
        "kinds": list(KINDS),
        "classes": CLASSES,
        "first": FIRST,
        "stride": CENTRE_STRIDE,
        "size": list(UPRIGHT),
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
        "licence": LICENCE,
        "sha256": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
    }
