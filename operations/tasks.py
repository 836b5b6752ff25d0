"""What is done at certain times, by the timetable (CELERY_BEAT_SCHEDULE)."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")


@shared_task
def prune_searches() -> None:
    call_command("prune_searches")


@shared_task
def sweep_files() -> None:
    call_command("sweep_files")


@shared_task
def sweep_all_files() -> None:
    call_command("sweep_files", all=True)
