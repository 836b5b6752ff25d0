"""Where Celery looks for what its workers do."""

from __future__ import annotations

from celery import shared_task

from jobs import queue
from matching.indexing.keep_up import keep_up
from matching.indexing.tend import tend


@shared_task
def keep_up_with(product_ids: list[int]) -> None:
    keep_up(product_ids)


@shared_task
def tend_index() -> None:
    if tend().is_build_due:
        queue.submit("build_index")
