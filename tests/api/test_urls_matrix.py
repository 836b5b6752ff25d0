"""Every operation by everybody: which scope it takes is said here once more, and a route that has
no row fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import URLPattern, reverse
from django.utils import timezone

from api.access import keys
from api.access.shoppers import OWN
from api.models import ApiKey, Scope
from api.urls import urlpatterns
from tests.api.clients import ORIGIN, V1, Program, program

pytestmark = pytest.mark.django_db
OPEN, ANY = "open", "any"
# Name of the route and method -> what a key needs; and whether anybody may do it without one.
ROWS: dict[tuple[str, str], str] = {
    ("root", "GET"): OPEN,
    ("problems", "GET"): OPEN,
    ("problem", "GET"): OPEN,
    ("key", "GET"): ANY,
    ("keys", "GET"): Scope.ADMIN,
    ("keys", "POST"): Scope.ADMIN,
    ("one-key", "GET"): Scope.ADMIN,
    ("one-key", "DELETE"): Scope.ADMIN,
    ("rotate-key", "POST"): Scope.ADMIN,
    ("searches", "GET"): Scope.SEARCH,
    ("searches", "POST"): Scope.SEARCH,
    ("search", "GET"): Scope.SEARCH,
    ("search", "DELETE"): Scope.SEARCH,
    ("search-matches", "GET"): Scope.SEARCH,
    ("search-photo", "GET"): Scope.SEARCH,
    ("products", "GET"): Scope.READ,
    ("product", "GET"): Scope.READ,
    ("similar", "GET"): Scope.READ,
    ("goes-with", "GET"): Scope.READ,
    ("attributes", "GET"): Scope.READ,
    ("products", "POST"): Scope.WRITE,
    ("product", "PATCH"): Scope.WRITE,
    ("product", "DELETE"): Scope.WRITE,
    ("product-photo", "PUT"): Scope.WRITE,
    ("bulk-products", "POST"): Scope.WRITE,
    ("jobs", "GET"): ANY,
    ("jobs", "POST"): Scope.SEARCH,
    ("job", "GET"): ANY,
    ("job", "DELETE"): ANY,
    ("job-results", "GET"): ANY,
    ("attribute", "GET"): Scope.READ,
    ("suggestions", "GET"): Scope.READ,
    ("embeddings", "POST"): Scope.SEARCH,
    ("tokens", "POST"): OPEN,
    ("me", "GET"): OWN,
    ("own-tokens", "GET"): OWN,
    ("own-token", "DELETE"): OWN,
    ("favourites", "GET"): OWN,
    ("favourite", "PUT"): OWN,
    ("favourite", "DELETE"): OWN,
    ("lists", "GET"): OWN,
    ("lists", "POST"): OWN,
    ("list", "GET"): OWN,
    ("list", "PATCH"): OWN,
    ("list", "DELETE"): OWN,
    ("listed", "GET"): OWN,
    ("listed-one", "PUT"): OWN,
    ("listed-one", "DELETE"): OWN,
    ("own-searches", "GET"): OWN,
    ("own-searches", "DELETE"): OWN,
    ("own-search", "GET"): OWN,
    ("own-search", "DELETE"): OWN,
    ("own-search-photo", "GET"): OWN,
}
WITHOUT_A_KEY = {OPEN, Scope.READ}
# What a publishable key must not do though it has the scope.
NOT_FROM_A_PAGE = {
    ("searches", "GET"),
    ("jobs", "GET"),
    ("jobs", "POST"),
    ("job", "GET"),
    ("job", "DELETE"),
    ("job-results", "GET"),
}
PLACES: dict[str, Any] = {
    "code": "limited",
    "key": "nothing",
    "prefix": "fmv_sk_0",
    "sku": "nothing",
}


def routes() -> Iterator[tuple[URLPattern, str]]:
    for route in urlpatterns:
        for method in route.callback.view_class.scopes:
            yield route, method


def path_of(route: URLPattern) -> str:
    wanted = route.pattern.converters
    places = PLACES | {"pk": 7 if "<int:pk>" in str(route.pattern) else UUID(int=7)}
    place = reverse(f"api:{route.name}", kwargs={name: places[name] for name in wanted})
    return place.removeprefix(V1)


def code(asker: Program, method: str, path: str) -> str:
    """The kind of problem; "" where who asks is let in, whatever comes of it then."""
    body = b"{}" if method in ("POST", "PUT", "PATCH") else None
    response = asker.ask(method, path, body, content_type="application/json")
    assert response.status_code < 500 or response.status_code == 503
    if response.status_code in (401, 403):
        return str(response.json()["type"].rsplit("/", 1)[1])
    return ""


def test_every_route_has_a_row() -> None:
    assert {(route.name, method) for route, method in routes()} == set(ROWS)


def test_each_operation_lets_in_whom_it_should() -> None:
    askers = {scope: program(scope, client=scope) for scope in Scope}
    page = program(Scope.SEARCH, Scope.READ, client="page", origins=(ORIGIN,))
    for route, method in routes():
        row, path = ROWS[str(route.name), method], path_of(route)
        if row == OWN:
            assert code(Program(), method, path) == "sign-in-missing", (route.name, method)
            for asker in (*askers.values(), page):
                assert code(asker, method, path) == "token-unknown", (route.name, method)
            continue
        expected = "" if row in WITHOUT_A_KEY else "key-missing"
        assert code(Program(), method, path) == expected, (route.name, method)
        for scope, asker in askers.items():
            may = row in (OPEN, ANY, scope) or scope == Scope.ADMIN
            expected = "" if may else "scope-missing"
            assert code(asker, method, path) == expected, (route.name, method, scope)
        may = row in (OPEN, ANY, Scope.SEARCH, Scope.READ)
        refused = "forbidden" if (route.name, method) in NOT_FROM_A_PAGE else ""
        expected = refused if may else "scope-missing"
        assert code(page, method, path) == expected, (route.name, method, "page")


def test_no_operation_lets_in_a_key_that_is_none() -> None:
    expired, revoked = (program(Scope.ADMIN, client=name) for name in ("expired", "revoked"))
    ended = timezone.now() - timedelta(days=1)
    ApiKey.objects.filter(client__name="expired").update(expires_at=ended)
    keys.revoke(ApiKey.objects.get(client__name="revoked"))
    page = program(Scope.SEARCH, client="page", origins=(ORIGIN,))
    elsewhere = Program(page.secret, Origin="https://evil.example")
    for route, method in routes():
        path = path_of(route)
        if ROWS[str(route.name), method] == OWN:
            assert code(Program("unknown"), method, path) == "token-unknown"
            continue
        assert code(expired, method, path) == "key-expired"
        assert code(revoked, method, path) == "key-revoked"
        assert code(elsewhere, method, path) == "origin-not-allowed"
        assert code(Program("unknown"), method, path) == "key-unknown"


@pytest.fixture(autouse=True)
def without_limits(settings: Any) -> None:
    settings.API_RATE_KEY = settings.API_RATE_ANONYMOUS = 10_000
