from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client

from catalog.models import Media, Product
from tests.catalog.importers.folders import BLUE, RED, counts, summary
from tests.catalog.importers.test_spreadsheet import exported
from tests.catalog.importers.web import Web, serving
from tests.helpers import encoded, picture

pytestmark = pytest.mark.django_db
GREEN = encoded(picture("green"))


@pytest.fixture
def web(settings: Any) -> Iterator[Web]:
    settings.FETCH_PRIVATE_ADDRESSES = True
    with serving() as found:
        for name, data in (("red", RED), ("blue", BLUE), ("green", GREEN)):
            found.photo(f"/{name}.jpg", data)
        yield found


def take(web: Web, folder: Path, *photos: str, alts: str = "") -> list[str]:
    """Imports one product with these photos."""
    addresses = [f"{web.base}/{name}.jpg" for name in photos]
    further = ", ".join(addresses[1:])
    path = folder / "feed.csv"
    path.write_text(
        "sku,name,image_link,additional_image_link,image_alt\n"
        f'1,Tee,{addresses[0]},"{further}","{alts}"\n'
    )
    out = io.StringIO()
    call_command("import_products", path, stdout=out)
    return out.getvalue().splitlines()


def shown() -> list[bytes]:
    return [one.photo.read() for one in Product.objects.get().photos]


def test_all_photos_are_taken_in_their_order(web: Web, tmp_path: Path) -> None:
    take(web, tmp_path, "red", "blue", "green", alts="Front | | Detail")
    assert shown() == [RED, BLUE, GREEN]
    assert [one.photo_alt for one in Product.objects.get().photos] == ["Front", "", "Detail"]
    log = take(web, tmp_path, "red", "blue", "green", alts="Front | | Detail")
    assert counts(log[-1]) == summary(rows=1, unchanged=1)


@pytest.mark.parametrize("now", [("green", "red"), ("blue",), ("blue", "green", "red")])
def test_what_the_feed_says_now_becomes_so(web: Web, tmp_path: Path, now: tuple[str, ...]) -> None:
    take(web, tmp_path, "red", "blue", alts="Front | Back")
    log = take(web, tmp_path, *now)
    assert counts(log[-1]) == summary(rows=1, updated=1)
    data = {"red": RED, "blue": BLUE, "green": GREEN}
    assert shown() == [data[name] for name in now]
    words = {one.photo.read(): one.photo_alt for one in Product.objects.get().photos}
    assert words.get(BLUE, "Back") == "Back"


def test_a_feed_with_one_column_of_photos_says_nothing_of_others(web: Web, tmp_path: Path) -> None:
    take(web, tmp_path, "red", "blue")
    path = tmp_path / "feed.csv"
    path.write_text(f"sku,name,image_link\n1,Tee,{web.base}/green.jpg\n")
    call_command("import_products", path, stdout=io.StringIO())
    assert shown() == [GREEN, BLUE]


def test_what_the_shop_has_put_there_stays(web: Web, tmp_path: Path) -> None:
    take(web, tmp_path, "red", alts="Front")
    product = Product.objects.get()
    product.media.create(photo=ContentFile(GREEN, "own.jpg"))
    Product.objects.update(photo_alt="Our own words")
    take(web, tmp_path, "red", "blue", alts="From the front")
    assert shown() == [RED, GREEN]
    assert Product.objects.get().photo_alt == "Our own words"


def test_one_that_cannot_be_read_takes_none_away(web: Web, tmp_path: Path) -> None:
    log = take(web, tmp_path, "red", "none", "blue")
    assert f"line 2: the photo's address {web.base}/none.jpg answers 404; left out" in log
    assert shown() == [RED, BLUE]
    take(web, tmp_path, "red", "none", "green")
    assert shown() == [RED, BLUE]
    take(web, tmp_path, "red", "green")
    assert shown() == [RED, GREEN]


def test_without_its_first_a_new_product_begins_with_the_second(web: Web, tmp_path: Path) -> None:
    log = take(web, tmp_path, "none", "blue", "green")
    assert f"line 2: the photo's address {web.base}/none.jpg answers 404; left out" in log
    assert counts(log[-1]) == summary(rows=1, added=1, problems=1)
    assert shown() == [BLUE, GREEN]


def test_there_is_an_end(web: Web, tmp_path: Path) -> None:
    log = take(web, tmp_path, *["red"] * 2, *[f"{number}" for number in range(25)])
    assert "line 2: it has 26 photos; the first 20 are taken" in log


def test_an_export_comes_back_with_its_photos_unread(
    web: Web, tmp_path: Path, admin_client: Client
) -> None:
    take(web, tmp_path, "red", "blue", "green", alts="Front | | Detail")
    text = exported(admin_client)
    assert "http://testserver/media/products/" in text
    (tmp_path / "export.csv").write_text(text)
    photos = list(Media.objects.values())
    for _ in range(2):
        out = io.StringIO()
        call_command("import_products", tmp_path / "export.csv", stdout=out)
        assert "0 added, 0 updated, 1 unchanged" in out.getvalue()
        assert "0 problems" in out.getvalue()
    assert list(Media.objects.values()) == photos
