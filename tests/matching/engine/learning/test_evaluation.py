from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn import metrics as reference
from sklearn.calibration import calibration_curve

from matching.engine.backends import backend
from matching.engine.generation import Catalogue
from matching.engine.learning.evaluation import (
    Queries,
    Searched,
    TimedIndex,
    Variant,
    answers,
    attribute_figures,
    match_figures,
    milliseconds,
    text_recall,
    twins_shown,
    variants,
)
from matching.engine.learning.plots import save_reliability_diagram
from matching.engine.metrics import MISSING, UNKNOWN, reliability

TYPES, COLOURS, STYLES = ("shirts", "bags", "hats"), ("red", "blue"), ("casual", "formal")


def codes(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


def rows(*vectors: tuple[float, ...]) -> np.ndarray:
    made = np.array(vectors, np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture
def catalogue() -> Catalogue:
    """Products 11 and 12 are red shirts that look the same, 13 a blue shirt, 14 a red bag."""
    labels = {
        "item_type": codes(0, 0, 0, 1),
        "colour": codes(0, 0, 1, 0),
        "style": codes(0, 0, 1, 0),
    }
    return Catalogue(
        ids=np.array([11, 12, 13, 14]),
        values={"item_type": TYPES, "colour": COLOURS, "style": STYLES},
        codes=labels,
        merchant=labels,
        ancestors={},
        roles={"gate": "item_type", "style": "style"},
    )


@pytest.fixture
def searched(catalogue: Catalogue) -> Searched:
    visual = rows((1, 0.02, 0), (1, 0.03, 0), (0.8, 0.6, 0), (0, 1, 0.1))
    style = np.array([[1, 0], [1, 0], [0, 1], [1, 0]], np.float32)
    index = backend().build(catalogue.ids, visual, style)
    return Searched(index, catalogue, TYPES, 0.99, {11, 12, 13, 14}.intersection)


@pytest.fixture
def query() -> Queries:
    """Looks like 14, the bag, more than like any shirt; the heads are sure that it is a shirt."""
    return Queries(
        rows((0.3, 0.95, 0)),
        {
            "item_type": np.array([[0.95, 0.04, 0.01]], np.float32),
            "style": np.array([[0.9, 0.1]], np.float32),
        },
        {"item_type": codes(0), "colour": codes(0), "style": codes(0)},
    )


def shown(searched: Searched, query: Queries, variant: Variant) -> list[int]:
    return [one for one in answers(searched, query, variant)[0].tolist() if one >= 0]


def test_the_gate_lets_only_the_seen_type_through_until_it_is_widened(
    searched: Searched, query: Queries
) -> None:
    assert shown(searched, query, Variant("", 1.0)) == [13, 12, 14]
    assert shown(searched, query, Variant("", 1.0, gate=None)) == [14, 13, 12]


def test_without_folding_both_twins_are_shown(searched: Searched, query: Queries) -> None:
    assert shown(searched, query, Variant("", 1.0, folding=False)) == [13, 12, 11, 14]


def test_style_only_puts_the_casual_ones_first(searched: Searched, query: Queries) -> None:
    # All three are as casual: the lower id first, its twin folded, the formal shirt last.
    assert shown(searched, query, Variant("", 0.0, gate=None)) == [11, 14, 13]


def test_what_is_shipped_stands_first_among_the_ways_to_choose() -> None:
    assert variants(0.7)[0] == Variant("hybrid", 0.7, gate=0.9, folding=True)
    assert [one.name for one in variants(0.7)] == [
        "hybrid", "visual only", "style only", "no gate", "gate 50 %", "no folding",
    ]  # fmt: skip


def test_precision_and_recall_of_matches_by_hand(catalogue: Catalogue) -> None:
    found = np.full((5, 10), -1)
    found[0, :4] = [14, 13, 11, 12]  # a red shirt: right at 3 and 4
    found[1, :2] = [13, 14]  # a red bag: right at 2
    found[2, :3] = [11, 12, 13]  # a blue bag, of which there is none
    found[3, :3] = [11, 12, 13]  # no label
    found[4, :3] = [11, 12, 13]  # a label that nobody knows
    truth = {
        "item_type": codes(0, 1, 1, MISSING, 0),
        "colour": codes(0, 0, 1, 0, UNKNOWN),
    }
    assert match_figures(found, truth, catalogue, ["item_type", "colour"]) == {
        "queries": 3.0,
        "findable": 2.0,
        "precision_3": pytest.approx((1 + 1 + 0) / 9),
        "recall_3": 1.0,
        "precision_10": pytest.approx((2 + 1 + 0) / 30),
        "recall_10": 1.0,
    }
    by_type = match_figures(found, truth, catalogue, ["item_type"])
    assert by_type["precision_3"] == pytest.approx((2 + 1 + 0 + 3) / 12)
    assert by_type["recall_3"] == pytest.approx(3 / 4)


def test_a_predicted_label_of_a_product_makes_no_match_right(catalogue: Catalogue) -> None:
    guessed = {**catalogue.merchant, "colour": codes(-1, -1, -1, -1)}
    catalogue = Catalogue(**{**vars(catalogue), "merchant": guessed})
    found, truth = np.full((1, 10), 11), {"colour": codes(0)}
    assert match_figures(found, truth, catalogue, ["colour"]) == {
        "queries": 1.0, "findable": 0.0, "precision_3": 0.0, "precision_10": 0.0,
    }  # fmt: skip


def test_queries_without_any_label_give_no_figures(catalogue: Catalogue) -> None:
    assert match_figures(np.full((1, 10), 11), {"colour": codes(-1)}, catalogue, ["colour"]) == {}


def test_twins_among_the_first_three_are_counted(searched: Searched) -> None:
    found = np.array([[11, 12, 14] + [-1] * 7, [11, 13, 14, 12] + [-1] * 6, [11] + [-1] * 9])
    assert twins_shown(found, searched.index, 0.99) == 0.5


def test_attribute_figures_leave_out_missing_and_unknown_labels() -> None:
    probabilities = np.array(
        [[0.6, 0.4], [0.3, 0.7], [0.9, 0.1], [0.5, 0.5], [0.8, 0.2]], np.float32
    )
    truth = codes(0, 0, MISSING, UNKNOWN, 2)  # 2: a value that the head has never learnt
    figures = attribute_figures(probabilities, truth)
    assert figures["rows"] == 2
    assert (figures["no_label"], figures["unknown_class"]) == (1, 2)
    assert figures["accuracy"] == 0.5
    assert figures["accuracy_of_all"] == 0.25


def test_attribute_figures_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 4, 300).astype(np.int32)
    logits = rng.normal(size=(300, 4)) + 1.2 * np.eye(4)[truth]
    probabilities = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(np.float32)
    figures, predicted = attribute_figures(probabilities, truth), probabilities.argmax(axis=1)
    assert figures["accuracy"] == pytest.approx(reference.accuracy_score(truth, predicted))
    assert figures["macro_f1"] == pytest.approx(
        reference.f1_score(truth, predicted, average="macro")
    )
    assert figures["top_3"] == pytest.approx(
        reference.top_k_accuracy_score(truth, probabilities, k=3)
    )


def test_reliability_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    sure = rng.uniform(0.5, 1, 500).astype(np.float32)
    probabilities = np.stack([sure, 1 - sure], axis=1)
    truth = (rng.uniform(size=500) > sure).astype(np.int32)
    counted, confidence, right = reliability(probabilities, truth)
    expected_right, expected_sure = calibration_curve(truth == 0, sure, n_bins=15)
    filled = counted > 0
    assert right[filled] == pytest.approx(expected_right)
    assert confidence[filled] == pytest.approx(expected_sure)
    assert counted.sum() == 500


def test_a_head_without_rows_has_no_figures_but_counts() -> None:
    assert attribute_figures(np.ones((2, 1), np.float32), codes(MISSING, UNKNOWN)) == {
        "no_label": 1.0, "unknown_class": 1.0, "rows": 0.0,
    }  # fmt: skip


def test_text_recall_counts_names_whose_picture_is_among_ten() -> None:
    pictures = np.eye(12, dtype=np.float32)
    names = np.eye(12, dtype=np.float32)
    names[0] = np.linspace(0, 1, 12) / 10  # its own picture is the last of all
    assert text_recall(names, pictures, np.arange(12)) == pytest.approx(11 / 12)


def test_another_picture_of_the_same_name_is_right_and_takes_no_place_from_it() -> None:
    pictures = np.eye(24, dtype=np.float32)
    names = np.repeat(np.linspace(1, 0, 24, dtype=np.float32)[None], 24, axis=0)
    # each name is nearest to the first picture; 12 bear that name, and all others come after them
    called = np.array([0] * 12 + list(range(1, 13)))
    assert text_recall(names, pictures, np.arange(24)) == pytest.approx(10 / 24)
    assert text_recall(names, pictures, called) == pytest.approx(12 / 24)
    called = np.array([0] * 12 + [0] + list(range(1, 12)))
    assert text_recall(names, pictures, called) == pytest.approx(13 / 24)


def test_a_name_finds_its_photo_among_the_ten_nearest() -> None:
    pictures, each = np.eye(12, dtype=np.float32), np.arange(12)
    assert text_recall(pictures, pictures, each) == 1
    assert text_recall(pictures[::-1] - pictures, pictures, each) == 0


def test_pictures_that_are_all_alike_recall_nothing() -> None:
    same = np.ones((12, 3), np.float32)
    assert text_recall(same, same, np.arange(12)) == 0.0


def test_a_timed_index_finds_the_same_and_counts_its_seconds(
    searched: Searched, query: Queries
) -> None:
    timed = TimedIndex(searched.index)
    style = query.probabilities["style"][0]
    expected = searched.index.search(query.vectors[0], style, 0.7, 4)
    found = timed.search(query.vectors[0], style, 0.7, 4)
    assert found[0].tolist() == expected[0].tolist()
    assert timed.seconds > 0


def test_milliseconds_of_stages_and_of_all() -> None:
    spent = milliseconds({"embed": [0.01, 0.02, 0.03], "search": [0.001, 0.001, 0.004]})
    assert spent["embed"]["median"] == pytest.approx(20)
    assert spent["all"] == {"median": pytest.approx(21), "p95": pytest.approx(32.7)}


def test_a_reliability_diagram_is_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "reliability.png"
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6]], np.float32)
    save_reliability_diagram(path, probabilities, codes(0, 0), title="colour")
    with Image.open(path) as drawn:
        assert drawn.format == "PNG"
        assert min(drawn.size) > 300
