"""Figures drawn with matplotlib, without a display."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matching.engine.heads import Floats
from matching.engine.metrics import Codes, confusion_matrix

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
