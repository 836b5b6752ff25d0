from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from api.access import keys
from api.models import ApiClient, ApiKey
from tests.api.clients import ORIGIN, Program, problem, program

pytestmark = pytest.mark.django_db


def test_a_key_is_kept_as_a_hash_alone() -> None:
    made = program("search")
    row = ApiKey.objects.values().get()
    assert made.secret.startswith(row["prefix"] + "_")
    assert made.secret.removeprefix(row["prefix"]) not in str(row)


def test_a_key_says_what_it_may_and_when_it_was_used() -> None:
    made = program("search", "catalogue:read")
    assert made.row
    assert made.row.last_used_at is None
    told = made.get("/key").json()
    assert told["prefix"] == made.row.prefix
    assert told["client"] == "till"
    assert told["scopes"] == ["search", "catalogue:read"]
    assert made.get("/key").json()["last_used_at"] is not None


@pytest.mark.parametrize("secret", ["x", "fmv_sk_0123456789_" + "a" * 43, "ünï", "a b"])
def test_an_unknown_key_is_refused(secret: str) -> None:
    response = Program(secret).get("/key")
    problem(response, 401, "key-unknown")
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'


def test_no_key_is_told_what_to_send() -> None:
    problem(Program().get("/key"), 401, "key-missing")


def test_a_wrong_secret_behind_a_right_prefix_is_refused() -> None:
    made = program("search")
    problem(
        Program(made.secret[:-1] + ("a" if made.secret[-1] != "a" else "b")).get("/key"),
        401,
        "key-unknown",
    )


def test_an_expired_a_revoked_and_a_disabled_key_say_so() -> None:
    expired, revoked, disabled = (program("search", client=name) for name in "abc")
    ApiKey.objects.filter(client__name="a").update(expires_at=timezone.now())
    keys.revoke(ApiKey.objects.get(client__name="b"))
    ApiClient.objects.filter(name="c").update(is_active=False)
    problem(expired.get("/key"), 401, "key-expired")
    problem(revoked.get("/key"), 401, "key-revoked")
    problem(disabled.get("/key"), 401, "key-revoked")


def test_a_rotated_key_works_until_its_grace_is_over() -> None:
    old = program("search")
    assert old.row
    row, secret = keys.rotate(old.row, timedelta(hours=1))
    assert row.scopes == ["search"]
    assert old.get("/key").status_code == Program(secret).get("/key").status_code == 200
    ApiKey.objects.filter(pk=old.row.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    problem(old.get("/key"), 401, "key-expired")


def test_rotation_never_makes_a_key_last_longer() -> None:
    old = program("search")
    assert old.row
    soon = timezone.now() + timedelta(minutes=5)
    old.row.expires_at = soon
    keys.rotate(old.row, timedelta(hours=24))
    assert old.row.expires_at == soon


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (keys.Wanted(scopes=[]), "at least one of these scopes"),
        (keys.Wanted(scopes=["everything"]), "at least one of these scopes"),
        (keys.Wanted(scopes=["search"], origins=[ORIGIN]), "A secret key has no origins"),
        (keys.Wanted("publishable", ["search"]), "needs origins"),
        (keys.Wanted("publishable", ["search"], ["https://shop.example/x"]), "needs origins"),
        (keys.Wanted("publishable", ["admin"], [ORIGIN]), "may search and read"),
    ],
)
def test_what_makes_no_sense_is_not_made(wanted: keys.Wanted, said: str) -> None:
    with pytest.raises(keys.KeyWishError, match=said):
        keys.issue(ApiClient.objects.create(name="till"), wanted)
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    ("origin", "is_one"),
    [
        (ORIGIN, True),
        ("http://localhost:3000", True),
        ("https://shop.example/", False),
        ("https://Shop.example", False),
        ("ftp://shop.example", False),
        ("shop.example", False),
        ("null", False),
        ("https://[", False),
        ("*", False),
    ],
)
def test_an_origin_is_what_browsers_send(origin: str, is_one: bool) -> None:
    assert keys.is_origin(origin) is is_one
