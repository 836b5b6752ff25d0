"""Fills the catalogue with the products that ship with the project."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from catalog.importers.folder import import_folder
from jobs.queue import Report


def load_demo(report: Report) -> dict[str, Any]:
    """`import_folder` of the demo catalogue."""
    return import_folder(report, path=str(settings.DEMO_DIR))
