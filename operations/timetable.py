"""The timetable where no `celery beat` runs: the same entries, started by whoever looks.

`manage.py run_due` looks once, for cron. Without a broker the web server looks by itself, from a
thread of each worker; whoever is first marks an entry as started, so that it is once.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import timezone
from django.utils.module_loading import import_string

from operations.models import LastRun

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 60.0


def run_due() -> list[str]:
    """Starts what is due; returns its names. What fails is logged, and tried when it is due
    again."""
    return [name for name in _entries() if _is_mine(name) and _start(name)]


def _entries() -> dict[str, Any]:
    entries: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE
    return entries


def _is_mine(name: str) -> bool:
    """Whether it is due and nobody else has started it. One that never ran waits for its time."""
    row, is_new = LastRun.objects.get_or_create(name=name, defaults={"at": timezone.now()})
    if is_new or not _is_due(name, row.at):
        return False
    return bool(LastRun.objects.filter(pk=row.pk, at=row.at).update(at=timezone.now()))


def _is_due(name: str, last: datetime) -> bool:
    # A clock that was put back must not keep it from running until then.
    if last > timezone.now():
        return True
    return bool(_entries()[name]["schedule"].is_due(last).is_due)


def _start(name: str) -> bool:
    task = import_string(_entries()[name]["task"])
    try:
        task()
    except Exception:
        logger.exception("%s failed", name)
    return True


def look_from_a_thread() -> None:
    """For a server without a broker; the thread ends with the process."""
    threading.Thread(target=_look_for_ever, name="timetable", daemon=True).start()


def _look_for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(SECONDS_BETWEEN_LOOKS):
        try:
            run_due()
        except Exception:
            logger.exception("the timetable cannot be looked at")
        finally:
            connections.close_all()
