"""Draws a search and its matches side by side."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matching.engine.errors import MissingPackageError
from matching.engine.needs import missing, require
from matching.models import Search
from pictures import PictureError, clean, decode


class GridError(Exception):
    """The picture cannot be written; the message says why."""


def show_grid(search: Search, path: Path | None) -> str:
    """Writes the grid to `path`, or opens a window where there is a display and a terminal.

    Returns where the grid is, "" if there is neither (the matches were printed with their paths).
    """
    if path is not None:
        try:
            require("Drawing a grid", "matplotlib")
            _figure(search).savefig(path, dpi=120)
        except MissingPackageError as error:
            raise GridError(str(error)) from error
        except (OSError, ValueError) as error:
            raise GridError(f"{path} cannot be written: {error}") from error
        return str(path)
    has_display = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY")
    if missing("matplotlib") or not (has_display and sys.stdout.isatty()):
        return ""
    return _window(search)


def _window(search: Search) -> str:
    import matplotlib.pyplot as plt

    if plt.get_backend().lower() == "agg":
        return ""
    _draw(plt.figure(figsize=_size(search), layout="constrained"), search)
    plt.show()
    return "window"


def _figure(search: Search) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=_size(search), layout="constrained")
    FigureCanvasAgg(figure)
    _draw(figure, search)
    return figure


def _size(search: Search) -> tuple[float, float]:
    return 2.6 * (1 + search.matches.count()), 4.2


def _draw(figure: Any, search: Search) -> None:
    matches = list(search.matches.select_related("product"))
    axes = figure.subplots(1, 1 + len(matches), squeeze=False)[0]
    _cell(axes[0], search.photo, "your photo", [one["box"] for one in search.garments])
    for one, match in zip(axes[1:], matches, strict=True):
        title = f"{match.rank}. {match.name[:30]}\n{match.score:.3f}"
        _cell(one, match.product.photo if match.product else None, title)


def _cell(axes: Any, photo: Any, title: str, boxes: Sequence[Sequence[float]] = ()) -> None:
    """`boxes`, the first of them the one searched with, as shares of the photo's sides."""
    axes.set_title(title, fontsize=9, parse_math=False)
    axes.axis("off")
    try:
        if photo:
            with photo.open("rb") as file:
                shown = clean(decode(file.read()))
            axes.imshow(shown)
            for number, box in enumerate(boxes):
                _frame(axes, box, shown.size, is_main=number == 0)
    except (OSError, PictureError):
        axes.text(0.5, 0.5, "no photo", ha="center", transform=axes.transAxes)


def _frame(axes: Any, box: Sequence[float], size: tuple[int, int], *, is_main: bool) -> None:
    from matplotlib.patches import Rectangle

    (left, top, right, bottom), (width, height) = box, size
    place = (left * width, top * height)
    colour = "tab:red" if is_main else "tab:blue"
    sides = ((right - left) * width, (bottom - top) * height)
    axes.add_patch(Rectangle(place, *sides, fill=False, edgecolor=colour, linewidth=1.5))
