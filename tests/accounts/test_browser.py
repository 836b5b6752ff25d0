"""Accounts as they are used: a real browser."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import hotp_value
from playwright.sync_api import expect

from tests.browser import PASSWORD, choose, sees_result, sign_up

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_the_menu_closes_on_escape_and_on_a_click_beside_it(visit: Any) -> None:
    page = visit("/", viewport={"width": 360, "height": 740})
    menu = page.locator("details.menu")
    menu.locator("summary").click()
    expect(page.get_by_role("link", name="History")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", re.compile(".*"))
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.locator("#main").click(position={"x": 5, "y": 300})
    expect(menu).not_to_have_attribute("open", re.compile(".*"))
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_newcomer_searches_likes_signs_up_and_finds_it_all_again(visit: Any, photo: Path) -> None:
    page = visit()
    page.set_input_files("#photo", photo)
    sees_result(page)
    found = page.url
    first = page.locator("#stage .match .heart button").first
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    sign_up(page)
    choose(page, "History")
    expect(page.locator(".past-search")).to_have_count(1)
    expect(page.locator(".past-photo img")).to_have_js_property("complete", True)
    expect(page.locator(".past-matches li")).to_have_count(3)
    page.locator(".past-search h2 a").click()
    sees_result(page)
    assert page.url == found
    expect(page.locator("#stage .match .heart button").first).to_have_attribute(
        "aria-pressed", "true"
    )
    stranger = visit(found)
    expect(stranger.locator("h1").first).to_have_text("Nothing hangs here")


def test_two_steps_and_a_passkey(visit: Any, settings: Any, live_server: Any) -> None:
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    # Passkeys are bound to a name; an address of numbers has none.
    home = live_server.url.replace("127.0.0.1", "localhost")
    page = visit("/")
    page.goto(f"{home}/account/signup/")
    page.get_by_label("Email").fill("new@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.locator("#stage").get_by_role("button", name="Sign up").click()
    page.goto(f"{home}/account/2fa/totp/activate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(
        f"{hotp_value(secret, int(time.time()) // 30):06d}"
    )
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_label("Unused codes")).to_have_value(re.compile(r"(\d{8}\s?){10}"))

    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    phone = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    phone |= {"hasUserVerification": True, "isUserVerified": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": phone})
    page.goto(f"{home}/account/2fa/webauthn/add/")
    page.get_by_label("Name").fill("My phone")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Security key added.")).to_be_visible()
    choose(page, "Sign out")
    page.goto(f"{home}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Successfully signed in as new@example.org.")).to_be_visible()
    page.goto(f"{home}/account/")
    expect(page.get_by_text("app on, 1 key or passkey")).to_be_visible()
