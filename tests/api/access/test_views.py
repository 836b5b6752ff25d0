from __future__ import annotations

import pytest

from api.models import ApiKey
from api.problems import KINDS
from tests.api.clients import ORIGIN, Program, problem, program

pytestmark = pytest.mark.django_db


def test_the_root_leads_on() -> None:
    links = Program().get("/").json()["links"]
    assert links["problems"] == "http://testserver/api/v1/problems"


def test_every_kind_of_problem_is_explained() -> None:
    told = Program().get("/problems").json()
    assert [one["code"] for one in told] == list(KINDS)
    assert all(one["title"] and one["help"] for one in told)
    assert Program().get("/problems/limited").json()["status"] == 429
    problem(Program().get("/problems/nothing"), 404, "not-found")


def test_an_admin_makes_shows_rotates_and_revokes_keys() -> None:
    admin = program("admin")
    wish = {"client": "page", "kind": "publishable", "scopes": ["search"], "origins": [ORIGIN]}
    response = admin.post("/keys", wish | {"expires_in_days": 30})
    made = response.json()
    assert response.status_code == 201
    assert response["Location"] == f"http://testserver/api/v1/keys/{made['prefix']}"
    page = Program(made["key"], Origin=ORIGIN)
    assert page.get("/key").json()["client"] == "page"
    assert "key" not in admin.get(f"/keys/{made['prefix']}").json()
    again = admin.post(f"/keys/{made['prefix']}/rotate", {"grace_hours": 0}).json()
    problem(page.get("/key"), 401, "key-expired")
    assert Program(again["key"], Origin=ORIGIN).get("/key").status_code == 200
    assert admin.ask("DELETE", f"/keys/{again['prefix']}").status_code == 204
    problem(Program(again["key"], Origin=ORIGIN).get("/key"), 401, "key-revoked")
    problem(admin.post(f"/keys/{again['prefix']}/rotate", {}), 404, "not-found")
    assert next(one["prefix"] for one in admin.get("/keys").json()) == again["prefix"]


def test_a_wish_that_cannot_be_is_told_field_by_field() -> None:
    admin = program("admin")
    found = problem(admin.post("/keys", {"scopes": ["all"]}), 400, "invalid")
    assert {one["field"] for one in found["errors"]} == {"client", "scopes.0"}
    wish = {"client": "page", "kind": "publishable", "scopes": ["search"]}
    assert "origins" in problem(admin.post("/keys", wish), 400, "invalid")["detail"]
    assert ApiKey.objects.count() == 1
