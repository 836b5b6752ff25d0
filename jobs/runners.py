"""Which process runs a job, and whether it still does: a server that ends takes its jobs along."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from jobs.models import Job

RUNNER = "runner"
# Another machine's process cannot be asked; this long without a word means that it is gone.
LONGEST_SILENCE = timedelta(hours=1)


def runner_marker() -> dict[str, Any]:
    """What is kept in the result of an unfinished job: who runs it, and when it last said so."""
    return {
        RUNNER: {
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "began": _began(os.getpid()),
            "heard": timezone.now().isoformat(),
        }
    }


def is_lost(row: Job) -> bool:
    """Whether the process that took this unfinished job has ended without finishing it."""
    runner = row.result.get(RUNNER)
    if row.is_finished or runner is None:
        return False
    if runner["host"] == socket.gethostname():
        return bool(runner["began"] != _began(runner["pid"]))
    heard = parse_datetime(runner["heard"])
    return heard is None or timezone.now() - heard > LONGEST_SILENCE


def _began(pid: int) -> str:
    """When a process began, in ticks since the start of the machine, so that a number that is used
    again is told apart; "" if there is no such process."""
    try:
        # The name of the program comes before, in brackets, and may hold blanks.
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except FileNotFoundError:
        return "" if Path("/proc/self").exists() else _answers(pid)
    except (OSError, IndexError):
        return ""


def _answers(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "alive"
