"""What an account must withstand, and a second step on the way in."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.contrib.auth.models import User
from django.core import mail
from django.core.files.storage import storages
from django.test import Client

from matching.models import Search
from matching.search.ask import Asker
from shoppers.visitor import Visitor
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_views import SIGN_UP
from tests.helpers import text_of
from tests.searches import FakeSearch, asker

pytestmark = pytest.mark.django_db
SIGN_IN = {"login": "anna@example.org", "password": PASSWORD}


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def code_of(secret: str) -> str:
    return f"{hotp_value(secret, int(time.time()) // 30):06d}"


@pytest.fixture
def second_step(anna: User) -> str:
    """The secret in Anna's authenticator app."""
    secret = generate_totp_secret()
    TOTP.activate(anna, secret)
    RecoveryCodes.activate(anna)
    return str(secret)


@pytest.fixture
def boss(db: None) -> User:
    return User.objects.create_superuser("boss", "boss@example.org", PASSWORD)


# --- two steps ---


def test_an_authenticator_app_is_added_with_a_code_of_it(as_sure_anna: Client, anna: User) -> None:
    page = as_sure_anna.get("/account/2fa/totp/activate/")
    assert page.status_code == 200, page["Location"]
    secret = re.search(r'id="authenticator_secret"[^>]*value="(\w+)"', page.content.decode())
    assert secret
    page = as_sure_anna.post(
        "/account/2fa/totp/activate/", {"code": code_of(secret[1])}, follow=True
    )
    assert Authenticator.objects.filter(user=anna, type="totp").exists()
    assert "app on" in text_of(as_sure_anna.get("/account/"))
    codes = text_of(as_sure_anna.get("/account/2fa/recovery-codes/"))
    assert "10 out of 10 recovery codes" in codes


def test_the_password_alone_opens_nothing_once_there_is_a_second_step(
    client: Client, second_step: str, fake_search: FakeSearch, anna: User
) -> None:
    search = fake_search(asker(client))
    page = client.post("/account/login/", SIGN_IN, follow=True)
    assert page.request["PATH_INFO"] == "/account/2fa/authenticate/"
    assert not is_in(client)
    search.refresh_from_db()
    assert search.user is None
    assert "Incorrect code" in text_of(
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    )
    client.post("/account/2fa/authenticate/", {"code": code_of(second_step)})
    assert is_in(client)
    search.refresh_from_db()
    assert search.user == anna


def test_a_recovery_code_works_once(client: Client, second_step: str, anna: User) -> None:
    codes = Authenticator.objects.get(user=anna, type="recovery_codes").wrap().get_unused_codes()
    for expected in (True, False):
        other = Client()
        other.post("/account/login/", SIGN_IN)
        other.post("/account/2fa/authenticate/", {"code": codes[0]})
        assert is_in(other) is expected


@pytest.mark.parametrize(
    "path",
    [
        "2fa/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "2fa/recovery-codes/",
        "2fa/recovery-codes/generate/",
        "2fa/totp/deactivate/",
        "email/",
        "password/change/",
        "logout/",
    ],
)
def test_each_page_of_an_account_wears_the_dress_of_the_site(
    as_sure_anna: Client, second_step: str, path: str
) -> None:
    as_sure_anna.post("/account/2fa/reauthenticate/", {"code": code_of(second_step)})
    page = as_sure_anna.get(f"/account/{path}")
    assert page.status_code == 200
    body = page.content.decode()
    assert 'class="brand"' in body
    assert body.count("<h1") == 2  # its own, and that of the skeleton that waits for a search
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>", body)


def test_the_admin_does_not_leave_the_second_step_out(client: Client, boss: User) -> None:
    TOTP.activate(boss, generate_totp_secret())
    page = client.post("/admin/login/", {"username": "boss", "password": PASSWORD})
    assert "This account has a second step" in text_of(page)
    assert client.get("/admin/").status_code == 302


def test_guesses_at_the_admins_door_are_counted(client: Client, boss: User) -> None:
    for _ in range(5):
        client.post("/admin/login/", {"username": "boss", "password": "wrong"})
    page = client.post("/admin/login/", {"username": "boss", "password": PASSWORD})
    assert "Too many wrong guesses. Try again later." in text_of(page)
    assert client.get("/admin/").status_code == 302


def test_staff_still_sign_in_to_the_admin(client: Client, boss: User) -> None:
    client.post("/admin/login/", {"username": "boss", "password": PASSWORD})
    assert client.get("/admin/").status_code == 200


def test_guesses_at_a_password_are_counted(client: Client, anna: User) -> None:
    for _ in range(5):
        client.post("/account/login/", SIGN_IN | {"password": "wrong"})
    page = client.post("/account/login/", SIGN_IN)
    assert "Too many failed login attempts" in text_of(page)
    assert not is_in(client)


# --- who may come in ---


@pytest.mark.parametrize("debug", [True, False])
def test_the_demo_account_is_closed_outside_debug_mode_by_address_too(
    client: Client, settings: Any, debug: bool
) -> None:
    settings.DEBUG = debug
    User.objects.create_user("demo", "demo@example.org", "demo")
    page = client.post("/account/login/", {"login": "demo@example.org", "password": "demo"})
    assert is_in(client) is debug
    assert debug or "not correct" in text_of(page)


