"""Where Celery looks for what its workers do."""

from __future__ import annotations

from celery import shared_task

from matching.indexing.keep_up import keep_up


@shared_task
def keep_up_with(product_ids: list[int]) -> None:
    keep_up(product_ids)
