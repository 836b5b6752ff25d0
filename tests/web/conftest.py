from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from matching.models import Search, SearchMatch
from matching.search.find import Asker
from tests.conftest import encoded, picture

FakeSearch = Callable[..., Search]
PREDICTION = {
    "item_type": [
        {"value": "tshirts", "probability": 0.97},
        {"value": "tops", "probability": 0.02},
    ],
    "gender": [{"value": "men", "probability": 0.74}, {"value": "women", "probability": 0.2}],
    "colour": [{"value": "red", "probability": 0.41}, {"value": "maroon", "probability": 0.3}],
    "season": [{"value": "summer", "probability": 0.21}, {"value": "fall", "probability": 0.2}],
    "style": [
        {"value": "casual", "probability": 0.88},
        {"value": "sports", "probability": 0.08},
        {"value": "formal", "probability": 0.0004},
    ],
}


@pytest.fixture
def fake_search(db: None) -> FakeSearch:
    """`fake_search(asker, products, **fields)`: a search as the services would have kept it."""

    def make(asker: Asker, products: Any = (), **fields: Any) -> Search:
        match = {"score": 0.8, "visual": 0.9, "style": -0.1, "reasons": ["same colour"]}
        match |= fields.pop("match", {})
        search = Search(
            session_key=asker.session_key,
            source=asker.source,
            **{
                "k": 3,
                "visual_weight": 0.7,
                "prediction": PREDICTION,
                "is_fashion": True,
                "generation": 1,
            }
            | fields,
        )
        search.photo.save("photo.jpg", ContentFile(encoded(picture())))
        for rank, product in enumerate(products, start=1):
            SearchMatch.objects.create(
                search=search,
                rank=rank,
                product=product,
                sku=product.sku,
                name=product.name,
                image=product.photo.url if product.photo else "",
                **match,
            )
        return search

    return make


ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# What a page may log: the browser's own lines about what a test provokes.
EXPECTED = re.compile(
    r"status of 40[04]|Response Status Error Code 400|INTERNET_DISCONNECTED|htmx:"
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
    assert [line for line in complaints if not EXPECTED.search(line)] == []


def _foreign(url: str, live_server: Any) -> list[str]:
    return [] if url.startswith((live_server.url, "blob:", "data:")) else [f"third party: {url}"]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "red tee.jpg"
    path.write_bytes(encoded(picture("red", size=(480, 640))))
    return path
