"""Which process runs a job, and how long it may be silent before the job is taken from it."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jobs.models import Job

# Of another machine's process nothing is known but what it says.
SILENCE = timedelta(seconds=20)
# One that is seen to live may be kept from writing, by a long write of somebody else's above all.
SILENCE_OF_THE_LIVING = timedelta(seconds=60)
NONE = timedelta(0)
# States of Linux: ended and not cleared away yet, and stopped by a signal.
ENDED, STOPPED = "ZXx", "Tt"


def this_process() -> dict[str, Any]:
    """The columns of a job that say who runs it."""
    began, _state = _process(os.getpid())
    return {"host": this_host(), "pid": os.getpid(), "process_began": began}


@cache
def this_host() -> str:
    """This start of this machine, and the space within it in which numbers of processes are
    unique: containers can share a name."""
    parts = [socket.gethostname()[:64]]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text()[:8])
        parts.append(os.readlink("/proc/self/ns/pid"))
    return " ".join(parts)


def patience_with(row: Job) -> timedelta:
    """How long the process that took this job may be silent; no time at all if it has ended."""
    if row.host != this_host():
        return SILENCE
    began, state = _process(row.pid or 0)
    if began != row.process_began or state in ENDED:
        return NONE
    return SILENCE if state in STOPPED else SILENCE_OF_THE_LIVING


def _process(pid: int) -> tuple[str, str]:
    """When a process began, in ticks since the start of the machine, so that a number that is used
    again is told apart, and its state; ("", "") if there is none."""
    try:
        # The name of the program comes before, in brackets, and may hold blanks.
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return fields[19], fields[0]
    except FileNotFoundError:
        return ("", "") if Path("/proc/self").exists() else (_answers(pid), "R")
    except (OSError, IndexError):
        return "", ""


def _answers(pid: int) -> str:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass
    return "alive"
