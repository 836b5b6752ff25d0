from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from api.models import ApiKey
from tests.api.clients import ORIGIN, Program

pytestmark = pytest.mark.django_db


def make(*arguments: str) -> str:
    said = io.StringIO()
    call_command("create_api_key", *arguments, stdout=said, stderr=io.StringIO())
    return said.getvalue().strip()


def test_a_key_is_printed_alone() -> None:
    secret = make("till", "--scope", "search", "--scope", "catalogue:write", "--expires-in", "30")
    told = Program(secret).get("/key").json()
    assert told["scopes"] == ["search", "catalogue:write"]
    assert told["expires_at"] is not None


def test_an_origin_makes_it_publishable() -> None:
    assert make("page", "--origin", ORIGIN).startswith("fmv_pk_")
    assert ApiKey.objects.get().scopes == ["search"]


def test_a_key_is_rotated() -> None:
    old = make("till")
    new = make("till", "--rotate", ApiKey.objects.get().prefix)
    assert Program(old).get("/key").status_code == Program(new).get("/key").status_code == 200
    assert ApiKey.objects.get(prefix=old[:17]).expires_at is not None


def test_what_cannot_be_is_said() -> None:
    with pytest.raises(CommandError, match="at least one of these scopes"):
        make("till", "--scope", "all")
    with pytest.raises(CommandError, match="till has no live key fmv_sk_0"):
        make("till", "--rotate", "fmv_sk_0")
    with pytest.raises(CommandError, match="must be at least 1"):
        make("till", "--expires-in", "0")
