from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.request import Request

from api.access.views import RootView
from tests.api.clients import ORIGIN, Program, problem, program

pytestmark = pytest.mark.django_db


def test_an_address_without_anything_is_a_problem_document() -> None:
    for path in ("/nothing", "/keys/", "/../v2"):
        problem(Program().get(path), 404, "not-found")
    problem(Program().get("/%00"), 400, "malformed")


def test_another_method_is_told_what_can_be_done() -> None:
    response = Program().ask("DELETE", "/problems")
    problem(response, 405, "method-not-allowed")
    assert response["Allow"] == "GET, HEAD"
    problem(Program().ask("OPTIONS", "/problems"), 405, "method-not-allowed")


def test_other_kinds_of_answers_and_of_requests_are_refused() -> None:
    admin = program("admin")
    problem(admin.get("/keys", headers={"Accept": "text/html"}), 406, "not-acceptable")
    problem(admin.post("/keys", b"<a/>", content_type="text/xml"), 415, "unsupported-media")
    problem(admin.post("/keys", b"{", content_type="application/json"), 400, "malformed")
    problem(admin.post("/keys", b" " * 70_000, content_type="application/json"), 413, "too-large")


def test_a_breakdown_is_a_problem_document_and_reaches_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def fail(self: RootView, request: Request) -> None:
        raise RuntimeError("nobody has foreseen this")

    monkeypatch.setattr(RootView, "get", fail)
    found = problem(Program().get("/"), 500, "internal")
    assert "foreseen" not in str(found)
    assert any(record.exc_info for record in caplog.records)


def test_a_name_that_the_site_does_not_go_by_is_refused() -> None:
    problem(Program().get("/", headers={"Host": "evil.example"}), 400, "malformed")


def test_titles_are_told_in_the_language_asked_for() -> None:
    found = Program().get("/nothing", headers={"Accept-Language": "de"}).json()
    assert found["title"] == "Hier ist nichts"


def test_pages_elsewhere_stay_what_they_are(client: Client) -> None:
    assert client.get("/nope")["Content-Type"].startswith("text/html")


# Browsers of other origins


def preflight(origin: str) -> Any:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return Program().ask("OPTIONS", "/searches", headers=asked)


def test_a_browser_may_ask_from_the_origins_of_live_keys() -> None:
    problem(preflight(ORIGIN), 403, "origin-not-allowed")
    made = program("search", origins=(ORIGIN,))
    answer = preflight(ORIGIN)
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert "Authorization" in answer["Access-Control-Allow-Headers"]
    problem(preflight("https://evil.example"), 403, "origin-not-allowed")
    assert made.row
    made.row.client.is_active = False
    made.row.client.save()
    problem(preflight(ORIGIN), 403, "origin-not-allowed")


def test_answers_may_be_read_by_the_origins_of_the_key_that_asked() -> None:
    made = program("search", origins=(ORIGIN,))
    answer = made.get("/key")
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert {"Origin", "Authorization"} <= set(answer["Vary"].split(", "))
    wrong = made.get("/key", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in wrong
    secret = program("search").get("/key", headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in secret
