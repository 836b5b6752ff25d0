"""Hearts and lists as they are used: a real browser, with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import choose, sign_up

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def heart(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=f"Like Product {name}", exact=True)


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
