"""A dual image and text encoder, loaded from a backbone folder and run with ONNX Runtime."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from matching.engine.arrays import Floats
from matching.engine.artifact import MANIFEST, check_file, read_manifest
from matching.engine.errors import BackboneError
from matching.engine.preprocess import ImagePreprocessor
from pictures import PictureError, as_rgb, open_picture

FORMAT = 1
IMAGE_BATCH = 32
TEXT_BATCH = 64
BATCHES_AHEAD = 2
TEXT_INPUTS = ("input_ids", "attention_mask")
SECTIONS = {"dimension": int, "image": dict}

K = TypeVar("K", bound=Hashable)
Picture = Image.Image | Path | bytes


class Backbone:
    """Opening one reads its manifest only; the towers are loaded when they are first needed."""

    def __init__(
        self, folder: Path, *, threads: int | None = None, providers: Sequence[str] | None = None
    ) -> None:
        self.folder = folder
        self.manifest = _read_manifest(folder)
        self.preprocess = ImagePreprocessor.from_manifest(self.manifest["image"])
        self._threads, self._providers = threads, providers
        self._sessions: dict[str, Any] = {}
        self._tokenizer: Any = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return str(self.manifest["name"])

    @property
    def dimension(self) -> int:
        return int(self.manifest["dimension"])

    @property
    def has_text(self) -> bool:
        return "text" in self.manifest and (self.folder / "text.onnx").is_file()

    @property
    def fingerprint(self) -> str:
        """16 hex digits of what image embeddings depend on."""
        parts = {key: self.manifest[key] for key in ("image", "dimension")}
        parts["weights"] = self.manifest["sha256"]["image.onnx"]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    def embed_image(self, image: Picture) -> Floats:
        """The unit row, float32 (d,), of one picture, in this thread. Raises PictureError."""
        pixels = self.prepare(image)
        if isinstance(pixels, PictureError):
            raise pixels
        row: Floats = self._run_image(pixels[None])[0]
        return row

    def embed_images(
        self,
        images: Iterable[Picture],
        *,
        batch_size: int = IMAGE_BATCH,
        on_progress: Callable[[int], None] | None = None,
    ) -> Floats:
        """Unit rows, float32 (n, d), one for each picture. Raises PictureError for a bad one."""
        rows: list[Floats] = []
        for _, row in self.embed_stream(enumerate(images), batch_size=batch_size):
            if isinstance(row, PictureError):
                raise row
            rows.append(row)
            if on_progress:
                on_progress(len(rows))
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)

    def embed_stream(
        self,
        items: Iterable[tuple[K, Picture]],
        *,
        batch_size: int = IMAGE_BATCH,
        workers: int | None = None,
    ) -> Iterator[tuple[K, Floats | PictureError]]:
        """Each key with its unit row (d,), or with why its picture cannot be used, in order.

        Pictures are decoded in `workers` threads while the model runs; memory stays flat however
        many there are.
        """
        _check_batch_size(batch_size)
        stream = iter(items)
        pool = ThreadPoolExecutor(workers or os.cpu_count() or 1, "intake")
        waiting: list[list[tuple[K, Future[Floats | PictureError]]]] = []
        try:
            while True:
                while len(waiting) <= BATCHES_AHEAD:
                    batch = list(islice(stream, batch_size))
                    if not batch:
                        break
                    waiting.append([(key, pool.submit(self.prepare, one)) for key, one in batch])
                if not waiting:
                    return
                yield from self._embed_batch(waiting.pop(0))
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def make_ready(self) -> None:
        """Loads the image tower and checks all other files now. Raises BackboneError where one is
        missing or damaged."""
        self.check_files()
        self._session("image.onnx")

    def check_files(self) -> None:
        """Those that are not open yet, against their digests. Raises BackboneError."""
        for name in self.manifest["sha256"]:
            if name not in self._sessions:
                self._check(name)

    def prepare(self, picture: Picture) -> Floats | PictureError:
        """Pixels (3, h, w) as the image tower takes them, or why the picture cannot be used."""
        try:
            if isinstance(picture, Image.Image):
                return self.preprocess(as_rgb(picture))
            return self.preprocess(open_picture(picture, target=2 * max(self.preprocess.size)))
        except PictureError as error:
            return error

    def _embed_batch(
        self, batch: list[tuple[K, Future[Floats | PictureError]]]
    ) -> Iterator[tuple[K, Floats | PictureError]]:
        results = [future.result() for _, future in batch]
        good = [result for result in results if not isinstance(result, PictureError)]
        rows = iter(self._run_image(np.stack(good)) if good else ())
        for (key, _), result in zip(batch, results, strict=True):
            yield key, result if isinstance(result, PictureError) else next(rows)

    def _run_image(self, pixels: Floats) -> Floats:
        found: Floats = self._session("image.onnx").run(["embedding"], {"pixel_values": pixels})[0]
        return found

    def embed_texts(self, texts: Iterable[str], *, batch_size: int = TEXT_BATCH) -> Floats:
        """Unit rows, float32 (n, d). Raises BackboneError where there is no text tower.

        A text in which a tower finds nothing at all, such as an empty one, may have a row of zeros:
        it is like nothing.
        """
        if not self.has_text:
            raise BackboneError(f"The backbone {self.name} has no text tower.")
        _check_batch_size(batch_size)
        session, stream = self._session("text.onnx"), iter(texts)
        rows = []
        while batch := list(islice(stream, batch_size)):
            found = session.run(["embedding"], self._tokens(batch))[0]
            rows.append(np.nan_to_num(found, nan=0.0))
        return np.concatenate(rows) if rows else np.empty((0, self.dimension), np.float32)

    def _tokens(self, texts: list[str]) -> dict[str, Any]:
        encodings = self._loaded_tokenizer().encode_batch(texts)
        columns = {
            "input_ids": [encoding.ids for encoding in encodings],
            "attention_mask": [encoding.attention_mask for encoding in encodings],
        }
        wanted = self.manifest["text"].get("inputs", TEXT_INPUTS[:1])
        return {name: np.array(columns[name], np.int64) for name in wanted}

    def _loaded_tokenizer(self) -> Any:
        with self._lock:
            if self._tokenizer is None:
                from tokenizers import Tokenizer

                self._check("tokenizer.json")
                made = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
                if not (made.padding and made.truncation):
                    raise self._misfit("tokenizer.json")
                self._tokenizer = made
            return self._tokenizer

    def _session(self, name: str) -> Any:
        with self._lock:
            if name not in self._sessions:
                self._check(name)
                session = open_session(self.folder / name, self._threads, self._providers)
                if name == "image.onnx":
                    self._check_size(session)
                self._sessions[name] = session
            return self._sessions[name]

    def _check_size(self, session: Any) -> None:
        """Only an axis that the tower has fixed is a number; a free one has a name."""
        shape = session.get_inputs()[0].shape[2:]
        pairs = zip(shape, self.preprocess.size, strict=True)
        if any(isinstance(fixed, int) and fixed != wanted for fixed, wanted in pairs):
            raise self._misfit("image.onnx")

    def _misfit(self, name: str) -> BackboneError:
        return BackboneError(
            f"{self.folder / name} does not fit its manifest; install the backbone again."
        )

    def _check(self, name: str) -> None:
        """A file is compared with the manifest when it is loaded, not at every opening."""
        check_file(self.folder / name, "backbone", self.manifest["sha256"], BackboneError)


def _read_manifest(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = read_manifest(folder, "backbone", FORMAT, BackboneError)
    path = folder / MANIFEST
    right = all(isinstance(manifest.get(key), kind) for key, kind in SECTIONS.items())
    if not right or "image.onnx" not in manifest["sha256"]:
        raise BackboneError(f"{path} is incomplete; install the backbone again.")
    if manifest["dimension"] < 1 or not _is_text_section(manifest.get("text", {})):
        raise BackboneError(f"{path} makes no sense; install the backbone again.")
    return manifest


def _is_text_section(section: Any) -> bool:
    if not isinstance(section, dict):
        return False
    inputs = section.get("inputs", TEXT_INPUTS[:1])
    known = isinstance(inputs, list | tuple) and all(name in TEXT_INPUTS for name in inputs)
    return known and "input_ids" in inputs


def _check_batch_size(size: int) -> None:
    if size < 1:  # of batches of nothing there would be none, and nobody would notice
        raise ValueError(f"batch_size must be at least 1, not {size}")


def open_session(
    path: Path, threads: int | None = None, providers: Sequence[str] | None = None
) -> Any:
    """An ONNX Runtime session that shares the cores with the threads that feed it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    # Threads of several sessions, and those that decode, must not burn the cores while they wait.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    available = onnxruntime.get_available_providers()
    if absent := sorted(set(providers or ()) - set(available)):
        raise BackboneError(f"ONNX Runtime has no {absent[0]} here; it has {', '.join(available)}.")
    wanted = providers or [
        name for name in ("CUDAExecutionProvider", "CPUExecutionProvider") if name in available
    ]
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=list(wanted))
    except Exception as error:  # its errors share no other base
        raise BackboneError(f"ONNX Runtime cannot load {path}: {error}") from error
