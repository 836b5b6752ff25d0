"""A Hugging Face CLIP-like checkpoint becomes a backbone folder: both towers as ONNX, checked
against torch, with the checkpoint's own preprocessing and tokenizer."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matching.engine.arrays import Floats
from matching.engine.backbone import FORMAT, open_session
from matching.engine.errors import BackboneError
from matching.engine.installing.checkpoint import (
    Checkpoint,
    load_checkpoint,
    own_ids,
    portable_tokenizer,
    quiet,
)
from matching.engine.needs import require
from matching.engine.preprocess import ImagePreprocessor

NEEDED = ("torch", "transformers", "huggingface_hub", "onnx", "onnxscript")
LEAST_COSINE = 0.9999
LARGEST_TOWER = 2_000_000_000  # bytes; one ONNX file holds no more
TEXTS = (
    "a red dress",
    "Blue Denim Jeans -- for men's wear, size 32!",
    "",
    "striped cotton shirt with long sleeves and a button-down collar " * 20,
)

Tell = Callable[[str], None]


@dataclass(frozen=True)
class ExportReport:
    """`cosine` is the lowest of all rows that were compared with torch; `size` is in bytes."""

    folder: Path
    name: str
    source: str
    dimension: int
    size: int
    cosine: float
    seconds: float


def export_checkpoint(
    source: str,
    destination: Path,
    *,
    name: str | None = None,
    revision: str | None = None,
    replace: bool = False,
    finish: Callable[[Path], None] | None = None,
    on_progress: Tell | None = None,
) -> ExportReport:
    """Writes the backbone folder `destination` from a hub id or a local folder.

    `finish` may still change the complete folder before it takes its place; what it raises stops
    the export. Nothing is left behind by a failure or an interruption. Raises BackboneError, or
    MissingPackageError where a process that only serves is asked.
    """
    started, tell = time.perf_counter(), on_progress or (lambda _: None)
    require("Installing a backbone", *NEEDED)
    _check_free(destination, replace)
    checkpoint = load_checkpoint(source, revision=revision, tell=tell)
    with _draft(destination, replace) as draft:
        dimension, cosine = _export(checkpoint, draft, tell)
        write_manifest(draft, _manifest(checkpoint, name or destination.name, dimension))
        if finish:
            finish(draft)
        size = folder_size(draft)
    return ExportReport(
        folder=destination,
        name=name or destination.name,
        source=checkpoint.source,
        dimension=dimension,
        size=size,
        cosine=cosine,
        seconds=time.perf_counter() - started,
    )


def name_for(source: str) -> str:
    """`patrickjohncyh/fashion-clip` is called fashion-clip."""
    last = Path(source).expanduser().resolve().name if Path(source).is_dir() else source
    return re.sub(r"[^a-z0-9]+", "-", last.rpartition("/")[2].lower()).strip("-") or "backbone"


def folder_size(folder: Path) -> int:
    """In bytes."""
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Completes the manifest with the digest of every other file and writes it."""
    digests = {}
    for path in sorted(folder.iterdir()):
        if path.name != "manifest.json":
            with path.open("rb") as file:
                digests[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    text = json.dumps({**manifest, "sha256": digests}, indent=1)
    (folder / "manifest.json").write_text(text + "\n")


def _manifest(checkpoint: Checkpoint, name: str, dimension: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": name,
        "source": {"id": checkpoint.source, "revision": checkpoint.revision},
        "dimension": dimension,
        "image": checkpoint.image,
        "text": {"length": checkpoint.text_length, "inputs": checkpoint.text_inputs},
        "precision": "fp32",
        "licence": checkpoint.licence or "unknown",
    }


def _check_free(destination: Path, replace: bool) -> None:
    if destination.exists() and not replace:
        raise BackboneError(
            f"There is a backbone {destination.name} already; replace it with --force "
            "or choose another name."
        )


@contextmanager
def _draft(destination: Path, replace: bool) -> Iterator[Path]:
    """A folder beside the destination that takes its place once it is complete."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    draft = destination.parent / f".{destination.name}-{uuid.uuid4().hex}"
    draft.mkdir()
    try:
        yield draft
        _check_free(destination, replace)
        _publish(draft, destination)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _publish(draft: Path, destination: Path) -> None:
    if not destination.exists():
        draft.rename(destination)
        return
    old = draft.with_name(f"{draft.name}-old")
    destination.rename(old)
    try:
        draft.rename(destination)
    except BaseException:
        old.rename(destination)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _export(checkpoint: Checkpoint, folder: Path, tell: Tell) -> tuple[int, float]:
    """Writes both towers and the tokenizer; the dimension and the lowest cosine to torch."""
    _check_preprocessing(checkpoint)
    tokenizer = portable_tokenizer(checkpoint)
    tokenizer.save(str(folder / "tokenizer.json"))
    tokens = _tokens(checkpoint, tokenizer)
    rng = np.random.default_rng(0)
    pixels = rng.normal(size=(4, 3, *checkpoint.image["size"])).astype(np.float32)
    tell("exporting the image tower")
    images = _export_tower(checkpoint, "image", {"pixel_values": pixels}, folder / "image.onnx")
    tell("exporting the text tower")
    texts = _export_tower(checkpoint, "text", tokens, folder / "text.onnx")
    if images[0] != texts[0]:
        raise BackboneError(
            f"The towers of {checkpoint.source} differ: pictures have {images[0]} dimensions, "
            f"texts {texts[0]}."
        )
    return images[0], min(images[1], texts[1])


def _check_preprocessing(checkpoint: Checkpoint) -> None:
    try:
        ImagePreprocessor.from_manifest(checkpoint.image)
    except BackboneError as error:
        raise BackboneError(
            f"The preprocessor_config.json of {checkpoint.source} makes no sense: its pictures "
            "cannot be prepared that way."
        ) from error


def _tokens(checkpoint: Checkpoint, tokenizer: Any) -> dict[str, np.ndarray[Any, Any]]:
    encodings = tokenizer.encode_batch(list(TEXTS))
    ids = [encoding.ids for encoding in encodings]
    if ids != own_ids(checkpoint, list(TEXTS)):
        raise BackboneError(f"The tokenizer of {checkpoint.source} cannot be carried over exactly.")
    found = {
        "input_ids": np.array(ids, np.int64),
        "attention_mask": np.array([one.attention_mask for one in encodings], np.int64),
    }
    return {key: found[key] for key in checkpoint.text_inputs}


def _export_tower(
    checkpoint: Checkpoint, tower: str, inputs: dict[str, np.ndarray[Any, Any]], path: Path
) -> tuple[int, float]:
    """Dimension, and lowest cosine of any row to what torch says to the same inputs."""
    import torch

    module = _module(checkpoint.model, tower, list(inputs))
    tensors = {key: torch.from_numpy(value) for key, value in inputs.items()}
    try:
        with quiet(), torch.inference_mode():
            expected = module(*tensors.values()).numpy()
        _to_onnx(module, tensors, path)
    except (RuntimeError, TypeError, ValueError, AttributeError, KeyError) as error:
        raise BackboneError(
            f"The {tower} tower of {checkpoint.source} (kind {checkpoint.kind!r}) cannot be "
            f"exported: {error}"
        ) from error
    cosine = _lowest_cosine(path, inputs, expected)
    if not cosine >= LEAST_COSINE:
        raise BackboneError(
            f"The exported {tower} tower of {checkpoint.source} does not say what the checkpoint "
            f"says: the cosine is {cosine:.5f}, at least {LEAST_COSINE} is needed."
        )
    return int(expected.shape[1]), cosine


def _module(model: Any, tower: str, names: list[str]) -> Any:
    """The tower alone, as a torch module whose output has rows of unit length."""
    import torch

    class Tower(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *values: torch.Tensor) -> torch.Tensor:
            features = getattr(self.model, f"get_{tower}_features")
            found = features(**dict(zip(names, values, strict=True)))
            pooled = getattr(found, "pooler_output", found)
            return torch.nn.functional.normalize(pooled, dim=-1)

    return Tower().eval()


def _to_onnx(module: Any, tensors: dict[str, Any], path: Path) -> None:
    import torch

    # Tracing takes a tenth of the time of the exporter built on torch.export and gives the same
    # rows; what it could get wrong shows in the comparison with torch that follows.
    with quiet(), warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            tuple(tensors.values()),
            str(path),
            input_names=list(tensors),
            output_names=["embedding"],
            dynamic_axes={name: {0: "n"} for name in (*tensors, "embedding")},
            opset_version=17,
            dynamo=False,
        )
    if path.stat().st_size > LARGEST_TOWER:
        raise ValueError("it is larger than 2 GB")


def _lowest_cosine(path: Path, inputs: dict[str, np.ndarray[Any, Any]], expected: Floats) -> float:
    """Runs a whole batch and a single row, so that a batch axis that was frozen shows. NaN where
    any row has one."""
    session = open_session(path)
    cosines = []
    for rows in (slice(None), slice(0, 1)):
        found = session.run(["embedding"], {key: value[rows] for key, value in inputs.items()})[0]
        cosines.append((found * expected[rows]).sum(axis=1))
    return float(np.concatenate(cosines).min())  # unlike Python's min(), this one keeps a NaN
