from __future__ import annotations

import pytest

from tests.api.clients import ORIGIN, Program, problem, program

pytestmark = pytest.mark.django_db


def test_a_key_without_the_scope_is_told_which_it_lacks() -> None:
    found = problem(program("search").get("/keys"), 403, "scope-missing")
    assert found["scope"] == "admin"
    assert "admin" in found["detail"]


def test_a_publishable_key_works_from_its_origins_alone() -> None:
    made = program("search", origins=(ORIGIN,))
    assert made.get("/key").status_code == 200
    problem(made.get("/key", headers={"Origin": "https://evil.example"}), 403, "origin-not-allowed")
    problem(Program(made.secret).get("/key"), 403, "origin-not-allowed")


@pytest.mark.parametrize("said", ["Basic abc", "Bearer", "Token x"])
def test_another_kind_of_authorization_is_refused(said: str) -> None:
    problem(Program().get("/key", headers={"Authorization": said}), 401, "key-unknown")
