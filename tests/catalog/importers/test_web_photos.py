from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from catalog.models import Product
from tests.catalog.importers.folders import BLUE, RED, counts, summary
from tests.catalog.importers.tables import case
from tests.catalog.importers.web import Web, answer, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(settings: Any) -> Iterator[Web]:
    settings.FETCH_PRIVATE_ADDRESSES = True
    with serving() as found:
        yield found


def run(path: Path, **options: Any) -> list[str]:
    out = io.StringIO()
    call_command("import_products", path, stdout=out, **options)
    return out.getvalue().splitlines()


def table(folder: Path, web: Web, *rows: str) -> Path:
    path = folder / "products.csv"
    lines = [f"{one},Product {one},{web.base}/{one}.jpg" for one in rows]
    path.write_text("\n".join(["sku,name,image", *lines]) + "\n")
    return path


def test_photos_come_from_the_web(web: Web, tmp_path: Path) -> None:
    web.photo("/1.jpg", RED)
    web.photo("/2.jpg", BLUE)
    log = run(table(tmp_path, web, "1", "2", "3"))
    assert counts(log[-1]) == summary(rows=3, added=3, without_photo=1, problems=1)
    assert f"line 4: the photo's address {web.base}/3.jpg answers 404; taken without a photo" in log
    assert Product.objects.get(sku="2").photo.read() == BLUE


def test_a_second_run_asks_only_whether_they_changed(web: Web, tmp_path: Path) -> None:
    web.photo("/1.jpg", RED, etag='"a"')
    web.photo("/2.jpg", RED, etag='"b"')
    path = table(tmp_path, web, "1", "2")
    run(path)
    web.photo("/2.jpg", BLUE, etag='"c"')
    web.asked.clear()
    assert counts(run(path)[-1]) == summary(rows=2, updated=1, unchanged=1)
    assert sorted(web.asked) == ['/1.jpg "a"', '/2.jpg "b"']
    assert Product.objects.get(sku="2").photo.read() == BLUE


def test_what_was_fetched_before_a_break_is_not_fetched_again(web: Web, tmp_path: Path) -> None:
    web.photo("/1.jpg", RED, etag='"a"')
    run(table(tmp_path, web, "1"))
    Product.objects.all().delete()
    bodies: list[int] = []

    def respond(handler: Any) -> None:
        fresh = handler.headers.get("If-None-Match") != '"a"'
        bodies.append(fresh)
        answer(handler, 200 if fresh else 304, RED if fresh else b"")

    web.pages["/1.jpg"] = respond
    assert counts(run(table(tmp_path, web, "1"))[-1]) == summary(rows=1, added=1)
    assert bodies == [False]
    assert Product.objects.get().photo.read() == RED


def test_one_that_was_kept_in_part_is_fetched_again(web: Web, tmp_path: Path) -> None:
    web.photo("/1.jpg", RED, etag='"a"')
    path = table(tmp_path, web, "1")
    run(path)
    folder = Path(storages["private"].location) / "fetched"  # type: ignore[attr-defined]
    (kept,) = [one for one in folder.rglob("*") if one.is_file()]
    kept.write_bytes(kept.read_bytes()[:-10])
    Product.objects.all().delete()
    run(path)
    assert Product.objects.get().photo.read() == RED


def test_a_dry_run_fetches_nothing(web: Web, tmp_path: Path) -> None:
    log = run(table(tmp_path, web, "1"), dry_run=True)
    assert counts(log[-1]) == summary(rows=1, added=1)
    assert web.asked == []


def test_products_may_share_a_photo(web: Web, tmp_path: Path) -> None:
    web.photo("/1.jpg", RED)
    path = table(tmp_path, web, "1", "2", "3")
    path.write_text(path.read_text().replace("/2.jpg", "/1.jpg").replace("/3.jpg", "/1.jpg"))
    assert counts(run(path)[-1]) == summary(rows=3, added=3)


@pytest.mark.parametrize(
    "name",
    [
        "shopify-products.csv",
        "woocommerce-products.csv",
        "google-merchant.tsv",
        "google-merchant.xml",
    ],
)
def test_what_a_shop_exports_comes_with_its_photos(web: Web, tmp_path: Path, name: str) -> None:
    source = case(f"shop-files/{name}").read_text()
    path = tmp_path / name
    path.write_text(source.replace("http://127.0.0.1:8950", web.base))
    for at in range(1, 4):
        for handle in handles(source):
            web.photo(f"/cdn/shop/files/{handle}-{at}.jpg", RED)
    log = run(path)
    products = Product.objects.all()
    assert len(products) >= 17
    assert all(one.photo for one in products)
    assert " 0 without a photo, 0 problems" in log[-1]


def handles(source: str) -> set[str]:
    return {part.split("-1.jpg")[0] for part in source.split("/files/")[1:]}


def test_a_feed_may_stand_on_the_web(web: Web) -> None:
    web.photo("/1.jpg", RED)
    web.photo("/feed", f"sku,name,image\n1,One,{web.base}/1.jpg\n".encode(), kind="text/csv")
    out = io.StringIO()
    call_command("import_products", f"{web.base}/feed", stdout=out)
    assert counts(out.getvalue().splitlines()[-1]) == summary(rows=1, added=1)
    with pytest.raises(CommandError, match=f"The address {web.base}/none answers 404."):
        call_command("import_products", f"{web.base}/none", stdout=out)
