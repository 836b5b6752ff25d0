"""Long work: run by a Celery worker where there is a broker, else in the calling process.

A kind of job is a function `work(report, **params) -> result` registered by name; `report` carries
progress and log lines to the `Job` row, where whoever waits for it reads them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog.models import Job

MAX_ATTEMPTS = 3
SECONDS_BETWEEN_WRITES = 0.5


class JobError(Exception):
    """The work cannot be done; the message says why and what to do next."""


class Report(Protocol):
    def progress(self, done: int, total: int | None = None, note: str = "") -> None: ...
    def log(self, line: str) -> None: ...


Work = Callable[..., dict[str, Any]]
_kinds: dict[str, Work] = {}


def job(kind: str) -> Callable[[Work], Work]:
    def register(work: Work) -> Work:
        _kinds[kind] = work
        return work

    return register


class JobReport:
    """Writes progress to the row, at most twice a second; `listener` hears all of it at once."""

    def __init__(self, row: Job, listener: Report | None = None) -> None:
        self._row, self._listener = row, listener
        self._lines: list[str] = []
        self._written = 0.0

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        self._row.done, self._row.total, self._row.note = done, total, note[:200]
        if self._listener:
            self._listener.progress(done, total, note)
        if time.monotonic() - self._written > SECONDS_BETWEEN_WRITES:
            self.flush()

    def log(self, line: str) -> None:
        self._lines.append(line)
        if self._listener:
            self._listener.log(line)

    def flush(self) -> None:
        self._row.log += "".join(f"{line}\n" for line in self._lines)
        self._lines.clear()
        self._row.save(update_fields=["done", "total", "note", "log"])
        self._written = time.monotonic()


def submit(kind: str, **params: Any) -> Job:
    """Queues a job for a worker, once the current transaction is committed."""
    from catalog.tasks import run_job

    row = Job.objects.create(kind=kind, params=params)
    transaction.on_commit(lambda: run_job.delay(row.pk))
    return row


def run_here(kind: str, listener: Report | None = None, **params: Any) -> Job:
    """Runs a job in this process; what it raises reaches the caller after the row is closed."""
    row = Job.objects.create(kind=kind, params=params)
    execute(row, listener)
    return row


def execute(row: Job, listener: Report | None = None) -> None:
    report = JobReport(row, listener)
    row.state, row.started_at, row.attempts = Job.State.RUNNING, timezone.now(), row.attempts + 1
    row.save()
    try:
        row.result = _kinds[row.kind](report, **row.params)
        row.state = Job.State.DONE
    except BaseException as error:
        row.state = Job.State.FAILED
        report.log(str(error) if isinstance(error, JobError) else f"Stopped: {error!r}")
        raise
    finally:
        row.finished_at = timezone.now()
        report.flush()
        row.save(update_fields=["state", "result", "finished_at"])


def follow(row: Job, listener: Report, poll_seconds: float = 0.3) -> Job:
    """Waits for a job that a worker runs, passing on its progress. Raises JobError if it failed."""
    for fresh in _changes(row, poll_seconds):
        for line in fresh.log[len(row.log) :].splitlines():
            listener.log(line)
        listener.progress(fresh.done, fresh.total, fresh.note)
        row = fresh
    if row.state == Job.State.FAILED:
        raise JobError(row.log.strip().rsplit("\n", 1)[-1])
    return row


def _changes(row: Job, poll_seconds: float) -> Iterator[Job]:
    while not row.is_finished:
        time.sleep(poll_seconds)
        row = Job.objects.get(pk=row.pk)
        yield row


def has_broker() -> bool:
    return bool(settings.REDIS_URL)
