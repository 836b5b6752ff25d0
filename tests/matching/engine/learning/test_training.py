from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from matching.engine.errors import HeadsError
from matching.engine.heads import Head, Heads
from matching.engine.learning.training import Labels, fit_heads, near_duplicate_groups, split


def blobs(rows: int = 600, width: int = 16, classes: int = 3, noise: float = 0.6):
    rng = np.random.default_rng(3)
    codes = rng.integers(0, classes, rows).astype(np.int32)
    vectors = np.eye(width)[codes] + noise * rng.normal(size=(rows, width)) / width**0.5
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype("f4")
    return vectors, codes


NAMES = ("a", "b", "c")


@pytest.mark.slow
def test_heads_learn_as_well_as_logistic_regression() -> None:
    vectors, codes = blobs(2000, noise=2.2)
    trained = fit_heads(vectors, {"x": Labels(NAMES, codes)}, np.arange(2000))
    reference = LogisticRegression(C=100, max_iter=2000).fit(vectors[:1500], codes[:1500])
    ours = trained.figures["x"]["accuracy"]
    assert ours >= reference.score(vectors[1500:], codes[1500:]) - 0.05
    assert trained.figures["x"]["ece"] < 0.1


@pytest.mark.slow
def test_the_same_seed_gives_the_same_heads_and_another_seed_others() -> None:
    vectors, codes = blobs()
    labels = {"x": Labels(NAMES, codes)}
    groups = np.arange(len(codes))
    prints = [fit_heads(vectors, labels, groups, seed=seed).heads.fingerprint for seed in (1, 1, 2)]
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.slow
def test_unknown_labels_of_one_attribute_do_not_touch_the_other() -> None:
    vectors, codes = blobs()
    half_known = codes.copy()
    half_known[::2] = -1
    trained = fit_heads(
        vectors, {"x": Labels(NAMES, codes), "y": Labels(NAMES, half_known)}, np.arange(len(codes))
    )
    assert trained.figures["y"]["rows"] < trained.figures["x"]["rows"]
    assert trained.figures["y"]["accuracy"] > 0.9
    predicted = trained.heads.predict(vectors)["y"].argmax(axis=1)
    assert (predicted == codes).mean() > 0.9


@pytest.mark.slow
def test_temperature_makes_confidence_honest_where_labels_are_noise() -> None:
    rng = np.random.default_rng(0)
    vectors, codes = blobs(3000)
    noisy = np.where(rng.random(3000) < 0.3, rng.integers(0, 3, 3000), codes).astype(np.int32)
    trained = fit_heads(vectors, {"x": Labels(NAMES, noisy)}, np.arange(3000))
    assert trained.figures["x"]["ece"] < 0.06


def test_attributes_with_too_few_labels_are_left_out_and_named() -> None:
    vectors, codes = blobs(100)
    few = np.full(100, -1, np.int32)
    few[:5] = 0
    labels = {
        "x": Labels(NAMES, codes),
        "few": Labels(("a",), few),
        "same": Labels(("a",), np.zeros(100, np.int32)),
    }
    trained = fit_heads(vectors, labels, np.arange(100))
    assert trained.skipped == {
        "few": "5 labelled products, 20 are needed",
        "same": "all labelled products have the same value",
    }
    assert list(trained.heads.by_key) == ["x"]


def test_nothing_to_learn_from_is_an_error() -> None:
    with pytest.raises(HeadsError, match="No attribute has enough labels to learn from: x: 0 lab"):
        fit_heads(blobs(30)[0], {"x": Labels((), np.full(30, -1, np.int32))}, np.arange(30))


def test_what_the_catalogue_says_nothing_of_is_taken_over_from_the_prior() -> None:
    vectors, codes = blobs(60)
    garment = Head(("garment",), np.ones((1, 16), "f4"), np.zeros(1, "f4"))
    other = Head(("p", "q"), np.ones((2, 16), "f4"), np.zeros(2, "f4"))
    prior = Heads({"other": other}, garment)
    trained = fit_heads(vectors, {"x": Labels(NAMES, codes)}, np.arange(60), prior=prior)
    assert trained.heads.garment is garment
    assert trained.heads.by_key["other"] is other
    assert list(trained.figures) == ["x"]


