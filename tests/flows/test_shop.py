"""The shop's day in a real browser: import, audit, train, build, go back."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from jobs import queue
from jobs.leases import Lease
from jobs.models import Job
from tests.helpers import encoded, picture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
PASSWORD = "a long and odd pass phrase"
KINDS = {"tshirt": "Tshirts", "trousers": "Trousers", "handbag": "Handbags"}
# The admin's own parts are Django's to mend.
OURS = {"include": [["#content"]]}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_superuser("owner", "owner@example.org", PASSWORD)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page hands to a thread is done before it answers: two threads cannot write to the
    database of a test."""

    def start(kind: str, *, started_by: User, **params: Any) -> Job:
        row = Job.objects.create(kind=kind, params=params, started_by_id=started_by.pk)
        queue.execute(row, Lease(row))
        return row

    monkeypatch.setattr(queue, "start", start)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """36 products in three kinds."""
    path = tmp_path / "products.zip"
    rows = ["id,productDisplayName,articleType,baseColour"]
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(36):
            kind, colour = list(KINDS)[number % 3], ("red", "blue", "green")[number // 3 % 3]
            image = picture(colour, kind).rotate(number % 9 - 4, fillcolor=(255, 255, 255))
            packed.writestr(f"images/{900 + number}.jpg", encoded(image, quality=60 + number))
            rows.append(f"{900 + number},{colour} {kind} {number},{KINDS[kind]},{colour}")
        packed.writestr("styles.csv", "\n".join(rows))
    return path


def finished(page: Page, title: str) -> None:
    expect(page.locator("#content h1")).to_contain_text(title)
    expect(page.locator(".shop-state").first).to_contain_text("Done")


def complaints(page: Page) -> list[str]:
    found = Axe().run(page, context=OURS, options=RULES).response["violations"]
    return [f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]


def at_the_back_office(visit: Any, owner: User, width: int) -> Page:
    page: Page = visit("/admin/login/", viewport={"width": width, "height": 900})
    page.fill("#id_username", owner.username)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#content h1")).to_contain_text("Back office")
    return page


@pytest.mark.parametrize("width", [390, 1280])
def test_what_each_column_is_taken_for_can_be_chosen_at_any_width(
    owner: User, visit: Any, tmp_path: Path, width: int
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("sku,name,Verkaufspreis inklusive Steuer\n1,Shirt,12.50\n")
    page = at_the_back_office(visit, owner, width)
    page.goto("/admin/catalog/product/import/")
    page.set_input_files("input[name=import_file]", table)
    page.click("text=Look at its columns")
    for chooser in page.locator("#content select").all():
        place = chooser.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= width
    assert complaints(page) == []


def test_a_shop_imports_audits_trains_builds_and_goes_back(
    owner: User, at_once: None, archive: Path, visit: Any
) -> None:
    page = at_the_back_office(visit, owner, width=1280)
    page.goto("/admin/catalog/product/")
    page.click("text=Upload a zip")
    found = complaints(page)
    page.set_input_files("input[name=archive]", archive)
    page.click("text=Upload and import")
    finished(page, "Import of a zip")
    found += complaints(page)
    page.goto("/products/?q=tshirt")
    expect(page.locator("#catalogue .product")).to_have_count(16)

    page.goto("/admin/models/")
    expect(page.locator("#content")).to_contain_text("The index is out of date:")
    found += complaints(page)
    page.click("text=Train the heads")
    finished(page, "Training of the heads")
    page.goto("/admin/models/")
    page.click("text=Build the index")
    finished(page, "Build of the index")
    page.goto("/admin/models/")
    expect(page.locator("#content")).to_contain_text("The index is up to date.")
    page.click("text=Use index 1")
    finished(page, "Change of the index")
    expect(page.locator("#job")).to_contain_text(owner.username)

    page.goto("/admin/matching/finding/")
    page.click("text=Run the audit")
    finished(page, "Audit of the labels")
    page.goto("/admin/dashboard/")
    expect(page.locator("#content h1")).to_contain_text("Dashboard")
    found += complaints(page)
    assert found == []
