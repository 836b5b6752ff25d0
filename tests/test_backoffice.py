"""Who may come into the shop's own pages, and where they are."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from jobs.models import Job
from tests.helpers import text_of

pytestmark = pytest.mark.django_db
PAGES = (
    "/admin/dashboard/",
    "/admin/words/",
    "/admin/models/",
    "/admin/catalog/product/",
    "/admin/catalog/product/upload/",
    "/admin/jobs/job/",
    "/admin/matching/finding/",
    "/admin/matching/search/",
)


@pytest.mark.parametrize("page", PAGES)
def test_nobody_but_staff_with_permission_gets_in(
    client: Client, admin_client: Client, page: str
) -> None:
    assert admin_client.get(page).status_code == 200
    assert client.get(page).status_code == 302
    client.force_login(User.objects.create_user("shopper"))
    assert client.get(page).status_code == 302
    clerk = User.objects.create_user("clerk", is_staff=True)
    client.force_login(clerk)
    assert client.get(page).status_code == 403


def test_the_index_leads_to_the_shops_own_pages(admin_client: Client) -> None:
    text = text_of(admin_client.get("/admin/"))
    assert "Dashboard" in text
    assert "Model room" in text


def test_who_may_look_but_not_touch_starts_nothing(client: Client) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(clerk)
    assert client.get("/admin/models/").status_code == 200
    url = reverse("admin:model-room-start")
    assert client.post(url, {"kind": "build_index"}).status_code == 403
    row = Job.objects.create(kind="count", params={"to": 1})
    assert client.post(reverse("admin:jobs_job_cancel", args=[row.pk])).status_code == 403
    assert json.dumps(Job.objects.get().result) == "{}"
