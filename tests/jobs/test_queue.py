from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError as DatabaseError
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import Settings

from jobs import queue, tasks
from jobs.leases import Lease
from jobs.models import Job
from jobs.queue import JobError, JobTakenError, Report
from jobs.tasks import run_job

pytestmark = pytest.mark.django_db


class Heard:
    def __init__(self) -> None:
        self.steps: list[tuple[int, int | None, str]] = []
        self.lines: list[str] = []

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        self.steps.append((done, total, note))

    def log(self, line: str) -> None:
        self.lines.append(line)


def count(report: Report, *, upto: int) -> dict[str, Any]:
    for number in range(1, upto + 1):
        report.progress(number, upto, "counting")
    report.log("counted")
    return {"sum": upto * (upto + 1) // 2}


def refuse(report: Report) -> dict[str, Any]:
    raise JobError("There is nothing to do. Bring something.")


def crash(report: Report) -> dict[str, Any]:
    raise ZeroDivisionError("oops")


@pytest.fixture(autouse=True)
def kinds(settings: Settings) -> None:
    work = (count, refuse, crash, overtaken, database_away)
    settings.JOBS = {each.__name__: (f"{__name__}.{each.__name__}", "") for each in work}


def test_a_job_run_here_keeps_its_progress_and_result() -> None:
    heard = Heard()
    row = queue.run_here("count", heard, upto=3)
    row.refresh_from_db()
    assert row.state == Job.State.DONE
    assert (row.done, row.total, row.note) == (3, 3, "counting")
    assert row.result == {"sum": 6}
    assert row.log == "counted\n"
    assert row.seconds is not None
    assert heard.steps[-1] == (3, 3, "counting")
    assert heard.lines == ["counted"]


def test_an_expected_failure_is_logged_in_its_words() -> None:
    with pytest.raises(JobError):
        queue.run_here("refuse")
    row = Job.objects.get()
    assert row.state == Job.State.FAILED
    assert row.log == "There is nothing to do. Bring something.\n"


def test_an_unexpected_failure_closes_the_row_and_goes_on_up() -> None:
    with pytest.raises(ZeroDivisionError):
        queue.run_here("crash")
    row = Job.objects.get()
    assert row.state == Job.State.FAILED
    assert row.finished_at is not None
    assert "oops" in row.log


def test_a_submitted_job_is_queued_after_the_commit(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = queue.submit("count", upto=2)
        assert Job.objects.get(pk=row.pk).state == Job.State.QUEUED
    assert Job.objects.get(pk=row.pk).state == Job.State.DONE


def test_a_failed_job_reaches_who_follows_it_in_words(
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = queue.submit("refuse")
    with pytest.raises(JobError, match="There is nothing to do. Bring something."):
        queue.follow(row, Heard(), poll_seconds=0)


def test_following_passes_on_the_log_and_the_last_progress() -> None:
    row = Job.objects.create(kind="count", params={"upto": 4})
    run_job(row.pk)
    heard = Heard()
    assert queue.follow(row, heard, poll_seconds=0).result == {"sum": 10}
    assert heard.lines == ["counted"]
    assert heard.steps == [(4, 4, "counting")]


def test_a_vanished_or_finished_job_is_left_alone() -> None:
    run_job(12345)
    row = Job.objects.create(kind="crash", state=Job.State.DONE)
    run_job(row.pk)
    assert Job.objects.get(pk=row.pk).state == Job.State.DONE


# Leases


def lost(**columns: Any) -> Job:
    """A job whose worker was last heard of on another machine, half a minute ago."""
    ago = timezone.now() - timedelta(seconds=30)
    fields: dict[str, Any] = {"state": "running", "owner": "gone", "host": "elsewhere"}
    fields |= {"lease": ago, "attempts": 1, "for_worker": True}
    return Job.objects.create(kind="count", params={"upto": 2}, **fields | columns)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> list[int]:
    """The jobs that a broker is told of, in order."""
    told: list[int] = []
    settings.REDIS_URL = "redis://broker"
    monkeypatch.setattr(run_job, "apply_async", lambda args, **_: told.append(args[0]))
    return told


@pytest.fixture
def broker_away(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    def refuse(args: Any, **options: Any) -> None:
        raise OperationalError("Connection refused.")

    settings.REDIS_URL = "redis://broker"
    monkeypatch.setattr(run_job, "apply_async", refuse)


def test_a_lost_job_goes_on_with_another_worker(sent: list[int]) -> None:
    row = lost()
    tasks.look()
    row.refresh_from_db()
    assert (row.state, row.owner, row.log) == (Job.State.QUEUED, "", f"{queue.GOES_ON}\n")
    assert sent == [row.pk]
    run_job(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.owner) == (Job.State.DONE, 2, "")
    assert row.log == f"{queue.GOES_ON}\ncounted\n"


def test_a_job_whose_worker_was_lost_four_times_is_given_up(sent: list[int]) -> None:
    rows = [lost(attempts=attempts) for attempts in (3, 4)]
    assert queue.recover_lost() == 2
    again, given_up = (Job.objects.get(pk=row.pk) for row in rows)
    assert again.state == Job.State.QUEUED
    assert given_up.state == Job.State.FAILED
    assert given_up.is_finished
    assert "its worker was lost 4 times" in given_up.log


def test_a_job_that_belonged_to_its_process_ends_with_it(sent: list[int]) -> None:
    row = lost(for_worker=False)
    assert queue.recover_lost() == 1
    row.refresh_from_db()
    assert (row.state, row.log) == (Job.State.FAILED, f"{queue.RUNNER_ENDED}\n")


def test_without_a_broker_a_lost_job_fails_clearly() -> None:
    row = lost()
    queue.recover_lost()
    assert queue.last_line(Job.objects.get(pk=row.pk)) == queue.RUNNER_ENDED


def test_a_job_that_was_under_way_before_there_were_leases_is_lost() -> None:
    row = Job.objects.create(kind="count", state=Job.State.RUNNING)
    assert queue.recover_lost() == 1
    row.refresh_from_db()
    assert row.state == Job.State.FAILED


def test_who_waits_for_a_lost_job_is_told() -> None:
    with pytest.raises(JobError, match=queue.RUNNER_ENDED):
        queue.follow(lost(), Heard(), poll_seconds=0)


def test_a_job_that_runs_elsewhere_is_left_alone_when_it_is_told_of_again(sent: list[int]) -> None:
    row = lost(lease=timezone.now())
    run_job(row.pk)
    row.refresh_from_db()
    assert (row.state, row.owner, row.attempts) == (Job.State.RUNNING, "gone", 1)


def test_a_job_that_is_told_of_again_because_its_worker_was_lost_goes_on(sent: list[int]) -> None:
    row = lost()
    run_job(row.pk)
    assert Job.objects.get(pk=row.pk).state == Job.State.DONE


def overtaken(report: Report) -> dict[str, Any]:
    """Somebody else takes the job over and ends it, in the middle."""
    report.progress(1, 3, "mine")
    Job.objects.update(owner="somebody else", note="theirs")
    for number in (2, 3):
        report.progress(number, 3, "mine")
    return {"by": "me"}


@pytest.mark.parametrize("seconds", [-1, 60])
def test_who_has_lost_the_lease_writes_neither_progress_nor_an_end(
    seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "SECONDS_BETWEEN_WRITES", seconds)
    with pytest.raises(JobTakenError):
        queue.run_here("overtaken")
    row = Job.objects.get()
    assert (row.state, row.note, row.result) == (Job.State.RUNNING, "theirs", {})
    assert row.owner == "somebody else"


def test_a_running_job_of_another_machine_is_asked_to_stop() -> None:
    row = lost(lease=timezone.now())
    assert queue.cancel(row)
    row.refresh_from_db()
    assert (row.state, row.cancel_requested) == (Job.State.RUNNING, True)


def test_a_lost_job_that_is_cancelled_is_closed_at_once(sent: list[int]) -> None:
    row = lost()
    assert queue.cancel(row)
    row.refresh_from_db()
    assert (row.state, row.log) == (Job.State.CANCELLED, "Cancelled.\n")
    assert not queue.cancel(row)


def database_away(report: Report) -> dict[str, Any]:
    raise DatabaseError("server closed the connection")


def test_a_job_whose_database_went_away_is_left_to_its_lease(sent: list[int]) -> None:
    row = Job.objects.create(kind="database_away", for_worker=True)
    with pytest.raises(DatabaseError):
        run_job(row.pk)
    row.refresh_from_db()
    assert (row.state, row.log) == (Job.State.RUNNING, "")
    with pytest.raises(DatabaseError):
        queue.run_here("database_away")
    assert "server closed the connection" in Job.objects.exclude(pk=row.pk).get().log


# A broker that is away


def test_a_job_that_is_started_while_the_broker_is_away_waits(
    broker_away: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = queue.start("count", started_by=None, upto=2)
    row.refresh_from_db()
    assert (row.state, row.sent_at) == (Job.State.QUEUED, None)


def test_what_the_broker_does_not_know_of_is_sent_again(sent: list[int]) -> None:
    ages = {"never": None, "long ago": 90, "just now": 10}
    for name, age in ages.items():
        at = None if age is None else timezone.now() - timedelta(seconds=age)
        Job.objects.create(kind="count", for_worker=True, sent_at=at, note=name)
    Job.objects.create(kind="count", note="of a process")
    tasks.look()
    assert list(Job.objects.filter(pk__in=sent).order_by("pk").values_list("note", flat=True)) == [
        "never",
        "long ago",
    ]
    tasks.look()
    assert len(sent) == 2


def test_the_watch_outlives_a_broker_and_a_database_that_are_away(
    broker_away: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    row = Job.objects.create(kind="count", for_worker=True)
    tasks.look()
    assert f"job {row.pk} waits for the broker" in caplog.text
    monkeypatch.setattr(queue, "recover_lost", lambda: 1 / 0)
    tasks.look()
    assert "could not be looked at" in caplog.text


def test_who_started_a_job_is_known() -> None:
    user = User.objects.create_user("keeper")
    row = queue.submit_in_background("count", started_by=user, upto=1)
    assert row.started_by == user
    assert queue.run_here("count", upto=1).started_by is None
    user.delete()
    row.refresh_from_db()
    assert row.started_by is None


# A thread of the process


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_thread_does_one_job_after_the_other_and_a_cancelled_one_never() -> None:
    rows = [Job.objects.create(kind="count", params={"upto": 1}) for _ in range(2)]
    held = [Lease(row) for row in rows]
    assert all(lease.take() for lease in held)
    assert queue.cancel(rows[1])
    for row, lease in zip(rows, held, strict=True):
        queue._run_alone(row, lease)
    states = [Job.objects.get(pk=row.pk).state for row in rows]
    assert states == [Job.State.DONE, Job.State.CANCELLED]


@pytest.mark.parametrize(("kind", "expected"), [("count", "default"), ("build_index", "vision")])
def test_what_runs_the_networks_for_long_has_a_queue_of_its_own(
    kind: str, expected: str, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    queues: list[str] = []
    settings.REDIS_URL = "redis://broker"
    monkeypatch.setattr(run_job, "apply_async", lambda args, queue, **_: queues.append(queue))
    Job.objects.create(kind=kind, for_worker=True)
    queue.send_waiting()
    assert queues == [expected]
