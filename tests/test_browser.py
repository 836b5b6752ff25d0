"""Forms in a real browser: opened before a sign-in elsewhere, or sent by a double click."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PASSWORD, choose, sees_result, sign_up

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def sign_up_in_another_tab(page: Page) -> None:
    other = page.context.new_page()
    sign_up(other)
    other.close()


def sent(page: Page) -> list[str]:
    """The paths that forms are sent to from now on."""
    paths: list[str] = []
    page.on(
        "request",
        lambda one: paths.append(one.url.split("/", 3)[3]) if one.method == "POST" else None,
    )
    return paths


def test_a_photo_is_searched_in_a_tab_from_before_the_sign_in(visit: Any, photo: Path) -> None:
    page = visit()
    sign_up_in_another_tab(page)
    posts = sent(page)
    page.set_input_files("#photo", photo)
    sees_result(page)
    assert posts == [""]
    assert page.context.new_page().goto(page.url).status == 200  # type: ignore[union-attr]


def test_a_request_that_is_refused_all_the_same_goes_once_more(visit: Any, photo: Path) -> None:
    page = visit()
    refusals = []

    def refuse_once(route: Any) -> None:
        if route.request.method != "POST" or refusals:
            return route.continue_()
        refusals.append(route.request.url)
        return route.fulfill(status=403, headers={"X-CSRF-Failure": "1"}, body="stale")

    page.route("**/", refuse_once)
    posts = sent(page)
    page.set_input_files("#photo", photo)
    sees_result(page)
    assert len(refusals) == 1
    assert posts == ["", ""]


def test_without_cookies_the_words_say_so_after_two_tries(visit: Any, photo: Path) -> None:
    page = visit()
    page.route("**/form-token", lambda route: route.fulfill(json={"token": "x" * 64}))
    page.context.clear_cookies()
    posts = sent(page)
    page.set_input_files("#photo", photo)
    expect(page.get_by_role("alert")).to_contain_text("Allow cookies for this site")
    expect(page.locator("#pending")).to_be_hidden()
    assert posts == ["", ""]


def test_hearts_and_lists_work_in_a_tab_from_before_the_sign_in(visit: Any) -> None:
    page = visit("/products/")
    lists = page.context.new_page()
    lists.goto("/favourites/")
    sign_up_in_another_tab(page)
    heart = page.locator(".heart button").first
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("/products/")
    lists.get_by_label("A new list").fill("summer wedding")
    lists.get_by_role("button", name="Make it").click()
    expect(lists.get_by_role("heading", name="summer wedding")).to_be_visible()
    lists.goto("/favourites/")
    expect(lists.locator(".rail")).to_have_count(2)


def test_a_form_gets_its_token_from_the_server_where_the_cookie_is_gone(visit: Any) -> None:
    page = visit("/favourites/")
    page.context.clear_cookies()
    page.get_by_label("A new list").fill("summer wedding")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="summer wedding")).to_be_visible()


def test_a_double_click_sends_once(visit: Any) -> None:
    page = visit("/favourites/")
    posts = sent(page)
    page.get_by_label("A new list").fill("summer wedding")
    page.get_by_role("button", name="Make it").dblclick()
    expect(page.get_by_role("heading", name="summer wedding")).to_be_visible()
    assert posts == ["favourites/"]
    page.goto("/products/")
    heart = page.locator(".heart button").first
    heart.dblclick()
    expect(heart).to_have_attribute("aria-pressed", "true")
    page.wait_for_timeout(500)
    expect(heart).to_have_attribute("aria-pressed", "true")
    assert len(posts) == 2
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "false")


def test_signing_in_by_a_double_click_signs_in(visit: Any) -> None:
    page = visit()
    sign_up(page)
    choose(page, "Sign out")
    page.goto("/account/login/?next=/history/")
    page.get_by_label("Email").fill("new@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("#stage").get_by_role("button", name="Sign in", exact=True).dblclick()
    expect(page).to_have_url(re.compile("/history/$"))
    expect(page.locator(".notice")).to_have_count(1)


def test_words_that_are_sent_twice_are_searched_once(visit: Any) -> None:
    page = visit()
    page.get_by_label("In words").fill("red t-shirt")
    twice = "field => { field.form.requestSubmit(); field.form.requestSubmit(); }"
    page.get_by_label("In words").evaluate(twice)
    expect(page.locator("#stage .match.is-best")).to_have_count(3, timeout=30_000)
    page.goto("/history/")
    expect(page.locator(".past-search")).to_have_count(1)


def test_a_search_of_somebody_who_signed_out_elsewhere_is_said_to_be_gone(
    visit: Any, photo: Path
) -> None:
    page = visit()
    sign_up(page)
    page.goto("/")
    page.set_input_files("#photo", photo)
    sees_result(page)
    other = page.context.new_page()
    other.goto("/")
    choose(other, "Sign out")
    expect(other.get_by_text("You have signed out.")).to_be_visible()
    page.locator("summary", has_text="Like this, but").click()
    page.get_by_label("Like this, but").fill("in red")
    page.get_by_label("Like this, but").press("Enter")
    expect(page.get_by_role("heading", name="Nothing hangs here")).to_be_visible()
    expect(page.locator("header.top")).to_have_count(1)


def test_the_pages_of_the_api_are_read_offline(visit: Any) -> None:
    page = visit("/docs/")
    operation = page.locator("#operations-Searches-search")
    expect(operation).to_contain_text("Search by photo", timeout=60_000)
    operation.get_by_role("button").first.click()
    expect(operation).to_contain_text("white summer dress")
    page = visit("/redoc/")
    signing_in = page.get_by_role("heading", name="Sign a shopper in")
    expect(signing_in).to_be_visible(timeout=60_000)
