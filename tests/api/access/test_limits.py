from __future__ import annotations

from typing import Any

import pytest

from api.models import ApiClient
from tests.api.clients import ORIGIN, Program, problem, program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.access.limits.time.time", lambda: 6000.0 + 18)


def test_each_answer_says_how_many_are_left(settings: Any) -> None:
    settings.API_RATE_KEY = 3
    made = program("search")
    answers = [made.get("/key") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"key";q=3;w=60'
    assert [one["RateLimit"] for one in answers] == [
        f'"key";r={left};t=42' for left in (2, 1, 0, 0)
    ]
    assert answers[3]["Retry-After"] == "42"
    problem(answers[3], 429, "limited")


def test_a_client_may_have_a_limit_of_its_own() -> None:
    made = program("search")
    ApiClient.objects.update(per_minute=1)
    assert [made.get("/key").status_code for _ in range(2)] == [200, 429]


def test_keys_do_not_share_a_limit_and_guesses_count_for_the_address(settings: Any) -> None:
    settings.API_RATE_KEY = settings.API_RATE_ANONYMOUS = 1
    one, other = program("search"), program("search")
    assert one.get("/key").status_code == other.get("/key").status_code == 200
    problem(Program("wrong").get("/key"), 401, "key-unknown")
    problem(Program("wrong too").get("/key"), 429, "limited")
    problem(Program().get("/"), 429, "limited")


def test_each_visitor_of_a_page_has_a_share_of_its_key(settings: Any) -> None:
    settings.API_RATE_KEY, settings.API_RATE_ANONYMOUS = 3, 2
    made = program("search", origins=(ORIGIN,))
    answers = [made.get("/key", REMOTE_ADDR=f"10.0.0.{at}") for at in (1, 1, 1, 2)]
    assert [one.status_code for one in answers] == [200, 200, 429, 429]
    assert answers[0]["RateLimit"] == '"key";r=2;t=42, "address";r=1;t=42'
