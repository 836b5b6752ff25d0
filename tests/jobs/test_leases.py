from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from jobs import leases, queue, runners
from jobs.leases import Lease
from jobs.models import Job

ROOT = Path(__file__).parent.parent.parent
State = Job.State


@pytest.fixture(autouse=True)
def kinds(settings: Any) -> None:
    settings.JOBS = settings.JOBS | {"doze": ("tests.jobs.work.doze", "")}


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


def running(**changes: Any) -> Job:
    """A job whose lease is held as `changes` say; by default by this process."""
    row = Job.objects.create(kind="doze")
    lease = Lease(row)
    assert lease.take(state=State.RUNNING, attempts=1, **changes)
    lease.let_go()
    row.refresh_from_db()
    return row


def of(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    began, _state = runners._process(process.pid)
    return {"pid": process.pid, "process_began": began}


def grow_old(row: Job, **spent: float) -> None:
    Job.objects.filter(pk=row.pk).update(lease=F("lease") - timedelta(**spent))


def is_lost(row: Job) -> bool:
    return [one for one, _found in leases.lost(Job.objects.all())] == [row]


@pytest.mark.django_db
def test_a_job_is_taken_once() -> None:
    row = Job.objects.create(kind="doze")
    first, second = Lease(row), Lease(row)
    assert first.take(state=State.RUNNING)
    assert not second.take(state=State.RUNNING)
    assert not second.write(note="mine")
    assert first.write(note="mine")
    assert Job.objects.get().note == "mine"


@pytest.mark.django_db
def test_who_holds_a_lease_is_asked_by_the_clock_of_the_database() -> None:
    elsewhere = running(host="elsewhere")
    assert not is_lost(elsewhere)
    grow_old(elsewhere, seconds=19)
    assert not is_lost(elsewhere)
    grow_old(elsewhere, seconds=2)
    assert is_lost(elsewhere)


@pytest.mark.django_db
def test_a_process_of_this_machine_that_has_ended_is_noticed_at_once(
    sleeper: subprocess.Popen[bytes],
) -> None:
    row = running(**of(sleeper))
    assert not is_lost(row)
    sleeper.kill()
    while not is_lost(row):  # a signal takes a moment; it stays a zombie until it is waited for
        time.sleep(0.01)
    assert sleeper.poll() is not None


@pytest.mark.django_db
def test_a_process_that_lives_is_given_longer_and_one_that_was_stopped_is_not(
    sleeper: subprocess.Popen[bytes],
) -> None:
    row = running(**of(sleeper))
    grow_old(row, seconds=50)
    assert not is_lost(row)
    sleeper.send_signal(signal.SIGSTOP)
    os.waitpid(sleeper.pid, os.WUNTRACED)
    assert is_lost(row)
    sleeper.send_signal(signal.SIGCONT)
    grow_old(row, seconds=20)
    assert is_lost(row)


@pytest.mark.django_db
def test_what_this_very_process_holds_is_never_lost() -> None:
    row = Job.objects.create(kind="doze")
    lease = Lease(row)
    lease.take(state=State.RUNNING)
    grow_old(row, hours=8)  # as after a night that a laptop slept
    assert not is_lost(row)
    lease.let_go()
    assert is_lost(row)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_kept_lease_is_stamped_while_the_work_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("two threads cannot write to SQLite's database in memory")
    monkeypatch.setattr(leases, "SECONDS_BETWEEN_STAMPS", 0.05)
    row = Job.objects.create(kind="doze")
    lease = Lease(row)
    lease.take(state=State.RUNNING)
    taken = Job.objects.get().lease
    with lease.kept():
        wait_for(lambda: Job.objects.get().lease != taken)
    lease.let_go()


# Processes that are killed whole

START = "import django; django.setup(); from jobs import queue; queue.run_here('doze', path={!r})"
LOOK = """
import django; django.setup()
from jobs.models import Job
from jobs.queue import recover_lost
print(recover_lost(), *Job.objects.values_list("state", "log").get(), sep="|")
"""


def program(folder: Path, *command: str) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "READ_DOT_ENV": "0",
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
    }
    return subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


def wait_for(ready: Callable[[], Any], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, f"not within {seconds} seconds"
        time.sleep(0.02)


@pytest.mark.slow
def test_a_runner_that_is_killed_on_sqlite_is_noticed_by_the_next_who_looks(tmp_path: Path) -> None:
    assert program(tmp_path, "manage.py", "migrate", "-v0").wait() == 0
    notes = tmp_path / "notes"
    runner = program(tmp_path, "-c", START.format(str(notes)))
    wait_for(notes.exists)
    time.sleep(0.3)  # its first report
    assert program(tmp_path, "-c", LOOK).communicate()[0].startswith("0|running|")
    runner.kill()
    runner.wait()
    said, _ = program(tmp_path, "-c", LOOK).communicate()
    assert said == f"1|failed|{queue.RUNNER_ENDED}\n\n"
