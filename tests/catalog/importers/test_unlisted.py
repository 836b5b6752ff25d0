from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from catalog.models import Product, Variant
from jobs.models import Job
from tests.helpers import text_of

pytestmark = pytest.mark.django_db
HEADER = "sku,name,price,description"


def take(folder: Path, *skus: str, header: str = HEADER, **options: Any) -> list[str]:
    path = folder / "feed.csv"
    path.write_text("\n".join([header, *(f"{sku},Tee {sku},20,Soft" for sku in skus)]) + "\n")
    out = io.StringIO()
    call_command("import_products", path, stdout=out, **{"unlisted": "archive"} | options)
    return out.getvalue().splitlines()


def shown() -> set[str]:
    return set(Product.objects.active().values_list("sku", flat=True))


def test_what_a_feed_lists_no_longer_is_archived_and_comes_back(tmp_path: Path) -> None:
    Product.objects.create(sku="own", name="Of the shop itself")
    take(tmp_path, *"123456")
    assert take(tmp_path, *"12345")[-1] == "1 archived, 0 held back"
    assert shown() == {*"12345", "own"}
    assert take(tmp_path, *"12345")[-1] == "0 archived, 0 held back"
    take(tmp_path, *"123456")
    assert shown() == {*"123456", "own"}


def test_more_than_a_fifth_is_asked_about(tmp_path: Path) -> None:
    take(tmp_path, *"12345")
    log = take(tmp_path, *"123")
    assert log[-1] == "0 archived, 2 held back"
    assert any(line.startswith("2 of 5 products are no longer listed.") for line in log)
    assert shown() == set("12345")
    assert take(tmp_path, *"123", unlisted="archive_all")[-1] == "2 archived, 0 held back"
    assert shown() == set("123")


def test_nothing_goes_where_nobody_says_that_the_file_lists_everything(tmp_path: Path) -> None:
    take(tmp_path, *"123456")
    take(tmp_path, "1", unlisted="keep")
    take(tmp_path, *"123456", limit=1)
    take(tmp_path, "7", header="sku,title,price,details", unlisted="archive_all")
    assert shown() == set("1234567")


def test_a_row_that_cannot_be_read_is_listed_all_the_same(tmp_path: Path) -> None:
    take(tmp_path, *"123456")
    path = tmp_path / "feed.csv"
    path.write_text(path.read_text().replace("6,Tee 6,20,Soft", "6,Tee 6,20,Soft,and,more,cells"))
    out = io.StringIO()
    call_command("import_products", path, unlisted="archive", stdout=out)
    assert "6" in shown()


def test_what_the_shop_brought_back_stays(tmp_path: Path) -> None:
    take(tmp_path, *"123456")
    take(tmp_path, *"12345")
    Product.objects.filter(sku="6").update(status="active")
    take(tmp_path, *"12345")
    assert "6" in shown()


def test_what_the_shop_archived_itself_stays_archived(tmp_path: Path) -> None:
    take(tmp_path, *"12")
    Product.objects.filter(sku="1").update(status="archived")
    take(tmp_path, *"12")
    assert shown() == {"2"}


def test_variants_that_are_listed_no_longer_go_with_it(tmp_path: Path) -> None:
    def sizes(*names: str, **options: Any) -> set[str]:
        path = tmp_path / "sizes.csv"
        rows = [f"1-{name},tee,Tee,20,{name}" for name in names]
        path.write_text("\n".join(["sku,item_group_id,name,price,size", *rows]) + "\n")
        call_command("import_products", path, stdout=io.StringIO(), **options)
        return set(Variant.objects.values_list("sku", flat=True))

    assert sizes("S", "M", "L", unlisted="archive") == {"1-S", "1-M", "1-L"}
    Product.objects.get().variants.create(sku="own")
    assert sizes("S", "M") == {"1-S", "1-M", "1-L", "own"}
    assert sizes("S", "M", unlisted="archive") == {"1-S", "1-M", "own"}
    assert sizes("S", "M", "L", unlisted="archive") == {"1-S", "1-M", "1-L", "own"}


def test_a_preview_says_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    take(tmp_path, *"123456")
    before = list(Product.objects.order_by("pk").values())
    path = tmp_path / "feed.csv"
    rows = ["1,Tee 1,25,", "2,Other,20,Soft", "3,Tee 3,on request,Soft", "4,Tee 4,20,Soft"]
    path.write_text("\n".join([HEADER, *rows, "7,New,1,"]) + "\n")
    out = io.StringIO()
    call_command("import_products", path, dry_run=True, unlisted="archive_all", stdout=out)
    log = out.getvalue().splitlines()
    assert "line 4: price 'on request' is no amount; left as it was" in log
    assert "Changed: price of 1, name of 1" in log or "Changed: name of 1, price of 1" in log
    assert "Emptied: description of 1" in log
    assert log[-1] == "2 archived, 0 held back"
    assert list(Product.objects.order_by("pk").values()) == before


def test_the_preview_of_an_upload_leads_back_to_its_page(
    admin_client: Client, at_once: None, tmp_path: Path
) -> None:
    take(tmp_path, *"12345")
    data = SimpleUploadedFile("feed.csv", f"{HEADER}\n1,Tee 1,25,\n".encode())
    page = admin_client.post("/admin/catalog/product/import/", {"import_file": data})
    address = page.headers["Location"]
    for sent, found in (({"dry_run": "1"}, 4), ({}, 4)):
        answer = admin_client.post(address, {"unlisted": "archive"} | sent)
        job = Job.objects.latest("pk")
        assert (job.result["held_back"], job.result["emptied"]) == (found, 1)
        assert f'href="{address}"' in admin_client.get(answer.headers["Location"]).content.decode()
    answer = admin_client.post(address, {"unlisted": "archive_all"})
    assert "Go on with it" not in text_of(admin_client.get(answer.headers["Location"]))
    assert shown() == {"1"}
