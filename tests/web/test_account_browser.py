"""Hearts, history and accounts as they are used: a real browser, with scripts and without."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import hotp_value
from playwright.sync_api import Page, expect

from tests.web.test_browser import sees_result

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PASSWORD = "a long and odd pass phrase"


def sign_up(page: Page, address: str = "new@example.org") -> None:
    page.goto("/account/signup/")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.locator("#stage").get_by_role("button", name="Sign up").click()
    expect(page.get_by_text(f"Successfully signed in as {address}.")).to_be_visible()


def heart(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=f"Like Product {name}", exact=True)


def choose(page: Page, entry: str) -> None:
    page.locator("details.menu summary").click()
    page.locator(".menu-list").get_by_text(entry, exact=True).click()


def test_a_heart_is_pressed_without_a_reload_and_by_keyboard(visit: Any) -> None:
    page = visit("/products/")
    page.evaluate("window.stayed = true")
    one = heart(page, "tshirt-red")
    one.focus()
    page.keyboard.press("Enter")
    expect(one).to_have_attribute("aria-pressed", "true")
    expect(one).to_be_focused()
    expect(page.locator("#status")).to_have_text("Added to your favourites.")
    page.keyboard.press("Enter")
    expect(one).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#status")).to_have_text("Taken out of your favourites.")
    heart(page, "handbag-red").click()
    expect(heart(page, "handbag-red")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.stayed") is True
    assert page.url.endswith("/products/")
    page.goto("/favourites/")
    expect(page.locator(".rail")).to_contain_text("1 product")


def test_a_refused_heart_says_so_on_a_page(visit: Any) -> None:
    page = visit("/products/")
    gone = "<!doctype html><h1>It is gone</h1>"
    page.route("**/like", lambda route: route.fulfill(status=404, body=gone))
    heart(page, "tshirt-red").click()
    expect(page.get_by_role("heading")).to_have_text("It is gone")
    assert page.url.endswith("/products/tshirt-red/like")


def test_a_heart_says_when_there_is_no_connection(visit: Any) -> None:
    page = visit("/products/")
    page.context.set_offline(True)
    heart(page, "tshirt-red").click()
    expect(page.locator("#status")).to_contain_text("the connection broke off")
    expect(heart(page, "tshirt-red")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#search-error")).to_be_empty()


def test_without_scripts_hearts_lists_and_the_menu_work(visit: Any) -> None:
    page = visit("/products/", java_script_enabled=False)
    heart(page, "tshirt-red").click()
    assert page.url.endswith("/products/")
    expect(heart(page, "tshirt-red")).to_have_attribute("aria-pressed", "true")
    page.goto("/favourites/")
    page.get_by_label("A new list").fill("summer wedding")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="summer wedding")).to_be_visible()
    page.goto("/favourites/")
    page.get_by_role("link", name="Favourites", exact=True).last.click()
    page.locator("summary", has_text="Another list").click()
    page.get_by_role("button", name="Move there").click()
    expect(page.get_by_text("Product tshirt-red is in summer wedding now.")).to_be_visible()
    sign_up(page)
    choose(page, "Sign out")
    expect(page.get_by_text("You have signed out.")).to_be_visible()


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


def test_searches_are_deleted_one_by_one_without_a_reload(visit: Any, photo: Path) -> None:
    page = visit()
    for _ in range(2):
        page.goto("/")
        page.set_input_files("#photo", photo)
        sees_result(page)
    page.goto("/history/")
    page.evaluate("window.stayed = true")
    page.locator(".past-search").get_by_role("button", name="Delete").first.click()
    expect(page.locator(".past-search")).to_have_count(1)
    expect(page.locator("#status")).to_have_text("The search is deleted.")
    expect(page.locator(".past-search h2 a")).to_be_focused()
    assert page.evaluate("window.stayed") is True
    page.locator(".past-search").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("You have not searched yet.")).to_be_visible()


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
