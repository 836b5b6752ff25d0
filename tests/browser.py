"""Pages in a real browser, and what every flow does in them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.helpers import encoded, picture

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# What a page may log: the browser's own lines about what a test provokes, and about the badge of
# Redoc, which the policy of the pages keeps out.
EXPECTED = re.compile(
    r"status of 40[034]|Response Status Error Code 40[034]|INTERNET_DISCONNECTED|htmx:"
    r"|redoc/logo-mini"
)


@pytest.fixture
def chromium(shop: Any, live_server: Any) -> Iterator[Browser]:
    """Started after the database was filled and stopped before it is emptied: Playwright keeps an
    event loop on this thread, and Django gives such a thread other connections."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Any]:
    """`visit(path, **options of the browser context)`: an open page; it must stay clean."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def go(path: str = "/", **options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: complaints.append(line.text) if line.type == "error" else None,
        )
        page.on("request", lambda request: complaints.extend(_foreign(request.url, live_server)))
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()
    wrong = [line for line in complaints if not EXPECTED.search(line)]
    assert wrong == [], wrong


def _foreign(url: str, live_server: Any) -> list[str]:
    return [] if url.startswith((live_server.url, "blob:", "data:")) else [f"third party: {url}"]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "red tee.jpg"
    path.write_bytes(encoded(picture("red", size=(480, 640))))
    return path


def sees_result(page: Page) -> None:
    expect(page.locator("#stage #result-title")).to_be_visible(timeout=30_000)
    expect(page.locator("#stage .match.is-best")).to_have_count(3)


PASSWORD = "a long and odd pass phrase"


def sign_up(page: Page, address: str = "new@example.org") -> None:
    page.goto("/account/signup/")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.locator("#stage").get_by_role("button", name="Sign up").click()
    expect(page.get_by_text(f"Successfully signed in as {address}.")).to_be_visible()


def choose(page: Page, entry: str) -> None:
    page.locator("details.menu summary").click()
    page.locator(".menu-list").get_by_text(entry, exact=True).click()
