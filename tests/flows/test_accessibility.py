"""axe on every page, in both schemes; what a page weighs; the flows by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PASSWORD = "a long and odd pass phrase"


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{page.url}: {one['id']}: {node['html'][:150]}" for one in found for node in one["nodes"]
    ]


def searched(page: Page, photo: Path) -> None:
    page.goto("/")
    page.set_input_files("#photo", photo)
    expect(page.locator("#matches .match").first).to_be_visible(timeout=30_000)


def signed_in(page: Page, user: User) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click(".account form button[type=submit]")
    expect(page.locator(".hero")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_pages_of_a_visitor(
    visit: Any, photo: Path, scheme: str, width: int
) -> None:
    page = visit(color_scheme=scheme, viewport={"width": width, "height": 900})
    found = []
    for path in (
        "/",
        "/products/",
        "/products/?colour=red&q=tshirt",
        "/products/tshirt-red/",
        "/nope",
        "/favourites/",
        "/history/",
        "/account/login/",
        "/account/signup/",
        "/account/password/reset/",
    ):
        page.goto(path)
        found += complaints(page)
    page.goto("/")
    page.locator("#words").press_sequentially("tshirt")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    found += complaints(page)
    searched(page, photo)
    page.click(".part summary")
    page.wait_for_selector("cropper-selection")
    page.click(".seen > summary")
    for summary in page.locator(".why > summary").all():
        summary.click()
    page.click(".blend > summary")
    found += complaints(page)
    page.click(".filters > summary")
    for summary in page.locator(".facet > summary").all():
        summary.click()
    found += complaints(page)
    page.keyboard.press("Escape")  # closes the sheet that the filters are on a phone
    page.click("#matches .heart >> nth=0")
    page.wait_for_selector("#matches [aria-pressed=true]")
    for path in ("/favourites/", "/history/"):
        page.goto(path)
        found += complaints(page)
    page.click("text=Delete all of it")
    found += complaints(page)
    assert found == []


@pytest.fixture
def member(db: None) -> User:
    return User.objects.create_user("anna", "anna@example.org", PASSWORD)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_an_account(
    member: User, visit: Any, scheme: str
) -> None:
    page = visit(color_scheme=scheme)
    signed_in(page, member)
    found = []
    for path in ("", "email/", "password/change/", "2fa/", "2fa/totp/activate/", "delete/"):
        page.goto(f"/account/{path}")
        found += complaints(page)
    assert found == []


# Bytes as sent, without photos of products and visitors, which are as large as the shop made them.
MOST_BYTES = 180_000
MOST_REQUESTS = 24


@pytest.mark.parametrize(
    "path", ["/", "/products/", "/products/tshirt-red/", "/favourites/", "/account/login/"]
)
def test_a_page_is_light_and_asks_for_little(visit: Any, path: str) -> None:
    page = visit("/nope")
    sizes: list[int] = []

    def count(response: Any) -> None:
        if "/media/" not in response.url and not response.url.startswith("data:"):
            sizes.append(len(response.body()))

    page.on("response", count)
    page.goto(path, wait_until="networkidle")
    assert sum(sizes) < MOST_BYTES, sizes
    assert len(sizes) <= MOST_REQUESTS


def test_nothing_is_fetched_to_crop_until_somebody_crops(visit: Any, photo: Path) -> None:
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    searched(page, photo)
    assert not [url for url in asked if "cropper" in url]
    page.click(".part summary")
    page.wait_for_selector("cropper-selection")
    assert [url for url in asked if "cropper" in url]


def test_every_picture_has_its_size_and_those_below_wait(visit: Any) -> None:
    page = visit("/products/")
    pictures = page.locator("#catalogue img").all()
    assert pictures
    for picture in pictures:
        assert picture.get_attribute("width")
        assert picture.get_attribute("height")
        assert picture.get_attribute("loading") == "lazy"
