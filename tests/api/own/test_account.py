from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from api.access.signing_in import MOST_TOKENS
from api.models import ShopperToken
from tests.api.clients import V1, Program, problem, program
from tests.api.own.conftest import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
ANNA = {"email": "anna@example.org", "password": PASSWORD}


def test_a_shopper_signs_in_with_address_and_password(anna: User) -> None:
    response = Program().post("/tokens", ANNA)
    made = response.json()
    assert response.status_code == 201
    assert response["Cache-Control"] == "private, no-store"
    assert made["token"].startswith(made["prefix"])
    row = ShopperToken.objects.get()
    assert made["token"] not in (row.digest, row.token_key)
    assert timedelta(days=29) < row.expiry - timezone.now() < timedelta(days=31)
    found = Program(made["token"]).get("/me").json()
    counts = {"favourites": 0, "lists": 0, "searches": 0}
    assert found["name"] == found["email"] == "anna@example.org"
    assert {name: found[name] for name in counts} == counts
    anna.refresh_from_db()
    assert anna.last_login is not None


def test_a_wrong_password_and_an_unknown_address_are_told_alike(anna: User) -> None:
    for wrong in ({"password": "wrong"}, {"email": "nobody@example.org"}):
        problem(Program().post("/tokens", ANNA | wrong), 401, "sign-in-wrong")


def test_guesses_end_after_a_few(anna: User) -> None:
    for _ in range(5):
        problem(Program().post("/tokens", ANNA | {"password": "guess"}), 401, "sign-in-wrong")
    response = Program().post("/tokens", ANNA)
    problem(response, 429, "limited")
    assert response["Retry-After"] == "300"


def test_a_closed_account_gets_no_token_and_loses_those_it_has(
    anna: User, as_anna: Program, settings: Any
) -> None:
    anna.is_active = False
    anna.save()
    problem(Program().post("/tokens", ANNA), 401, "sign-in-wrong")
    problem(as_anna.get("/me"), 401, "token-unknown")
    anna.is_active, anna.username = True, settings.DEMO_USERNAME
    anna.save()
    problem(as_anna.get("/me"), 401, "token-unknown")


def test_an_address_has_to_be_confirmed_where_the_shop_wants_it(anna: User, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    problem(Program().post("/tokens", ANNA), 403, "address-unconfirmed")
    EmailAddress.objects.create(user=anna, email=anna.email, verified=True, primary=True)
    assert Program().post("/tokens", ANNA).status_code == 201


def test_a_second_step_is_asked_for(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(time=lambda: 30_000_000.0)
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", clock)
    secret = generate_totp_secret()
    TOTP.activate(anna, secret)
    recovery = RecoveryCodes.activate(anna).get_unused_codes()[0]
    problem(Program().post("/tokens", ANNA), 401, "code-missing")
    problem(Program().post("/tokens", ANNA | {"code": "000000"}), 401, "sign-in-wrong")
    code = f"{hotp_value(secret, 1_000_000):06d}"
    assert Program().post("/tokens", ANNA | {"code": code}).status_code == 201
    assert Program().post("/tokens", ANNA | {"code": recovery}).status_code == 201
    problem(Program().post("/tokens", ANNA | {"code": recovery}), 401, "sign-in-wrong")


def test_a_token_ends_with_another_password_and_with_its_time(anna: User, as_anna: Program) -> None:
    other = signed_in(anna.email)
    ShopperToken.objects.filter(digest=_newest().digest).update(
        expiry=timezone.now() - timedelta(seconds=1)
    )
    problem(other.get("/me"), 401, "token-unknown")
    assert as_anna.get("/me").status_code == 200
    anna.set_password("another long pass phrase")
    anna.save()
    problem(as_anna.get("/me"), 401, "token-unknown")


def _newest() -> ShopperToken:
    newest = ShopperToken.objects.first()
    assert newest
    return newest


def test_tokens_are_listed_and_ended(anna: User, as_anna: Program, as_bob: Program) -> None:
    other = signed_in(anna.email)
    found = as_anna.get("/me/tokens").json()["results"]
    assert [one["is_this"] for one in found] == [False, True]
    problem(as_bob.ask("DELETE", f"/me/tokens/{found[0]['prefix']}"), 404, "not-found")
    assert other.get("/me").status_code == 200
    assert as_anna.ask("DELETE", f"/me/tokens/{found[0]['prefix']}").status_code == 204
    problem(other.get("/me"), 401, "token-unknown")


def test_no_account_has_endlessly_many_tokens(anna: User, as_anna: Program) -> None:
    for _ in range(MOST_TOKENS):
        ShopperToken.objects.create(anna, session_hash="")
    assert as_anna.get("/me").status_code == 200
    signed_in(anna.email)
    assert ShopperToken.objects.filter(user=anna).count() == MOST_TOKENS
    problem(as_anna.get("/me"), 401, "token-unknown")


def test_what_is_no_token_of_a_shopper_is_told_so(anna: User) -> None:
    secret = program("admin").secret
    for shown in ("fmv_st_" + "0" * 64, secret, "fmv_st_\xff", "a b"):
        problem(Program(shown).get("/me"), 401, "token-unknown")
    response = Program().get("/me")
    problem(response, 401, "sign-in-missing")
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    problem(Program(signed_in(anna.email).secret).get("/key"), 401, "key-unknown")


def test_the_session_of_the_pages_lets_in_too(anna: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna, backend="findmyvibe.auth.EmailBackend")
    assert client.get(f"{V1}/me").json()["email"] == anna.email
    made = {"data": {"name": "Wedding"}, "content_type": "application/json"}
    problem(client.post(f"{V1}/me/lists", **made), 403, "form-token-missing")
    token = client.get("/form-token").json()["token"]
    response = client.post(f"{V1}/me/lists", **made, headers={"X-CSRFToken": token})
    assert response.status_code == 201


def test_a_shopper_has_a_limit_wherever_they_ask_from(as_anna: Program, settings: Any) -> None:
    settings.API_RATE_KEY = 1
    response = as_anna.get("/me")
    assert response["RateLimit-Policy"] == '"shopper";q=1;w=60'
    problem(as_anna.get("/me", REMOTE_ADDR="10.0.0.9"), 429, "limited")


def test_signing_in_leaves_no_session(anna: User) -> None:
    response = Program().post("/tokens", ANNA)
    assert not response.cookies
