"""Figures of a classifier. Everywhere: probabilities (n, classes), truth (n,) class codes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.engine.arrays import Codes, Floats

ECE_BINS = 15
# Codes of rows that have no class: the label is missing, or it is a value that nobody knows.
MISSING, UNKNOWN = -1, -2


def top_k_accuracy(probabilities: Floats, truth: Codes, k: int) -> float:
    """Share of rows whose true class is among the k most probable."""
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    return float((best == truth[:, None]).any(axis=1).mean())


def confusion_matrix(predicted: Codes, truth: Codes, classes: int) -> npt.NDArray[np.int64]:
    """(classes, classes): rows are the truth, columns what was predicted."""
    cells = np.bincount(truth.astype(np.int64) * classes + predicted, minlength=classes * classes)
    return cells.reshape(classes, classes)


def macro_f1(confusion: npt.NDArray[np.int64]) -> float:
    """Mean F1 over the classes that occur in the truth or in the predictions."""
    hits = np.diag(confusion).astype(float)
    sizes = confusion.sum(axis=0) + confusion.sum(axis=1)
    occurs = sizes > 0
    return float((2 * hits[occurs] / sizes[occurs]).mean())


def reliability(
    probabilities: Floats, truth: Codes
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Rows, mean confidence and accuracy in each of 15 equal-width bins of confidence, each (15,);
    0 where a bin is empty."""
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == truth
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    rows = np.bincount(bins, minlength=ECE_BINS)
    sure = np.bincount(bins, weights=confidence, minlength=ECE_BINS) / np.maximum(rows, 1)
    right = np.bincount(bins, weights=correct, minlength=ECE_BINS) / np.maximum(rows, 1)
    return rows, sure, right


def expected_calibration_error(probabilities: Floats, truth: Codes) -> float:
    """Mean gap between confidence and accuracy over 15 equal-width bins, weighted by their size.

    Source: Guo et al., "On Calibration of Modern Neural Networks", 2017.
    """
    rows, sure, right = reliability(probabilities, truth)
    return float((rows * np.abs(right - sure)).sum() / len(truth))


def summarise(probabilities: Floats, truth: Codes) -> dict[str, float]:
    """accuracy, macro_f1, top_3, ece and rows, for one attribute."""
    predicted = probabilities.argmax(axis=1).astype(np.int32)
    confusion = confusion_matrix(predicted, truth, probabilities.shape[1])
    return {
        "rows": len(truth),
        "accuracy": float((predicted == truth).mean()),
        "macro_f1": macro_f1(confusion),
        "top_3": top_k_accuracy(probabilities, truth, 3),
        "ece": expected_calibration_error(probabilities, truth),
    }
