from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings

from jobs import queue
from jobs.models import Job
from jobs.queue import JobError, Report
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
    work = (count, refuse, crash)
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


def test_a_job_whose_worker_was_lost_three_times_is_given_up() -> None:
    row = Job.objects.create(kind="count", params={"upto": 1}, state="running", attempts=3)
    run_job(row.pk)
    row.refresh_from_db()
    assert row.state == Job.State.FAILED
    assert row.log == "Given up after 3 attempts: the worker was lost each time.\n"
    assert row.is_finished
