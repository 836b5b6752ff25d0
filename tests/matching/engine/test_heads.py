from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matching.engine.errors import HeadsError
from matching.engine.heads import Head, Heads, load_heads, mix, softmax, vote, vote_share


@pytest.fixture
def heads() -> Heads:
    rng = np.random.default_rng(0)
    colour = Head(("black", "red"), rng.normal(size=(2, 4)).astype("f4"), np.zeros(2, "f4"))
    garment = Head(("garment",), np.array([[1, 0, 0, 0]], "f4"), np.array([-0.5], "f4"))
    return Heads({"colour": colour}, garment)


def test_probabilities_are_the_softmax_of_weight_times_vector_plus_bias() -> None:
    head = Head(("a", "b"), np.array([[2, 0], [0, 0]], "f4"), np.array([0, 1], "f4"))
    expected = np.exp([2, 1]) / np.exp([2, 1]).sum()
    assert head.probabilities(np.array([[1, 0]], "f4"))[0] == pytest.approx(expected)


def test_softmax_bears_large_logits() -> None:
    assert softmax(np.array([[1000.0, 0.0]], "f4")).tolist() == [[1.0, 0.0]]


def test_a_fashion_item_is_seen_above_zero(heads: Heads) -> None:
    vectors = np.array([[1, 0, 0, 0], [0, 1, 0, 0]], "f4")
    assert heads.fashion_logits(vectors).tolist() == [0.5, -0.5]


def test_without_a_detector_everything_is_fashion() -> None:
    assert (Heads({}).fashion_logits(np.zeros((2, 4), "f4")) > 0).all()


def test_saved_heads_load_as_they_were(heads: Heads, tmp_path: Path) -> None:
    heads.save(tmp_path)
    loaded = load_heads(tmp_path)
    assert loaded.fingerprint == heads.fingerprint
    assert loaded.by_key["colour"].classes == ("black", "red")
    np.testing.assert_array_equal(loaded.by_key["colour"].weight, heads.by_key["colour"].weight)


def test_the_fingerprint_changes_with_weights_and_with_names(heads: Heads) -> None:
    head = heads.by_key["colour"]
    renamed = Heads({"colour": Head(("black", "rose"), head.weight, head.bias)}, heads.garment)
    moved = Heads({"colour": Head(head.classes, head.weight + 1, head.bias)}, heads.garment)
    assert len({heads.fingerprint, renamed.fingerprint, moved.fingerprint}) == 3


def test_missing_heads_are_named(tmp_path: Path) -> None:
    with pytest.raises(HeadsError, match=r"There are no heads in .*\."):
        load_heads(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"not safetensors", b"\xff" * 100])
def test_damaged_heads_are_named(heads: Heads, tmp_path: Path, damage: bytes) -> None:
    heads.save(tmp_path)
    (tmp_path / "heads.safetensors").write_bytes(damage)
    with pytest.raises(HeadsError, match="are damaged; train them again"):
        load_heads(tmp_path)


def test_more_names_than_weights_is_damage(heads: Heads, tmp_path: Path) -> None:
    heads.save(tmp_path)
    (tmp_path / "heads.json").write_text('{"colour": ["black", "red", "blue"]}')
    with pytest.raises(HeadsError, match="damaged"):
        load_heads(tmp_path)


def test_votes_fall_off_with_distance_from_the_nearest() -> None:
    codes = np.array([0, 1, -1], np.int32)
    shares = vote(np.array([0.90, 0.88, 0.99], "f4"), codes, 3)
    near, far = 1.0, np.exp(-1.0)  # 0.02 behind the best labelled neighbour
    assert shares == pytest.approx([near / (near + far), far / (near + far), 0])


def test_nobody_votes_without_labels() -> None:
    assert vote(np.array([0.9], "f4"), np.array([-1], np.int32), 2) is None


def test_heads_and_votes_are_mixed_by_share() -> None:
    mixed = mix(np.array([0.8, 0.2], "f4"), np.array([0.0, 1.0], "f4"), 0.25)
    assert mixed == pytest.approx([0.6, 0.4])
    assert mix(np.array([0.8, 0.2], "f4"), None, 0.5) == pytest.approx([0.8, 0.2])


def test_votes_count_half_where_neighbours_are_near_and_nothing_where_they_are_far() -> None:
    assert vote_share(best=1.0, near=0.9) == pytest.approx(0.5, abs=0.01)
    assert vote_share(best=0.9, near=0.9) == pytest.approx(0.25)
    assert vote_share(best=0.7, near=0.9) < 0.001


def test_one_bit_of_saved_heads_is_noticed(heads: Heads, tmp_path: Path) -> None:
    heads.save(tmp_path)
    for name in ("heads.safetensors", "heads.json"):
        whole = (tmp_path / name).read_bytes()
        for at in range(0, len(whole), 7):
            broken = bytearray(whole)
            broken[at] ^= 1 << at % 8
            (tmp_path / name).write_bytes(broken)
            try:
                assert load_heads(tmp_path).fingerprint == heads.fingerprint
            except HeadsError:
                continue
        (tmp_path / name).write_bytes(whole)
    assert load_heads(tmp_path).fingerprint == heads.fingerprint