def test_a_prior_rules_where_the_catalogue_has_nothing_to_show() -> None:
    """The prior knows class c from another kind of photo; the catalogue has only a and b."""
    vectors, codes = blobs(400)
    prior_weight = 8 * np.eye(3, 16, dtype="f4")
    prior_weight[2] = 8 * np.eye(16, dtype="f4")[9]
    prior = Heads({"x": Head(NAMES, prior_weight, np.zeros(3, "f4"))})
    only = codes < 2
    labels = {"x": Labels(NAMES, codes[only])}
    unseen = np.eye(16, dtype="f4")[[9]]
    groups = np.arange(int(only.sum()))
    without = fit_heads(vectors[only], labels, groups).heads.predict(unseen)["x"][0]
    with_prior = fit_heads(vectors[only], labels, groups, prior=prior).heads.predict(unseen)["x"]
    assert with_prior[0].argmax() == 2
    assert without.argmax() != 2


def test_progress_counts_up_to_its_total() -> None:
    vectors, codes = blobs(60)
    heard: list[tuple[int, int]] = []
    fit_heads(
        vectors,
        {"x": Labels(NAMES, codes)},
        np.arange(60),
        on_progress=lambda done, total: heard.append((done, total)),
    )
    assert [done for done, _ in heard] == list(range(1, len(heard) + 1))
    assert heard[-1][0] == heard[-1][1]


def test_near_duplicates_share_a_group_and_others_do_not() -> None:
    angles = np.radians([0, 1, 2, 40, 41, 90])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype("f4")
    groups = near_duplicate_groups(vectors, float(np.cos(np.radians(2.5))))
    assert groups.tolist() == [0, 0, 0, 3, 3, 5]


def test_a_chain_of_alike_products_does_not_become_one_group() -> None:
    angles = np.radians(np.arange(0, 60, 2))
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype("f4")
    groups = near_duplicate_groups(vectors, float(np.cos(np.radians(2.5))))
    assert np.bincount(groups).max() <= 2


def test_groups_stay_on_one_side_of_the_split() -> None:
    groups = np.repeat(np.arange(50), 4)
    held_out = split(groups, seed=5)
    assert held_out.reshape(50, 4).all(axis=1).sum() == 5
    assert held_out.sum() == 20


def scaled_prior(factor: float) -> Heads:
    weight = factor * np.eye(3, 16, dtype="f4")
    return Heads({"x": Head(NAMES, weight, np.zeros(3, "f4"))})


@pytest.mark.slow
def test_confidence_is_lowered_where_the_backbone_knows_the_photos() -> None:
    """The heads that came with it are far less sure of these photos than they could be."""
    vectors, codes = blobs(1000, noise=2.2)
    labels, groups = {"x": Labels(NAMES, codes)}, np.arange(len(codes))
    modest = fit_heads(vectors, labels, groups, prior=scaled_prior(2))
    honest = fit_heads(vectors, labels, groups, prior=scaled_prior(80))
    assert modest.doubted == {"x": 0.5}  # and no less, however sure they could be
    assert honest.doubted == {}
    surest = [one.heads.predict(vectors)["x"].max(axis=1).mean() for one in (modest, honest)]
    assert surest[0] < surest[1] - 0.02
    hits = [one.heads.predict(vectors)["x"].argmax(axis=1) == codes for one in (modest, honest)]
    assert abs(hits[0].mean() - hits[1].mean()) < 0.02


@pytest.mark.slow
def test_a_prior_that_lacks_a_class_says_nothing_of_confidence() -> None:
    vectors, codes = blobs()
    narrow = Heads({"x": Head(NAMES[:2], 4 * np.eye(2, 16, dtype="f4"), np.zeros(2, "f4"))})
    trained = fit_heads(vectors, {"x": Labels(NAMES, codes)}, np.arange(600), prior=narrow)
    assert trained.doubted == {}
