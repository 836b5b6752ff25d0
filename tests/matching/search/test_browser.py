"""The page as it is used: a real browser, a real model, eight drawn products."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import sees_result
from tests.helpers import encoded, picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_a_chosen_photo_is_searched_with_no_reload_and_back_leads_home(
    visit: Any, photo: Path
) -> None:
    page = visit()
    page.evaluate("window.stayed = true")
    page.set_input_files("#photo", photo)
    sees_result(page)
    assert page.evaluate("window.stayed") is True
    assert re.search(r"/searches/[0-9a-f-]{36}/$", page.url)
    expect(page).to_have_title(re.compile("matches - Find-My-Vibe"))
    expect(page.locator("#result-title")).to_be_focused()
    expect(page.locator("#status")).to_contain_text("4 matches found.")

    page.reload()
    sees_result(page)
    page.go_back()
    expect(page.locator(".hero h1")).to_be_visible()
    expect(page.locator("#pending")).to_be_hidden()
    page.go_forward()
    sees_result(page)


def test_back_and_forward_work_without_a_reload_between(visit: Any, photo: Path) -> None:
    page = visit()
    page.set_input_files("#photo", photo)
    sees_result(page)
    page.go_back()
    expect(page.locator(".hero h1")).to_be_visible()
    page.go_forward()
    sees_result(page)


def test_the_photo_and_the_skeleton_are_seen_at_once(visit: Any, photo: Path) -> None:
    page = visit()
    page.route("**/", lambda route: None)  # The answer never comes.
    page.set_input_files("#photo", photo)
    preview = page.locator("#pending .query-photo img")
    expect(preview).to_be_visible()
    expect(page.locator("#stage")).to_be_hidden()
    expect(page.locator("#pending h1")).to_be_focused()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#stage")).to_be_visible()
    expect(page.locator("#photo")).to_be_focused()


def test_an_error_is_said_in_the_live_region_and_the_next_photo_works(
    visit: Any, photo: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_text("This is text.")
    page = visit()
    page.set_input_files("#photo", broken)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("not a picture", timeout=30_000)
    expect(page.locator("#photo")).to_be_focused()
    page.set_input_files("#photo", photo)
    sees_result(page)
    expect(page.get_by_role("alert")).to_be_empty()


def test_a_file_of_another_kind_is_not_even_sent(visit: Any, tmp_path: Path) -> None:
    note = tmp_path / "note.pdf"
    note.write_bytes(b"%PDF-1.4")
    page = visit()
    page.set_input_files("#photo", note)
    expect(page.get_by_role("alert")).to_contain_text("This file is no picture.")


def test_a_connection_that_breaks_is_said(visit: Any, photo: Path) -> None:
    page = visit()
    page.context.set_offline(True)
    page.set_input_files("#photo", photo)
    expect(page.get_by_role("alert")).to_contain_text("the connection broke off")


def test_a_pasted_photo_is_searched(visit: Any, photo: Path) -> None:
    page = visit()
    _hand_over(page, "paste", photo)
    sees_result(page)


@pytest.mark.parametrize("path", ["/", "/products/", "/products/tshirt-red/"])
def test_a_photo_of_the_catalogue_is_searched_on_one_click(
    visit: Any, photo: Path, path: str
) -> None:
    page = visit(path)
    page.route("**/media/**", lambda route: route.fulfill(body=photo.read_bytes()))
    page.locator("[data-search-photo]").first.click()
    sees_result(page)


@pytest.mark.parametrize("path", ["/", "/products/"])
def test_a_photo_dropped_anywhere_is_searched(visit: Any, photo: Path, path: str) -> None:
    page = visit(path)
    _hand_over(page, "dragover", photo)
    expect(page.locator("#cover")).to_be_visible()
    _hand_over(page, "drop", photo)
    expect(page.locator("#cover")).to_be_hidden()
    sees_result(page)


def test_a_large_photo_is_made_small_and_upright_before_it_is_sent(
    visit: Any, tmp_path: Path
) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # A camera held upright: stored lying, to be turned right.
    lying = picture("red", size=(1500, 2000)).rotate(90, expand=True)
    path = tmp_path / "large.jpg"
    path.write_bytes(encoded(lying, exif=turned))
    page = visit()
    small = page.evaluate(
        """async (packed) => {
          const { shrink } = await import("/static/js/shrink.js");
          const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
          const blob = new Blob([bytes], { type: "image/jpeg" });
          const sent = await createImageBitmap(await shrink(new File([blob], "large.jpg")));
          return [sent.width, sent.height];
        }""",
        base64.b64encode(path.read_bytes()).decode(),
    )
    assert small == [1200, 1600]
    page.set_input_files("#photo", path)
    sees_result(page)
    photo = page.locator("#stage .query-photo img")
    expect(photo).to_have_js_property("complete", True)
    assert photo.evaluate("(image) => [image.naturalWidth, image.naturalHeight]") == [900, 1200]


def test_the_form_works_without_scripts(visit: Any, photo: Path) -> None:
    page = visit(java_script_enabled=False)
    expect(page.locator("#photo")).to_be_visible()
    expect(page.locator(".chooser")).to_be_hidden()
    page.set_input_files("#photo", photo)
    page.get_by_role("button", name="Find my vibe").click()
    sees_result(page)
    page.go_back()
    expect(page.locator(".hero h1")).to_be_visible()


def test_errors_are_said_without_scripts(visit: Any, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_text("This is text.")
    page = visit(java_script_enabled=False)
    page.set_input_files("#photo", broken)
    page.get_by_role("button", name="Find my vibe").click()
    expect(page.get_by_role("alert")).to_contain_text("not a picture")


def test_the_keyboard_alone_reaches_the_file_field_and_the_matches(visit: Any, photo: Path) -> None:
    page = visit()
    # Asked for only right before the key, the dialog may open before the browser knows that it is
    # to hand it over. It knows once it has answered to the keys below.
    page.on("filechooser", lambda _: None)
    names = []
    while "photo" not in names and len(names) < 8:
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.id || document.activeElement.innerText"))
    assert names[0] == "Skip to the content"
    expect(page.locator("#photo")).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(photo)
    sees_result(page)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.match') !== null"):
            break
    assert page.evaluate("document.activeElement.closest('.match') !== null")


PATHS = (
    "/",
    "/products/",
    "/products/tshirt-red/",
    "/nope",
    "/favourites/",
    "/history/",
    "/account/login/",
    "/account/signup/",
)


@pytest.mark.parametrize("width", [360, 768, 1920])
def test_nothing_is_wider_than_the_window(visit: Any, photo: Path, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800})
    for path in PATHS:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto("/")
    page.set_input_files("#photo", photo)
    sees_result(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _hand_over(page: Page, event: str, photo: Path) -> None:
    """What the browser tells a page when a photo is pasted into it or dragged over it."""
    page.evaluate(
        """([name, packed]) => {
          const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
          const carrier = new DataTransfer();
          carrier.items.add(new File([bytes], "photo.jpg", { type: "image/jpeg" }));
          const options = { bubbles: true, cancelable: true };
          document.body.dispatchEvent(name === "paste"
            ? new ClipboardEvent(name, { ...options, clipboardData: carrier })
            : new DragEvent(name, { ...options, dataTransfer: carrier }));
        }""",
        [event, base64.b64encode(photo.read_bytes()).decode()],
    )


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


@pytest.mark.parametrize(("width", "height", "seen"), [(390, 844, 1), (1280, 900, 3)])
def test_the_matches_are_in_the_first_screen(
    visit: Any, photo: Path, width: int, height: int, seen: int
) -> None:
    page = visit(viewport={"width": width, "height": height})
    page.set_input_files("#photo", photo)
    sees_result(page)
    expect(page.locator(".match.is-best img").first).to_have_js_property("complete", True)
    boxes = [card.bounding_box() for card in page.locator(".match.is-best").all()]
    assert page.evaluate("window.scrollY") == 0
    assert all(box and box["y"] + box["height"] <= height for box in boxes[:seen])
    assert len({box["y"] for box in boxes[:2] if box}) == 1  # side by side


def test_all_attributes_are_one_tap_away(visit: Any, photo: Path) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    page.set_input_files("#photo", photo)
    sees_result(page)
    expect(page.locator(".trait").first).to_be_hidden()
    page.locator(".seen-change").click()
    for label in ("Item type", "Gender", "Colour", "Style"):
        expect(page.get_by_label(label, exact=True)).to_be_visible()


def test_filters_come_up_from_below_on_a_phone_and_count_what_they_leave(
    visit: Any, photo: Path
) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    page.set_input_files("#photo", photo)
    sees_result(page)
    page.click("#filters > summary")
    sheet = page.locator("#filters > form").bounding_box()
    assert sheet
    assert sheet["y"] > 200
    assert sheet["y"] + sheet["height"] == pytest.approx(844, abs=1)
    show = page.locator("[data-show]")
    expect(show).to_have_text("Show 4")
    page.click("#facet-item_type > summary")
    page.check("#f-item_type-trousers")
    expect(show).to_have_text("Show 2")
    expect(page.locator("#f-item_type-trousers")).to_be_focused()
    show.click()
    expect(page.locator("#filters > form")).to_be_hidden()
    expect(page.locator("#matches .match")).to_have_count(2)
    page.click("#filters > summary")
    page.keyboard.press("Escape")
    expect(page.locator("#filters > form")).to_be_hidden()
    page.click("#filters > summary")
    page.mouse.click(200, 100)  # beside it
    expect(page.locator("#filters > form")).to_be_hidden()


def test_the_list_goes_on_as_one_looks(visit: Any, photo: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("matching.search.uploads.PAGE_K", 3)
    page = visit(viewport={"width": 390, "height": 844})
    page.set_input_files("#photo", photo)
    sees_result(page)
    page.mouse.wheel(0, 5000)
    expect(page.locator("#matches .match")).to_have_count(4)
    expect(page.locator("#more")).to_have_count(0)


def test_the_list_goes_on_without_scripts(visit: Any, photo: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("matching.search.uploads.PAGE_K", 3)
    page = visit(java_script_enabled=False)
    page.set_input_files("#photo", photo)
    page.get_by_role("button", name="Find my vibe").click()
    page.get_by_role("link", name="Show more").click()
    expect(page).to_have_url(re.compile(r"\?page=2$"))
    expect(page.locator("#matches .match")).to_have_count(1)
    page.get_by_role("link", name="Previous").click()
    expect(page.locator("#matches .match")).to_have_count(3)


def test_the_handles_of_the_frame_are_as_large_as_a_finger_needs(visit: Any, photo: Path) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    page.set_input_files("#photo", photo)
    sees_result(page)
    page.click(".part summary")
    page.wait_for_selector("cropper-selection")
    for handle in page.locator("#stage cropper-handle").all():
        box = handle.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


def test_the_matches_follow_the_part_that_is_marked(visit: Any, photo: Path) -> None:
    page = visit()
    page.set_input_files("#photo", photo)
    sees_result(page)
    address, before = page.url, page.locator("#matches .match-name").all_inner_texts()
    with page.expect_response(re.compile(r"/searches/[0-9a-f-]{36}/part$")) as answered:
        page.click(".part summary")
        page.wait_for_selector("cropper-selection")
        page.locator("cropper-selection").press("Shift+ArrowLeft")
    assert answered.value.status == 200
    assert page.url == address
    with page.expect_response(re.compile(r"/searches/[0-9a-f-]{36}/$")):
        page.click(".part summary")
    expect(page.locator("#matches .match-name")).to_have_text(before)


def test_suggestions_are_chosen_by_keyboard(visit: Any) -> None:
    page = visit()
    field, words = page.get_by_role("combobox"), page.locator("#words")
    expect(field).to_have_count(0)
    words.focus()
    words.press_sequentially("tsh")
    options = page.get_by_role("option")
    expect(options.first).to_have_text(re.compile("tshirts"), timeout=30_000)
    expect(page.locator("#status")).to_contain_text("suggestion")
    expect(field).to_have_attribute("aria-expanded", "true")
    words.press("ArrowUp")
    words.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(options.first).to_have_attribute("aria-selected", "true")
    words.press("Escape")
    expect(page.locator(".suggestions")).to_be_hidden()
    expect(words).to_have_value("tsh")
    words.press("ArrowDown")
    expect(options.first).to_be_visible()
    words.press("ArrowDown")
    words.press("Enter")
    expect(page.locator("#result-title")).to_have_text("tshirts", timeout=30_000)


def test_a_suggested_product_is_a_click_away(visit: Any) -> None:
    page = visit()
    page.locator("#words").press_sequentially("Product tshirt-r")
    page.get_by_role("option", name="Product tshirt-red").click()
    expect(page.locator("#product-title")).to_have_text("Product tshirt-red")


def test_what_was_searched_before_is_offered_on_the_result(visit: Any) -> None:
    page = visit()
    page.locator("#words").fill("red tshirts")
    page.locator("#words").press("Enter")
    expect(page.locator("#result-title")).to_be_visible(timeout=30_000)
    page.locator(".ask summary").first.click()
    page.locator("#more-words").fill("")
    page.locator("#more-words").press("ArrowDown")
    expect(page.get_by_role("option", name="red tshirts")).to_be_visible()
