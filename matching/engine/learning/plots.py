"""Figures drawn with matplotlib, without a display."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matching.engine.arrays import Codes, Floats
from matching.engine.metrics import (
    ECE_BINS,
    confusion_matrix,
    expected_calibration_error,
    reliability,
)

MOST_CLASSES = 30


def save_confusion_matrix(
    path: Path, probabilities: Floats, truth: Codes, classes: Sequence[str], *, title: str
) -> None:
    """Rows are the truth, each summing to 1; the 30 most frequent classes if there are more."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    predicted = probabilities.argmax(axis=1).astype(np.int32)
    cells = confusion_matrix(predicted, truth, len(classes))
    shown = np.argsort(-cells.sum(axis=1), kind="stable")[:MOST_CLASSES]
    shown = shown[cells.sum(axis=1)[shown] > 0]
    shares = cells[np.ix_(shown, shown)] / cells.sum(axis=1)[shown, None]
    names = [classes[at] for at in shown]
    side = 3 + 0.28 * len(names)
    figure = Figure(figsize=(side, side), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    image = axes.imshow(shares, vmin=0, vmax=1, cmap="viridis")
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    accuracy = float((predicted == truth).mean())
    axes.set_title(f"{title}: {accuracy:.1%} of {len(truth):,} right")
    axes.set_xlabel("predicted")
    axes.set_ylabel("truth")
    figure.colorbar(image, ax=axes, shrink=0.6)
    figure.savefig(path, dpi=110)


def save_reliability_diagram(
    path: Path, probabilities: Floats, truth: Codes, *, title: str
) -> None:
    """How often it is right for how sure it is: on the diagonal where the two agree. Below, how
    many answers each bar stands for."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows, sure, right = reliability(probabilities, truth)
    filled = rows > 0
    figure = Figure(figsize=(5, 6), layout="constrained")
    FigureCanvasAgg(figure)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    above.plot([0, 1], [0, 1], color="grey", linestyle="--", linewidth=1)
    above.bar(_middles()[filled], right[filled], width=1 / ECE_BINS, edgecolor="white")
    above.plot(sure[filled], right[filled], "o", color="black", markersize=4)
    above.set_ylabel("share that is right")
    error = expected_calibration_error(probabilities, truth)
    above.set_title(f"{title}: calibration error {error:.3f}, {len(truth):,} rows")
    below.bar(_middles(), rows, width=1 / ECE_BINS, edgecolor="white")
    below.set_xlabel("confidence")
    below.set_ylabel("rows")
    below.set_xlim(0, 1)
    figure.savefig(path, dpi=110)


def _middles() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return (np.arange(ECE_BINS) + 0.5) / ECE_BINS
