"""Where Celery looks for what its workers do, and what each does beside: it keeps an eye on the
jobs of all of them."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from celery.signals import worker_ready
from django.db import connections

from jobs import queue
from jobs.queue import run_job

__all__ = ["run_job"]

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 5


@worker_ready.connect
def keep_watch(**_signal: Any) -> None:
    threading.Thread(target=_watch, name="watch-of-jobs", daemon=True).start()


def _watch() -> None:
    while True:
        look()
        connections.close_all()
        time.sleep(SECONDS_BETWEEN_LOOKS)


def look() -> None:
    """Lost jobs go on, and those that the broker does not know of are told to it."""
    try:
        queue.recover_lost()
        queue.send_waiting()
    except Exception:  # whatever it is, the next look may do better
        logger.exception("The jobs could not be looked at.")
