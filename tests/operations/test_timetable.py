from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from celery.schedules import crontab
from django.core.management import call_command
from django.utils import timezone

from files.models import KeptFile
from operations import timetable
from operations.models import LastRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _every_ten_minutes(settings: Any) -> None:
    entry = {"task": "operations.tasks.sweep_files", "schedule": crontab(minute="*/10")}
    settings.CELERY_BEAT_SCHEDULE = {"sweep_files": entry}


def started_before(**ago: float) -> None:
    LastRun.objects.update(at=timezone.now() - timedelta(**ago))


def test_what_is_due_is_started_once() -> None:
    assert timetable.run_due() == []  # it is due from now on
    assert timetable.run_due() == []
    started_before(minutes=11)
    KeptFile.objects.create(
        storage="private", name="searches/a.jpg", state="to_delete", since=timezone.now()
    )
    assert timetable.run_due() == ["sweep_files"]
    assert not KeptFile.objects.exists()
    started_before(seconds=0)
    assert timetable.run_due() == []


def test_of_two_that_look_at_once_one_starts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    timetable.run_due()
    started_before(minutes=11)
    real = timetable._is_due

    def other_first(name: str, last: Any) -> bool:
        monkeypatch.setattr(timetable, "_is_due", real)
        assert timetable.run_due() == ["sweep_files"]
        return True

    monkeypatch.setattr(timetable, "_is_due", other_first)
    assert timetable.run_due() == []


def test_a_clock_that_was_put_back_stops_nothing() -> None:
    timetable.run_due()
    started_before(days=-300)
    assert timetable.run_due() == ["sweep_files"]


def test_what_fails_is_logged_and_the_others_go_on(
    settings: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["sweep_files"]
    settings.CELERY_BEAT_SCHEDULE = {"broken": entry | {"task": "operations.tasks.clear_sessions"}}
    settings.CELERY_BEAT_SCHEDULE["sweep_files"] = entry
    timetable.run_due()
    started_before(minutes=11)

    def broken() -> None:
        raise OSError("the disk is away")

    monkeypatch.setattr("operations.tasks.clear_sessions", broken)
    assert timetable.run_due() == ["broken", "sweep_files"]
    assert "broken failed" in caplog.text


def test_cron_is_told_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("run_due")
    assert capsys.readouterr().out.startswith("nothing was due, ")
    started_before(minutes=11)
    call_command("run_due")
    assert capsys.readouterr().out.endswith("s\n")
