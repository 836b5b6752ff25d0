"""What texts mean, in several languages: a small encoder, loaded from a folder of its own and run
with ONNX Runtime. Texts that mean the same are near each other, whatever words they use."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from matching.engine.arrays import Floats
from matching.engine.artifact import check_file, read_manifest
from matching.engine.backbone import open_session
from matching.engine.errors import SentencesError

SENTENCES_FORMAT = 1
ENCODER_FILE, TOKENIZER_FILE = "encoder.onnx", "tokenizer.json"
PHRASES_FILE = "phrases.npz"  # `texts` (JSON) and their `vectors` (n, d)
WHAT = "sentence encoder"
BATCH = 32
SHORTEST_WORD, LONGEST_ENDING = 3, 2  # letters


class Sentences:
    """Opening one reads its manifest only; the network is loaded when it is first needed."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder, WHAT, SENTENCES_FORMAT, SentencesError)
        try:
            self.dimension = int(self.manifest["dimension"])
            self._prefix = str(self.manifest["prefix"])
            self._fingerprint = str(self.manifest["sha256"][ENCODER_FILE])[:16]
        except (KeyError, TypeError, ValueError) as error:
            text = f"{folder} makes no sense; install the sentence encoder again."
            raise SentencesError(text) from error
        self._threads = threads
        self._session: Any = None
        self._tokenizer: Any = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return str(self.manifest["name"])

    @property
    def fingerprint(self) -> str:
        """16 hex digits of the network."""
        return self._fingerprint

    def embed(self, texts: Iterable[str]) -> Floats:
        """Unit rows, float32 (n, d). Raises SentencesError."""
        session, tokenizer = self._opened()
        rows = [_run(session, tokenizer, batch) for batch in _batches(texts, self._prefix)]
        return np.concatenate(rows) if rows else np.empty((0, self.dimension), np.float32)

    def embed_phrases(self, texts: Sequence[str]) -> Floats:
        """The same; those that it knows by heart at no cost. Raises SentencesError."""
        check_file(self.folder / PHRASES_FILE, WHAT, self.manifest["sha256"], SentencesError)
        with np.load(self.folder / PHRASES_FILE, allow_pickle=False) as arrays:
            known = dict(zip(json.loads(str(arrays["texts"])), arrays["vectors"], strict=True))
        new = [text for text in texts if text not in known]
        known |= dict(zip(new, self.embed(new), strict=True))
        rows = [known[text].astype(np.float32) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)

    def knows(self, word: str) -> bool:
        """Whether it is a usual word of one of the languages, be it with an ending."""
        _mark, *pieces, _end = self._opened()[1].encode(word).tokens
        if not pieces or len(pieces[0]) <= SHORTEST_WORD:
            return False
        return len(pieces) == 1 or (len(pieces) == 2 and len(pieces[1]) <= LONGEST_ENDING)

    def _opened(self) -> tuple[Any, Any]:
        with self._lock:
            if self._session is None:
                from tokenizers import Tokenizer

                for name in (ENCODER_FILE, TOKENIZER_FILE):
                    path, digests = self.folder / name, self.manifest["sha256"]
                    check_file(path, WHAT, digests, SentencesError)
                self._tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER_FILE))
                path = self.folder / ENCODER_FILE
                # Its 4-bit products are made for processors.
                self._session = open_session(path, self._threads, ["CPUExecutionProvider"])
            return self._session, self._tokenizer


def _batches(texts: Iterable[str], prefix: str) -> Iterator[list[str]]:
    stream = iter(texts)
    while batch := [prefix + text for text in islice(stream, BATCH)]:
        yield batch


def _run(session: Any, tokenizer: Any, texts: list[str]) -> Floats:
    encodings = tokenizer.encode_batch(texts)
    inputs = {
        "input_ids": np.array([one.ids for one in encodings], np.int64),
        "attention_mask": np.array([one.attention_mask for one in encodings], np.int64),
    }
    found: Floats = session.run(["embedding"], inputs)[0]
    return found
