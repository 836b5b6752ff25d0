"""Long work: run by a Celery worker where there is a broker, else in the calling process, or in a
thread of it where somebody waits for a page.

A kind of job is a function `work(report, **params) -> result` that the setting JOBS names; `report`
carries progress and log lines to the `Job` row, where whoever waits for it reads them. The row is
the truth of who does it (`jobs/leases.py`); what the broker carries only says that it waits.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Protocol

from celery import shared_task
from django.conf import settings
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import AnonymousUser, User
from django.db import InterfaceError, OperationalError, connections, transaction
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, Now
from django.utils import timezone
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError as BrokerError

from jobs import leases
from jobs.leases import Lease
from jobs.models import Job

logger = logging.getLogger(__name__)

MOST_RECOVERIES = 3
SECONDS_BETWEEN_WRITES = 0.5
# A broker that was started anew may have forgotten what it was told.
SENT_AGAIN_AFTER = timedelta(seconds=60)
CANCELLED = "Cancelled."
RUNNER_ENDED = "Stopped: the process that ran it has ended. Retry to start again."
GOES_ON = "Its worker was lost. Another one goes on."
GIVEN_UP = "Given up: its worker was lost %d times. See in its log what ends it, then retry."
TAKEN = "Somebody else has taken this job over, or it has ended."


class JobError(Exception):
    """The work cannot be done; the message says why and what to do next."""


class JobCancelledError(JobError):
    """Somebody asked the job to stop."""


class JobTakenError(JobError):
    """It is not this process that does the job, any more or at all."""


class Report(Protocol):
    def progress(self, done: int, total: int | None = None, note: str = "") -> None: ...
    def log(self, line: str) -> None: ...


Work = Callable[..., dict[str, Any]]
# Nobody where a command does it.
Starter = User | AnonymousUser | None


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

    Then it also looks whether the job is to stop, and raises JobCancelledError if so; JobTakenError
    if the lease is held no longer.
    """

    def __init__(self, row: Job, lease: Lease, listener: Report | None = None) -> None:
        self._row, self._lease, self._listener = row, lease, listener
        self._lines: list[str] = []
        self._written = 0.0

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        self._row.done, self._row.total, self._row.note = done, total, note[:200]
        if self._listener:
            self._listener.progress(done, total, note)
        if time.monotonic() - self._written > SECONDS_BETWEEN_WRITES:
            if not self._write():
                raise JobTakenError(TAKEN)
            self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if Job.objects.filter(pk=self._row.pk, cancel_requested=True).exists():
            raise JobCancelledError(CANCELLED)

    def log(self, line: str) -> None:
        self._lines.append(line)
        if self._listener:
            self._listener.log(line)

    def end(self, state: Job.State, result: dict[str, Any]) -> bool:
        """Says how it ended and lets go of the job; False if somebody has taken it over."""
        self._row.state, self._row.result = state, result
        self._row.finished_at = timezone.now()
        names = ("state", "result", "finished_at")
        return self._write(**{name: getattr(self._row, name) for name in names}, **leases.FREE)

    def _write(self, **more: Any) -> bool:
        self._row.log += "".join(f"{line}\n" for line in self._lines)
        self._lines.clear()
        self._written = time.monotonic()
        fields = {name: getattr(self._row, name) for name in ("done", "total", "note", "log")}
        return self._lease.write(**fields, **more)


# Starting a job


def start(kind: str, *, started_by: Starter, **params: Any) -> Job:
    """For whoever must not wait, a page above all: a worker does it, or else a thread."""
    begin = submit if has_broker() else submit_in_background
    return begin(kind, started_by=started_by, **params)


def submit(kind: str, *, started_by: Starter = None, **params: Any) -> Job:
    """Queues a job for a worker, once the current transaction is committed. If the broker does not
    answer it waits in the database until it does."""
    row = _new(kind, params, started_by, for_worker=True)
    transaction.on_commit(lambda: _send(row))
    return row


def submit_in_background(kind: str, *, started_by: Starter = None, **params: Any) -> Job:
    """Runs a job in a thread of this process, one at a time, and returns at once."""
    with transaction.atomic():
        row = _new(kind, params, started_by)
        lease = Lease(row)
        lease.take()
    transaction.on_commit(lambda: _start_thread(row, lease))
    return row


def _new(kind: str, params: dict[str, Any], started_by: Starter, **more: Any) -> Job:
    user = started_by.pk if started_by else None
    row = Job.objects.create(kind=kind, params=params, started_by_id=user, **more)
    if user:
        message: list[dict[str, Any]] = [{"added": {}}]
        LogEntry.objects.log_actions(user, [row], ADDITION, message, single_object=True)
    return row


def run_here(kind: str, listener: Report | None = None, **params: Any) -> Job:
    """Runs a job in this process; what it raises reaches the caller after the row is closed."""
    row = _new(kind, params, None)
    execute(row, Lease(row), listener)
    return row


def retry(row: Job, *, started_by: Starter) -> Job:
    """The same work once more, as a new job."""
    return start(row.kind, started_by=started_by, **row.params)


def has_broker() -> bool:
    return bool(settings.REDIS_URL)


# Doing it