def test_an_address_that_begins_with_demo_is_an_account_like_any_other(client: Client) -> None:
    client.post("/account/signup/", SIGN_UP | {"email": "demo@example.org"})
    assert User.objects.get().username != "demo"
    assert is_in(client)


def test_an_account_that_was_switched_off_stays_out(client: Client, anna: User) -> None:
    User.objects.update(is_active=False)
    client.post("/account/login/", SIGN_IN)
    assert not is_in(client)


def test_after_signing_in_one_goes_on_but_to_no_other_site(client: Client, anna: User) -> None:
    response = client.post("/account/login/?next=/history/", SIGN_IN | {"next": "/history/"})
    assert response["Location"] == "/history/"
    other = Client()
    response = other.post("/account/login/", SIGN_IN | {"next": "https://evil.example/"})
    assert response["Location"] == "/"


# --- changes ask for the password ---


@pytest.mark.parametrize("path", ["data/", "delete/", "email/", "2fa/totp/activate/"])
def test_a_browser_left_open_is_asked_for_the_password(as_anna: Client, path: str) -> None:
    response = (
        as_anna.get(f"/account/{path}")
        if path != "email/"
        else as_anna.post("/account/email/", {"action_add": "", "email": "thief@example.org"})
    )
    assert response.status_code == 302
    assert response["Location"].startswith("/account/reauthenticate/")
    assert not EmailAddress.objects.filter(email="thief@example.org").exists()


def test_a_new_address_is_signed_in_with_once_it_is_made_the_first(
    as_sure_anna: Client, anna: User
) -> None:
    new = "neu@example.org"
    as_sure_anna.get("/account/email/")
    EmailAddress.objects.update(verified=True)
    as_sure_anna.post("/account/email/", {"action_add": "", "email": new})
    as_sure_anna.post("/account/email/", {"action_primary": "", "email": new})
    anna.refresh_from_db()
    assert anna.email == "anna@example.org"  # nobody has confirmed the other yet
    sent = next(one for one in mail.outbox if one.to == [new])
    assert "Hello from Find-My-Vibe!" in sent.body
    link = re.search(r"http://testserver(\S+)", str(sent.body))
    assert link
    as_sure_anna.post(link[1])
    as_sure_anna.post("/account/email/", {"action_primary": "", "email": new})
    anna.refresh_from_db()
    assert anna.email == new
    other = Client()
    other.post("/account/login/", {"login": new, "password": PASSWORD})
    assert is_in(other)


def test_the_only_admin_cannot_leave_the_shop_alone(client: Client, boss: User) -> None:
    client.post("/account/login/", {"login": boss.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.post("/account/delete/", {"confirmation": boss.email})
    assert page.status_code == 400
    assert "Nobody else can run this shop; make another admin first." in text_of(page)
    User.objects.create_superuser("second")
    client.post("/account/delete/", {"confirmation": boss.email})
    assert not User.objects.filter(pk=boss.pk).exists()


# --- what is whose ---


def test_two_accounts_do_not_see_each_others_searches(
    as_anna: Client, anna: User, fake_search: FakeSearch
) -> None:
    bert = Client()
    bert.post("/account/signup/", SIGN_UP)
    hers = fake_search(Asker(Search.Source.PAGE, Visitor(anna.pk)), words="a secret wish")
    assert "a secret wish" in text_of(as_anna.get("/history/"))
    assert "a secret wish" not in text_of(bert.get("/history/"))
    address = hers.get_absolute_url()
    for path in (address, f"{address}photo"):
        assert as_anna.get(path).status_code == 200
        assert bert.get(path).status_code == 404
    assert bert.post(f"{address}delete").status_code == 404
    bert.post("/history/delete/")
    assert list(Search.objects.all()) == [hers]


def test_signing_out_leaves_nothing_for_the_next_visitor(
    as_anna: Client, fake_search: FakeSearch, anna: User
) -> None:
    hers = fake_search(Asker(Search.Source.PAGE, Visitor(anna.pk)))
    as_anna.post("/account/logout/")
    assert as_anna.get(hers.get_absolute_url()).status_code == 404
    assert "You have not searched yet." in text_of(as_anna.get("/history/"))
    as_anna.post("/account/signup/", SIGN_UP)
    hers.refresh_from_db()
    assert hers.user == anna


def test_a_cookie_of_a_session_that_ended_brings_nothing_along(
    fake_search: FakeSearch, anna: User
) -> None:
    old = "a" * 32
    search = fake_search(Asker(Search.Source.PAGE, Visitor(session_key=old)))
    client = Client()
    client.cookies["sessionid"] = old
    assert "You have not searched yet." in text_of(client.get("/history/"))
    client.cookies["sessionid"] = old
    client.post("/account/login/", SIGN_IN)
    search.refresh_from_db()
    assert search.user is None


@pytest.mark.parametrize("what", ["search", "user"])
def test_photos_go_with_what_is_deleted_in_the_admin(
    client: Client,
    boss: User,
    anna: User,
    fake_search: FakeSearch,
    django_capture_on_commit_callbacks: Any,
    what: str,
) -> None:
    search = fake_search(Asker(Search.Source.PAGE, Visitor(anna.pk)))
    row = search if what == "search" else anna
    with django_capture_on_commit_callbacks(execute=True):
        row.delete()
    assert not Search.objects.exists()
    assert not storages["private"].exists(search.photo.name)
