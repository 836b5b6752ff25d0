"""The site as it is used, from the first photo to the history of an account."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def matches(page: Page) -> Any:
    return page.locator("#matches .match")


def upload(page: Page, photo: Path) -> None:
    page.set_input_files("#photo", photo)
    expect(matches(page).first).to_be_visible(timeout=30_000)


def field(page: Page, side: str) -> float:
    return float(page.input_value(f".part [name={side}]"))


def test_a_newcomer_uploads_crops_corrects_refines_saves_signs_up_and_finds_it_again(
    visit: Any, photo: Path
) -> None:
    page = visit()
    page.evaluate("window.stayed = true")
    upload(page, photo)
    whole = page.url

    page.click(".part summary")
    page.wait_for_selector("cropper-selection")
    page.focus("cropper-selection")
    before = field(page, "left"), field(page, "height")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    assert field(page, "left") < before[0]
    assert field(page, "height") < before[1]
    page.click("text=Search this part")
    page.wait_for_url(lambda address: address != whole)
    expect(page.locator(".crop-mark rect")).to_have_count(1)

    page.click(".seen > summary")
    page.select_option("#correct-item_type", "handbags")
    expect(page.locator(".trait", has_text="Item type")).to_contain_text("as you say; we saw")
    expect(matches(page).first).to_contain_text("handbag")

    page.click(".filters > summary")
    page.locator(".facet", has_text="Gender").locator("summary").first.click()
    page.click("#f-gender-women")
    expect(page).to_have_url(re.compile(r"\?gender=women$"))
    expect(page.locator(".chip")).to_contain_text("women")
    page.reload()
    expect(page.locator(".chip")).to_contain_text("women")
    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)

    page.locator("#matches .heart button").first.click()
    expect(page.locator("#matches .heart button").first).to_have_attribute("aria-pressed", "true")

    page.click(".menu summary")
    page.click("text=Sign up")
    page.fill("input[name=email]", "new@example.org")
    page.fill("input[name=password1]", "a long odd phrase")
    page.fill("input[name=password2]", "a long odd phrase")
    page.click(".account form button[type=submit]")
    expect(page.locator(".hero")).to_be_visible()

    page.goto("/history/")
    expect(page.locator(".past-search")).to_have_count(2)
    expect(page.locator(".past-search").first).to_contain_text("corrected: handbags")
    page.locator(".past-search h2 a").first.click()
    expect(matches(page).first).to_contain_text("handbag")
    page.goto("/favourites/")
    expect(page.locator(".rail")).to_contain_text("1 product")


def test_the_part_is_marked_before_the_search_by_who_wants_to(visit: Any, photo: Path) -> None:
    page = visit()
    page.check("[data-crop-first]")
    page.set_input_files("#photo", photo)
    dialog = page.locator("#crop-dialog")
    expect(dialog).to_be_visible()
    page.wait_for_selector("#crop-dialog cropper-selection")
    dialog.locator("[name=top]").fill("20")
    dialog.locator("text=Find my vibe").click()
    expect(matches(page).first).to_be_visible(timeout=30_000)
    top = page.locator(".crop-mark rect").get_attribute("y")
    assert float(top or 0) == pytest.approx(0.2, abs=0.01)


def test_calling_the_crop_off_sends_nothing(visit: Any, photo: Path) -> None:
    page = visit()
    page.check("[data-crop-first]")
    page.set_input_files("#photo", photo)
    page.wait_for_selector("#crop-dialog cropper-selection")
    page.keyboard.press("Escape")
    expect(page.locator("#crop-dialog")).to_be_hidden()
    expect(page.locator(".hero h1")).to_be_visible()
    page.goto("/history/")
    expect(page.locator(".empty")).to_contain_text("You have not searched yet.")


def test_a_frame_is_dragged_with_the_mouse(visit: Any, photo: Path) -> None:
    page = visit()
    upload(page, photo)
    page.click(".part summary")
    page.wait_for_selector("cropper-selection")
    box = page.locator("cropper-selection").bounding_box()
    assert box is not None
    before = field(page, "left")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 12, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    assert field(page, "left") > before


def test_the_slider_between_looks_and_vibe_is_in_the_address(visit: Any, photo: Path) -> None:
    page = visit()
    upload(page, photo)
    page.click(".blend summary")
    page.focus("#blend")
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile(r"\?w=0$"))
    expect(page.locator("#blend")).to_be_focused()
    page.reload()
    expect(page.locator("#blend")).to_have_value("0")


def test_words_are_searched_with_no_reload(visit: Any) -> None:
    page = visit()
    page.evaluate("window.stayed = true")
    page.fill("#words", "handbags for women")
    page.keyboard.press("Enter")
    expect(matches(page).first).to_contain_text("handbag", timeout=30_000)
    assert page.evaluate("window.stayed") is True
    expect(page.locator("#result-title")).to_contain_text("handbags for women")


def test_all_of_it_works_without_scripts(visit: Any, photo: Path) -> None:
    page = visit(java_script_enabled=False)
    page.set_input_files("#photo", photo)
    page.click("text=Find my vibe")
    expect(matches(page)).to_have_count(4)
    page.click(".part summary")
    for side, value in (("left", "10"), ("top", "10"), ("width", "70"), ("height", "70")):
        page.fill(f".part [name={side}]", value)
    page.click("text=Search this part")
    expect(page.locator(".crop-mark")).to_be_visible()
    page.click(".seen > summary")
    page.select_option("#correct-item_type", "trousers")
    page.locator(".trait", has_text="Item type").locator("text=This is right").click()
    expect(matches(page).first).to_contain_text("trousers")
    page.click(".filters > summary")
    page.locator(".facet", has_text="Gender").locator("summary").first.click()
    page.click("#f-gender-men")
    page.click(".filters-show .unscripted")
    expect(page).to_have_url(re.compile("gender=men"))
    page.locator("#matches .heart button").first.click()
    expect(page.locator("#matches .heart button").first).to_have_attribute("aria-pressed", "true")
    page.goto("/products/")
    page.fill("#q", "handbag")
    page.click(".browse-bar button >> nth=0")
    expect(page.locator("#catalogue .product")).to_have_count(2)
