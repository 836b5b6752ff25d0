"""Kinds of long work. The services behind them are loaded when a job starts, not before."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.jobs import Report, job


@job("build_index", _("Build of the index"))
def build_index(report: Report, **params: Any) -> dict[str, Any]:
    from matching.services import building

    return building.build_index(report, **params)


@job("train_heads", _("Training of the heads"))
def train_heads(report: Report, **params: Any) -> dict[str, Any]:
    from matching.services import training

    return training.train_heads(report, **params)


@job("audit_labels", _("Audit of the labels"))
def audit_labels(report: Report, **params: Any) -> dict[str, Any]:
    from matching.services import audit

    return audit.audit_labels(report, **params)


@job("activate_generation", _("Change of the index"))
def activate_generation(report: Report, **params: Any) -> dict[str, Any]:
    from matching.services import model_room

    return model_room.activate_generation(report, **params)


@job("activate_heads", _("Change of the heads"))
def activate_heads(report: Report, **params: Any) -> dict[str, Any]:
    from matching.services import model_room

    return model_room.activate_heads(report, **params)
