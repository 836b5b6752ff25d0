"""Long work: run by a Celery worker where there is a broker, else in the calling process, or in a
thread of it where somebody waits for a page.

A kind of job is a function `work(report, **params) -> result` that the setting JOBS names; `report`
carries progress and log lines to the `Job` row, where whoever waits for it reads them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from celery import shared_task
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from jobs.models import Job
from jobs.runners import is_lost, runner_marker

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
SECONDS_BETWEEN_WRITES = 0.5
CANCELLED = "Cancelled."
SERVER_ENDED = "Stopped: the server ended. Retry to start again."
UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)


class JobError(Exception):
    """The work cannot be done; the message says why and what to do next."""


class JobCancelledError(JobError):
    """Somebody asked the job to stop."""


class Report(Protocol):
    def progress(self, done: int, total: int | None = None, note: str = "") -> None: ...
    def log(self, line: str) -> None: ...


Work = Callable[..., dict[str, Any]]


def work_of(kind: str) -> Work:
    """The function that does it, imported when it is needed. Raises JobError if nothing does."""
    if kind not in settings.JOBS:
        raise JobError(f"This site knows no job {kind!r}: nothing was done.")
    path, _title = settings.JOBS[kind]
    work: Work = import_string(path)
    return work


def title_of(kind: str) -> str:
    """What people read; the name of the kind for one that is no longer known."""
    _path, title = settings.JOBS.get(kind, ("", ""))
    return str(title or kind.replace("_", " ").capitalize())


class JobReport:
    """Writes progress to the row, at most twice a second; `listener` hears all of it at once.

    Then it also looks whether the job is to stop, and raises JobCancelledError if so.
    """

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
            self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if Job.objects.filter(pk=self._row.pk, cancel_requested=True).exists():
            raise JobCancelledError(CANCELLED)

    def log(self, line: str) -> None:
        self._lines.append(line)
        if self._listener:
            self._listener.log(line)

    def flush(self) -> None:
        self._row.log += "".join(f"{line}\n" for line in self._lines)
        self._lines.clear()
        fields = ["done", "total", "note", "log"]
        if self._row.state == Job.State.RUNNING:
            self._row.result = runner_marker()
            fields.append("result")
        self._row.save(update_fields=fields)
        self._written = time.monotonic()


def submit(kind: str, **params: Any) -> Job:
    """Queues a job for a worker, once the current transaction is committed."""
    row = Job.objects.create(kind=kind, params=params)
    transaction.on_commit(lambda: run_job.delay(row.pk))
    return row


def submit_in_background(kind: str, **params: Any) -> Job:
    """Runs a job in a thread of this process, one at a time, and returns at once."""
    row = Job.objects.create(kind=kind, params=params, result=runner_marker())
    transaction.on_commit(lambda: _start_thread(row.pk))
    return row


_one_at_a_time = threading.Lock()


def _start_thread(job_id: int) -> None:
    # A daemon: a server that is told to end does not wait an hour for a build.
    threading.Thread(target=_run_alone, args=[job_id], name=f"job-{job_id}", daemon=True).start()


def _run_alone(job_id: int) -> None:
    try:
        with _one_at_a_time:
            run_job(job_id)
    except Exception:
        logger.exception("job %s failed", job_id)
    finally:
        connections.close_all()


def start(kind: str, **params: Any) -> Job:
    """For whoever must not wait, a page above all: a worker does it, or else a thread."""
    return submit(kind, **params) if has_broker() else submit_in_background(kind, **params)


def retry(row: Job) -> Job:
    """The same work once more, as a new job."""
    return start(row.kind, **row.params)


def cancel(row: Job) -> bool:
    """A queued job never starts, a running one stops at its next report; False if it had finished.

    One whose process has ended is closed at once.
    """
    found = Job.objects.filter(pk=row.pk, state__in=UNFINISHED)
    if not found.update(cancel_requested=True):
        return False
    if is_lost(row):
        return _close(row.pk, UNFINISHED, Job.State.CANCELLED, CANCELLED)
    _close(row.pk, (Job.State.QUEUED,), Job.State.CANCELLED, CANCELLED)
    return True


def _close(job_id: int, states: tuple[Job.State, ...], state: Job.State, line: str) -> bool:
    """Ends a job that nobody runs, unless somebody else was faster."""
    with transaction.atomic():
        row = Job.objects.select_for_update().filter(pk=job_id, state__in=states).first()
        if row is None:
            return False
        row.state, row.finished_at, row.result = state, timezone.now(), {}
        row.log += f"{line}\n"
        row.save(update_fields=["state", "finished_at", "result", "log"])
        return True


def close_lost() -> int:
    """Says of jobs whose process has ended that they will not go on; returns how many.

    Where there is a broker it hands them to another worker instead.
    """
    if has_broker():
        return 0
    lost = [row for row in Job.objects.filter(state__in=UNFINISHED) if is_lost(row)]
    return sum(_close(row.pk, UNFINISHED, Job.State.FAILED, SERVER_ENDED) for row in lost)


def run_here(kind: str, listener: Report | None = None, **params: Any) -> Job:
    """Runs a job in this process; what it raises reaches the caller after the row is closed."""
    row = Job.objects.create(kind=kind, params=params)
    execute(row, listener)
    return row


def execute(row: Job, listener: Report | None = None) -> None:
    """Runs the work of a row. Raises what the work raises, JobCancelledError if it was stopped."""
    if not _claim(row):
        raise JobCancelledError(CANCELLED)
    report = JobReport(row, listener)
    try:
        result = work_of(row.kind)(report, **row.params)
        row.state, row.result = Job.State.DONE, result
    except BaseException as error:
        is_cancelled = isinstance(error, JobCancelledError)
        row.state, row.result = (Job.State.CANCELLED if is_cancelled else Job.State.FAILED), {}
        report.log(str(error) if isinstance(error, JobError) else f"Stopped: {error!r}")
        raise
    finally:
        row.finished_at = timezone.now()
        report.flush()
        row.save(update_fields=["state", "result", "finished_at"])


def _claim(row: Job) -> bool:
    """Makes the job a running one, unless it was cancelled meanwhile."""
    changes = {
        "state": Job.State.RUNNING,
        "started_at": timezone.now(),
        "attempts": row.attempts + 1,
        "result": runner_marker(),
    }
    waiting = Job.objects.filter(pk=row.pk, state__in=UNFINISHED, cancel_requested=False)
    if not waiting.update(**changes):
        _close(row.pk, UNFINISHED, Job.State.CANCELLED, CANCELLED)
        row.refresh_from_db()
        return False
    row.refresh_from_db()
    return True


@shared_task(name="jobs.tasks.run_job")
def run_job(job_id: int) -> None:
    """What a worker or a thread does with a job that waits."""
    row = Job.objects.filter(pk=job_id).first()
    if row is None or row.is_finished:
        logger.warning("job %s is gone or finished", job_id)
        return
    if row.attempts >= MAX_ATTEMPTS:
        row.state, row.finished_at = Job.State.FAILED, timezone.now()
        row.log += f"Given up after {row.attempts} attempts: the worker was lost each time.\n"
        row.save(update_fields=["state", "finished_at", "log"])
        return
    try:
        execute(row)
    except JobError as error:
        logger.warning("%s: %s", row, error)


def follow(row: Job, listener: Report, poll_seconds: float = 0.3) -> Job:
    """Waits for a job that a worker runs, passing on its progress. Raises JobError if it failed."""
    for fresh in _changes(row, poll_seconds):
        for line in fresh.log[len(row.log) :].splitlines():
            listener.log(line)
        listener.progress(fresh.done, fresh.total, fresh.note)
        row = fresh
    if row.state in (Job.State.FAILED, Job.State.CANCELLED):
        raise JobError(last_line(row))
    return row


def last_line(row: Job) -> str:
    """What the job said last; for one that failed, why."""
    return row.log.strip().rsplit("\n", 1)[-1]


def _changes(row: Job, poll_seconds: float) -> Iterator[Job]:
    while not row.is_finished:
        time.sleep(poll_seconds)
        row = Job.objects.get(pk=row.pk)
        yield row


def has_broker() -> bool:
    return bool(settings.REDIS_URL)
