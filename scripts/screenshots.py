"""Pictures of every page, at two widths and in both colour schemes, to look at after a change.

    python scripts/screenshots.py [FOLDER]

Runs on the catalogue that is there (`make demo` fills one), in debug mode, on a port of its own;
writes FOLDER/<page>-<width>-<scheme>.png; FOLDER is var/screenshots by default. Needs Chromium.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = {390: 844, 1280: 900}
SCHEMES = ("light", "dark")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
STAFF = {
    "admin": "/admin/",
    "admin-products": "/admin/catalog/product/",
    "admin-jobs": "/admin/jobs/job/",
    "admin-searches": "/admin/matching/search/",
    "admin-findings": "/admin/matching/finding/",
    "admin-dashboard": "/admin/dashboard/",
    "admin-words": "/admin/words/",
    "admin-models": "/admin/models/",
}
PAGES = {
    "home": "/",
    "catalogue": "/products/",
    "catalogue-nothing": "/products/?q=nothing-like-this",
    "favourites-empty": "/favourites/",
    "history-empty": "/history/",
    "sign-in": "/account/login/",
    "sign-up": "/account/signup/",
    "reset": "/account/password/reset/",
    "missing": "/nope",
}


def main(folder: Path) -> int:
    started, port = time.monotonic(), _free_port()
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"DEBUG": "1"}
    command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    taken = 0
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=ARGUMENTS
            )
            for width in WIDTHS:
                for scheme in SCHEMES:
                    camera = Camera(browser, f"http://127.0.0.1:{port}", folder, width, scheme)
                    camera.visitor()
                    camera.staff()
                    taken += camera.taken
                    print(f"{width} px, {scheme}: {camera.taken} pictures", flush=True)
            browser.close()
    finally:
        server.terminate()
        server.wait()
    print(f"{taken} pictures in {folder}, {time.monotonic() - started:.0f} s")
    return 0


class Camera:
    """One visitor after the other, at one width and in one colour scheme."""

    def __init__(self, browser: Browser, base: str, folder: Path, width: int, scheme: str) -> None:
        self.taken = 0
        self._folder, self._width, self._scheme = folder, width, scheme
        self._new = lambda: browser.new_context(
            base_url=base,
            viewport={"width": width, "height": WIDTHS[width]},
            color_scheme=scheme,
            reduced_motion="reduce",
        )

    def visitor(self) -> None:
        page = self._new().new_page()
        for name, path in PAGES.items():
            page.goto(path)
            self._take(page, name)
        page.goto("/products/")
        page.click(".filters > summary")
        self._take(page, "catalogue-filters", whole=False)
        page.locator("#catalogue .product-name a").first.click()
        self._take(page, "product")
        page.goto("/")
        page.fill("#words", "blue dress")
        page.keyboard.press("Enter")
        page.wait_for_selector("#matches .match")
        self._take(page, "words")
        page.goto("/")
        page.locator("[data-search-photo]").first.click()
        page.wait_for_selector("#result-title", timeout=60_000)
        self._take(page, "result")
        if page.locator(".part summary").count():
            page.click(".part summary")
            page.wait_for_selector("cropper-selection")
            self._take(page, "result-crop", whole=False)
        for heart in page.locator("#matches .heart button").all()[:3]:
            heart.click()
            page.wait_for_timeout(400)
        for name, path in (("history", "/history/"), ("favourites", "/favourites/")):
            page.goto(path)
            self._take(page, name)
        page.locator(".rail h2 a").first.click()
        self._take(page, "list")
        page.context.close()

    def staff(self) -> None:
        """The demo account, which is there after `make demo` only."""
        page = self._new().new_page()
        page.goto("/admin/login/")
        page.fill("#id_username", "demo")
        page.fill("#id_password", "demo")
        page.locator("[type=submit]").first.click()
        if page.locator("#logout-form").count():
            for name, path in STAFF.items():
                page.goto(path)
                self._take(page, name)
        page.context.close()

    def _take(self, page: Page, name: str, *, whole: bool = True) -> None:
        page.wait_for_load_state("networkidle")
        path = self._folder / f"{name}-{self._width}-{self._scheme}.png"
        page.screenshot(path=path, full_page=whole)
        self.taken += 1


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise SystemExit("The server did not come up.")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "var" / "screenshots")))
