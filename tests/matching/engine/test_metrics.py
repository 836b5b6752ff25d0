from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference

from matching.engine.metrics import (
    confusion_matrix,
    expected_calibration_error,
    macro_f1,
    summarise,
    top_k_accuracy,
)


@pytest.fixture
def guesses() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 5, 400).astype(np.int32)
    truth[truth == 4] = 3  # a class that never occurs, but is predicted
    logits = rng.normal(size=(400, 5)) + 1.5 * np.eye(5)[truth]
    exp = np.exp(logits)
    return (exp / exp.sum(axis=1, keepdims=True)).astype(np.float32), truth


def test_figures_agree_with_scikit_learn(guesses: tuple[np.ndarray, np.ndarray]) -> None:
    probabilities, truth = guesses
    predicted = probabilities.argmax(axis=1)
    figures = summarise(probabilities, truth)
    assert figures["accuracy"] == pytest.approx(reference.accuracy_score(truth, predicted))
    assert figures["macro_f1"] == pytest.approx(
        reference.f1_score(truth, predicted, average="macro")
    )
    assert figures["top_3"] == pytest.approx(
        reference.top_k_accuracy_score(truth, probabilities, k=3, labels=range(5))
    )
    assert figures["rows"] == 400


def test_confusion_matrix_has_the_truth_in_its_rows() -> None:
    predicted, truth = np.array([0, 1, 1], np.int32), np.array([0, 0, 1], np.int32)
    assert confusion_matrix(predicted, truth, 3).tolist() == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]


def test_macro_f1_leaves_out_classes_that_never_occur() -> None:
    assert macro_f1(np.array([[2, 0, 0], [0, 3, 0], [0, 0, 0]])) == 1.0


def test_calibration_error_by_hand() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]], np.float32)
    truth = np.array([0, 1, 0, 0], np.int32)
    # Sure at .9 and right half the time, at .6 and right always: (2 * .4 + 2 * .4) / 4.
    assert expected_calibration_error(probabilities, truth) == pytest.approx(0.4)


def test_top_k_counts_the_truth_anywhere_among_the_best() -> None:
    probabilities = np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2]], np.float32)
    truth = np.array([1, 2], np.int32)
    assert top_k_accuracy(probabilities, truth, 2) == 0.5