def execute(row: Job, lease: Lease, listener: Report | None = None) -> None:
    """Runs the work of a row that waits. Raises what the work raises, JobCancelledError if it was
    stopped, JobTakenError if somebody else does it."""
    _claim(row, lease)
    report = JobReport(row, lease, listener)
    try:
        with lease.kept():
            result = work_of(row.kind)(report, **row.params)
        if not report.end(Job.State.DONE, result):
            raise JobTakenError(TAKEN)
    except BaseException as error:
        _end_badly(row, report, error)
        raise
    finally:
        lease.let_go()


def _claim(row: Job, lease: Lease) -> None:
    attempts = F("attempts") + 1
    is_mine = lease.take(state=Job.State.RUNNING, started_at=timezone.now(), attempts=attempts)
    row.refresh_from_db()
    if not is_mine:
        is_cancelled = row.state == Job.State.CANCELLED
        raise JobCancelledError(CANCELLED) if is_cancelled else JobTakenError(TAKEN)


def _end_badly(row: Job, report: JobReport, error: BaseException) -> None:
    """Where the database went away in the middle, a worker leaves the row to its lease: once that
    is lost, the job goes on."""
    if row.for_worker and isinstance(error, OperationalError | InterfaceError):
        return
    report.log(str(error) if isinstance(error, JobError) else f"Stopped: {error!r}")
    is_cancelled = isinstance(error, JobCancelledError)
    report.end(Job.State.CANCELLED if is_cancelled else Job.State.FAILED, {})


@shared_task(name="jobs.tasks.run_job")
def run_job(job_id: int) -> None:
    """What a worker does when it is told that a job waits: nothing if that is not so, as when it is
    told twice."""
    recover_lost()  # it may be this one, told again because its worker was lost
    row = Job.objects.filter(pk=job_id, state=Job.State.QUEUED, owner="").first()
    if row is None:
        logger.info("job %s does not wait", job_id)
        return
    _execute_quietly(row, Lease(row))


def _execute_quietly(row: Job, lease: Lease) -> None:
    try:
        execute(row, lease)
    except JobError as error:
        logger.warning("%s: %s", row, error)


_one_at_a_time = threading.Lock()


def _start_thread(row: Job, lease: Lease) -> None:
    # A daemon: a server that is told to end does not wait an hour for a build.
    name = f"job-{row.pk}"
    threading.Thread(target=_run_alone, args=[row, lease], name=name, daemon=True).start()


def _run_alone(row: Job, lease: Lease) -> None:
    try:
        while not _one_at_a_time.acquire(timeout=leases.SECONDS_BETWEEN_STAMPS):
            if not lease.write():
                return
        try:
            _execute_quietly(row, lease)
        finally:
            _one_at_a_time.release()
    except Exception:
        logger.exception("job %s failed", row.pk)
    finally:
        lease.let_go()
        connections.close_all()


# Keeping an eye on it


def cancel(row: Job) -> bool:
    """A queued job never starts, a running one stops at its next report; False if it had finished.

    One whose process has ended is closed at once.
    """
    this = Job.objects.filter(pk=row.pk)
    if _close(this.filter(state=Job.State.QUEUED), Job.State.CANCELLED, CANCELLED):
        return True
    if not this.filter(state=Job.State.RUNNING).update(cancel_requested=True):
        return False
    _recover(this)
    return True


def recover_lost() -> int:
    """Gives jobs whose runner has ended or fallen silent to another worker, or says that they will
    not go on; returns how many."""
    return _recover(Job.objects.all())


def _recover(rows: QuerySet[Job]) -> int:
    return sum(_recover_one(row, found) for row, found in leases.lost(rows))


def _recover_one(row: Job, found: QuerySet[Job]) -> int:
    if row.cancel_requested:
        return _close(found, Job.State.CANCELLED, CANCELLED)
    if not (row.for_worker and has_broker()):
        return _close(found, Job.State.FAILED, RUNNER_ENDED)
    if row.attempts > MOST_RECOVERIES:
        return _close(found, Job.State.FAILED, GIVEN_UP % row.attempts)
    return found.update(
        state=Job.State.QUEUED, sent_at=None, log=_with_line(GOES_ON), **leases.FREE
    )


def _close(found: QuerySet[Job], state: Job.State, line: str) -> int:
    """Ends a job that nobody runs, unless somebody else was faster."""
    log = _with_line(line)
    return found.update(state=state, finished_at=timezone.now(), result={}, log=log, **leases.FREE)


def _with_line(line: str) -> Concat:
    return Concat("log", Value(f"{line}\n", output_field=TextField()))


def send_waiting() -> None:
    """Tells the broker of the jobs that wait for a worker and that it may not know of."""
    unknown = Q(sent_at__isnull=True) | Q(sent_at__lt=Now() - SENT_AGAIN_AFTER)
    waiting = Job.objects.filter(unknown, state=Job.State.QUEUED, owner="", for_worker=True)
    for row in waiting.order_by("pk").defer("log", "params", "result"):
        if not _send(row):
            return


def _send(row: Job) -> bool:
    try:
        run_job.apply_async((row.pk,), retry=False, queue=_queue_of(row))
    except BrokerError as error:
        logger.warning("job %s waits for the broker: %s", row.pk, error)
        return False
    Job.objects.filter(pk=row.pk).update(sent_at=Now())
    return True


def _queue_of(row: Job) -> str:
    is_vision = row.kind in settings.VISION_JOBS
    return str(settings.VISION_QUEUE if is_vision else settings.CELERY_TASK_DEFAULT_QUEUE)


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
        recover_lost()
        row = Job.objects.get(pk=row.pk)
        yield row
