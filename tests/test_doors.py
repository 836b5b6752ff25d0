"""What the site tells browsers and staff, and by which names it answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.test import Client
from django.urls import reverse

from catalog.models import Attribute, AttributeValue
from matching.models import Finding, Search
from matching.search.ask import Asker
from operations.checks import proxy_in_front
from shoppers.visitor import Visitor
from tests.helpers import MakeProduct
from tests.searches import FakeSearch

pytestmark = pytest.mark.django_db


def test_browsers_are_told_what_pages_never_ask_for(client: Client) -> None:
    for path in ("/account/login/", "/nowhere/", "/products/%00/", "/healthz"):
        policy = client.get(path).headers["Permissions-Policy"]
        assert "geolocation=()" in policy
        assert "camera=()" in policy


def test_by_the_name_of_the_machine_only_health_is_answered(
    client: Client, settings: Any, admin_user: User
) -> None:
    settings.SITE_HOSTS = ["shop.example"]
    settings.ALLOWED_HOSTS = [*settings.SITE_HOSTS, "127.0.0.1"]
    about = {"HTTP_HOST": "127.0.0.1:8000"}
    assert client.get("/healthz", **about).status_code == 200
    forgotten = {"email": admin_user.email}
    assert client.post("/account/password/reset/", forgotten, **about).status_code == 400
    assert mail.outbox == []
    about["HTTP_HOST"] = "shop.example"
    assert client.post("/account/password/reset/", forgotten, **about).status_code == 302
    assert "http://shop.example/" in mail.outbox[0].body


@pytest.fixture
def clerk(client: Client) -> User:
    who = User.objects.create_user("clerk", is_staff=True)
    codes = ["view_search", "view_finding", "change_finding"]
    who.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(who)
    return who


def test_staff_do_not_see_what_opens_the_searches_of_a_visitor(
    client: Client, clerk: User, fake_search: FakeSearch
) -> None:
    key = "abcdefghijklmnopqrstuvwxyz012345"
    search = fake_search(Asker(Search.Source.PAGE, Visitor(session_key=key)))
    page = client.get(f"/admin/matching/search/{search.pk}/change/")
    assert page.status_code == 200
    assert key not in page.content.decode()


def test_who_may_not_change_products_accepts_no_finding(
    client: Client, clerk: User, make_product: MakeProduct
) -> None:
    colour = Attribute.objects.get(key="colour")
    red = AttributeValue.objects.get_or_create(attribute=colour, value="red")[0]
    fields = {"product": make_product("1"), "attribute": colour, "proposal": red}
    finding = Finding.objects.create(**fields, probability=0.9, score=0.9)

    def decide(verb: str) -> int:
        return client.post(reverse("admin:label-audit-decide", args=[finding.pk, verb])).status_code

    listed = reverse("admin:matching_finding_changelist")
    assert decide("accept") == 403
    client.post(listed, {"action": "accept_chosen", "_selected_action": finding.pk})
    finding.refresh_from_db()
    assert finding.state == Finding.State.OPEN
    clerk.user_permissions.add(Permission.objects.get(codename="change_product"))
    assert decide("accept") == 302
    assert decide("reopen") == 302
    assert decide("keep") == 302


def test_a_site_without_a_proxy_is_warned_of(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    assert [one.id for one in proxy_in_front()] == ["operations.W001"]
    settings.TRUSTED_PROXIES = 1
    assert proxy_in_front() == []
