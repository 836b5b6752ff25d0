"""Where Celery looks for what its workers do."""

from __future__ import annotations

from celery import shared_task

from catalog.importers.sources import KIND, claim_due
from jobs import queue


@shared_task
def sync_sources() -> None:
    for source in claim_due():
        queue.submit(KIND, source=source.pk)
