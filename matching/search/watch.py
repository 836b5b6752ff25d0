"""What is counted of searches, for whoever watches the service."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from prometheus_client import Counter, Histogram

P = ParamSpec("P")
R = TypeVar("R")

STAGE_SECONDS = Histogram("findmyvibe_search_stage_seconds", "Stages of a search.", ["stage"])
ANSWERS = Counter(
    "findmyvibe_answers", "Answers of searches, by what was said to them.", ["source", "message"]
)


def stage(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Marks a function as a stage, whose time is kept."""
    timed: Callable[[Callable[P, R]], Callable[P, R]] = STAGE_SECONDS.labels(name).time()
    return timed
