"""Kinds of long work. The services behind them are loaded when a job starts, not before."""

from __future__ import annotations

from typing import Any

from catalog.jobs import Report, job


@job("build_index")
def build_index(report: Report, **params: Any) -> dict[str, Any]:
    from matching.services import building

    return building.build_index(report, **params)


@job("train_heads")
def train_heads(report: Report, **params: Any) -> dict[str, Any]:
    from matching.services import training

    return training.train_heads(report, **params)
