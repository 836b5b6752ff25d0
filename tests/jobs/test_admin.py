from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from jobs import queue
from jobs.leases import Lease
from jobs.models import Job
from tests.helpers import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once")]


def count(report: queue.Report, *, to: int) -> dict[str, Any]:
    for number in range(to):
        report.progress(number, to, "counting")
        report.log(f"at {number}")
    if to > 100:
        raise queue.JobError("I cannot count so far.")
    return {"counted": to}


def stopped(report: queue.Report) -> dict[str, Any]:
    report.progress(1, 3)
    Job.objects.update(cancel_requested=True)
    report.progress(2, 3)
    raise AssertionError("It went on.")


def start(kind: str, **params: Any) -> Job:
    return queue.start(kind, started_by=None, **params)


@pytest.fixture(autouse=True)
def kinds(settings: Settings) -> None:
    settings.JOBS = settings.JOBS | {
        "count": (f"{__name__}.count", "Counting"),
        "stopped": (f"{__name__}.stopped", ""),
    }


def test_a_job_shows_what_it_says_and_how_it_ended(admin_client: Client) -> None:
    done, failed = start("count", to=3), start("count", to=101)
    page = admin_client.get(reverse("admin:jobs_job_change", args=[done.pk]))
    text = text_of(page)
    assert "Counting" in text
    assert "at 2" in text
    assert "Done" in text
    text = text_of(admin_client.get(reverse("admin:jobs_job_change", args=[failed.pk])))
    assert "I cannot count so far." in text
    live = admin_client.get(reverse("admin:jobs_job_live", args=[done.pk]))
    assert live.status_code == 286  # htmx stops asking


def test_the_old_address_of_jobs_leads_to_the_new_one(admin_client: Client) -> None:
    row = start("count", to=3)
    old = admin_client.get(f"/admin/catalog/job/{row.pk}/change/?next=1", follow=True)
    assert old.redirect_chain == [(f"/admin/jobs/job/{row.pk}/change/?next=1", 301)]
    assert "Counting" in text_of(old)
    assert admin_client.get("/admin/catalog/job/", follow=True).status_code == 200


def test_a_queued_job_that_is_cancelled_never_starts(admin_client: Client) -> None:
    row = Job.objects.create(kind="count", params={"to": 3})
    admin_client.post(reverse("admin:jobs_job_cancel", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == Job.State.CANCELLED
    with pytest.raises(queue.JobCancelledError):
        queue.execute(row, Lease(row))
    assert row.attempts == 0


def test_a_running_job_stops_at_its_next_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "SECONDS_BETWEEN_WRITES", -1)
    row = Job.objects.create(kind="stopped", params={})
    with pytest.raises(queue.JobCancelledError):
        queue.execute(row, Lease(row))
    row.refresh_from_db()
    assert row.state == Job.State.CANCELLED
    assert row.log == "Cancelled.\n"


def test_a_job_is_run_again_with_the_same_wishes(admin_client: Client) -> None:
    row = start("count", to=4)
    response = admin_client.post(reverse("admin:jobs_job_retry", args=[row.pk]))
    again = Job.objects.exclude(pk=row.pk).get()
    assert response["Location"] == reverse("admin:jobs_job_change", args=[again.pk])
    assert (again.params, again.result) == ({"to": 4}, {"counted": 4})


def test_a_job_shows_who_started_it(admin_client: Client, admin_user: User) -> None:
    row = start("count", to=1)
    admin_client.post(reverse("admin:jobs_job_retry", args=[row.pk]))
    again = Job.objects.exclude(pk=row.pk).get()
    assert again.started_by == admin_user
    page = admin_client.get(reverse("admin:jobs_job_change", args=[again.pk]))
    assert "started by admin" in text_of(page)
    assert "admin" in text_of(admin_client.get("/admin/jobs/job/"))


def test_a_job_that_the_broker_does_not_know_of_says_so(admin_client: Client) -> None:
    row = Job.objects.create(kind="count", for_worker=True)
    page = admin_client.get(reverse("admin:jobs_job_change", args=[row.pk]))
    assert "waiting until the queue of the workers answers" in text_of(page)


def test_a_job_whose_server_has_ended_says_so(admin_client: Client) -> None:
    row = Job.objects.create(kind="count", params={"to": 1})
    lease = Lease(row)
    lease.take(state=Job.State.RUNNING, process_began="long ago")
    lease.let_go()
    admin_client.get("/admin/jobs/job/")
    row.refresh_from_db()
    assert row.state == Job.State.FAILED
    assert "ended" in row.log


def test_who_may_start_jobs_may_cancel_those_of_their_own(client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["add_job", "view_job"]))
    client.force_login(clerk)
    own = Job.objects.create(kind="count", started_by=clerk)
    other = Job.objects.create(kind="count")
    cancel = [client.post(reverse("admin:jobs_job_cancel", args=[row.pk])) for row in (own, other)]
    assert [answer.status_code for answer in cancel] == [302, 403]
    assert "Retry" in text_of(client.get(reverse("admin:jobs_job_change", args=[own.pk])))
