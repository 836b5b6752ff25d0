"""What is done at certain times; `celery beat` asks for it, a worker does it."""

from celery import shared_task
from django.core.management import call_command


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")


@shared_task
def prune_searches() -> None:
    call_command("prune_searches")
