from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from catalog.importers import writer
from catalog.models import Attribute, Product, ProductAttribute
from jobs.models import Job
from tests.catalog.importers.folders import (
    BLUE,
    COLUMNS,
    RED,
    ROW,
    counts,
    folder,
    media,
    run,
    summary,
    write,
)

pytestmark = pytest.mark.django_db

__all__ = ["folder"]


def test_products_come_with_photo_and_labels(folder: Path) -> None:
    assert counts(run(folder)[-1]) == summary(rows=3, added=3)
    product = Product.objects.get(sku="1")
    assert (product.name, product.year, product.status) == ("Tee 1", 2012, "active")
    assert product.photo.read() == (folder / "images/1.jpg").read_bytes()
    assert len(product.photo_digest) == 64
    assert (product.photo_width, product.photo_height) == (60, 80)
    assert {link.attribute.key: link.value.value for link in product.attributes.all()} == {
        "item_type": "tshirts",
        "gender": "men",
        "colour": "red",
        "season": "summer",
        "style": "casual",
    }
    assert {link.source for link in product.attributes.all()} == {"merchant"}


def test_a_second_run_changes_nothing(folder: Path) -> None:
    run(folder)
    before = list(Product.objects.order_by("pk").values())
    files = media(folder)
    assert counts(run(folder)[-1]) == summary(rows=3, unchanged=3)
    assert list(Product.objects.order_by("pk").values()) == before
    assert media(folder) == files


def test_only_what_changed_is_changed(folder: Path) -> None:
    run(folder)
    others = list(Product.objects.exclude(sku="2").order_by("pk").values())
    write(folder, *(ROW.format(id=n).replace("Tee 2", "New name") for n in (1, 2, 3)))
    assert counts(run(folder)[-1]) == summary(rows=3, updated=1, unchanged=2)
    assert Product.objects.get(sku="2").name == "New name"
    assert list(Product.objects.exclude(sku="2").order_by("pk").values()) == others


def test_a_new_photo_takes_the_place_of_the_old_file(
    folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    run(folder)
    (folder / "images/2.jpg").write_bytes(BLUE)
    with django_capture_on_commit_callbacks(execute=True):
        assert counts(run(folder)[-1]) == summary(rows=3, updated=1, unchanged=2)
    assert Product.objects.get(sku="2").photo.read() == BLUE
    assert len(media(folder)) == 3


def test_what_the_shop_edited_survives_an_unchanged_row(folder: Path) -> None:
    run(folder)
    product = Product.objects.get(sku="1")
    link = product.attributes.get(attribute__key="colour")
    link.value = Attribute.objects.get(key="colour").values.get(value="maroon")
    link.save()
    product.name = "Our own name"
    product.save()
    run(folder)
    assert Product.objects.get(sku="1").name == "Our own name"
    assert Product.objects.get(sku="1").label("colour") == "maroon"


def test_a_dry_run_reports_and_changes_nothing(folder: Path) -> None:
    lines = run(folder, dry_run=True)
    assert lines[-2] == "Dry run: nothing was changed."
    assert counts(lines[-1]) == summary(rows=3, added=3)
    assert not Product.objects.exists()
    assert media(folder) == []


def test_a_limit_takes_the_first_rows(folder: Path) -> None:
    assert counts(run(folder, limit=2)[-1]) == summary(rows=2, added=2)
    assert set(Product.objects.values_list("sku", flat=True)) == {"1", "2"}


def test_each_bad_row_is_reported_and_the_rest_goes_on(folder: Path) -> None:
    images = folder / "images"
    write(
        folder,
        ROW.format(id=1),  # line 2
        "4,Men,Apparel",
        ROW.format(id="\u200b"),
        ROW.format(id=1),
        ROW.format(id=5),
        ROW.format(id=6),
        ROW.format(id=7),
        ROW.format(id=8),
        ROW.format(id=9).replace(",2012,", ",soon,"),
        ROW.format(id="x" * 65),
        ROW.format(id=3) + ", with, commas",
    )
    (images / "6.jpg").write_bytes(RED[:400])
    (images / "7.jpg").write_bytes(b"")
    (images / "8.jpg").write_text("this is text")
    (images / "9.jpg").write_bytes(RED)
    lines = run(folder)
    assert lines[:-1] == [
        "line 3: has 3 of 10 fields; skipped",
        "line 4: the id '' has not 1 to 64 characters; skipped",
        "line 5: the id 1 stands in line 2 already; skipped",
        "line 10: year 'soon' is no year; left as it was",
        f"line 11: the id '{'x' * 65}' has not 1 to 64 characters; skipped",
        "line 6: there is no photo images/5.jpg; taken without a photo",
        "line 7: the photo is damaged or incomplete; taken without a photo",
        "line 8: the photo is empty; taken without a photo",
        "line 9: the photo cannot be read as JPEG, PNG, WebP, GIF, HEIC or AVIF; "
        "taken without a photo",
    ]
    assert counts(lines[-1]) == summary(rows=11, added=7, skipped=4, without_photo=4, problems=9)
    assert Product.objects.get(sku="3").name == "Tee 3, with, commas"
    assert set(Product.objects.filter(photo="").values_list("sku", flat=True)) == set("5678")


def test_empty_and_na_labels_are_unknown(folder: Path) -> None:
    write(
        folder,
        "1,Men,Apparel,Topwear,Tshirts,NA,,2012,na,Tee",
        "3,unknown,Apparel,Topwear,None,-,n/a,?,NULL,Tee",
        "2,Men,Apparel,Topwear, TSHIRTS ,Navy  Blue,Summer,,N/A,Tee",
    )
    run(folder)
    first, second, third = Product.objects.order_by("sku")
    assert [first.label(key) for key in ("colour", "season", "style")] == ["", "", ""]
    assert not third.attributes.exists()
    assert (second.label("item_type"), second.label("colour")) == ("tshirts", "navy blue")
    assert second.year is None
    assert not Attribute.objects.get(key="colour").values.filter(value__in=["na", ""]).exists()


def test_a_label_that_became_unknown_is_taken_away(folder: Path) -> None:
    run(folder)
    write(folder, ROW.format(id=1).replace("Red", "NA"))
    run(folder)
    assert Product.objects.get(sku="1").label("colour") == ""
    assert Product.objects.count() == 3


def test_predicted_labels_stay(folder: Path) -> None:
    run(folder)
    product = Product.objects.get(sku="1")
    value = Attribute.objects.get(key="colour").values.get(value="red")
    predicted = ProductAttribute.Source.PREDICTED
    ProductAttribute.objects.create(product=product, value=value, source=predicted, confidence=0.9)
    write(folder, ROW.format(id=1).replace("Tee", "Shirt"))
    run(folder)
    assert product.attributes.filter(source=predicted).count() == 1


def test_groups_of_a_new_item_type_are_those_most_rows_give(folder: Path) -> None:
    rows = [ROW.format(id=n).replace("Tshirts", "Capes") for n in (1, 2, 3)]
    write(folder, rows[0].replace("Topwear", "Belts"), *rows[1:])
    run(folder)
    item_type = Attribute.objects.get(key="item_type")
    assert item_type.values.get(value="capes").ancestors == ["topwear", "apparel"]


def test_further_columns_are_taken_where_they_exist(folder: Path) -> None:
    write(
        folder,
        "1,Tee,Acme,19.9,eur,Soft.,https://shop.example/1",
        "2,Tee,Acme,cheap,EUR,Soft.,javascript:alert(1)",
        columns="id,productDisplayName,brand,price,currency,description,link",
    )
    lines = run(folder)
    first, second = Product.objects.order_by("sku")
    assert (first.brand, str(first.price), first.currency) == ("Acme", "19.90", "EUR")
    assert (first.description, first.product_url) == ("Soft.", "https://shop.example/1")
    assert (second.price, second.product_url) == (None, "")
    assert lines[0] == "line 3: price 'cheap' is no amount; left as it was"


def test_a_sixth_attribute_is_a_row_and_a_column(folder: Path) -> None:
    Attribute.objects.create(key="fabric", label="Fabric", csv_column="fabric")
    write(
        folder, ROW.format(id=1) + ",Wool", columns=COLUMNS.replace(",product", ",fabric,product")
    )
    (folder / "styles.csv").write_text(
        COLUMNS + ",fabric\n1,Men,Apparel,Topwear,Tshirts,Red,Summer,2012,Casual,Tee,Wool\n"
    )
    run(folder)
    assert Product.objects.get(sku="1").label("fabric") == "wool"


def test_long_names_are_cut_and_told(folder: Path) -> None:
    write(folder, ROW.format(id=1) + "x" * 300)
    assert run(folder)[0] == "line 2: productDisplayName is longer than 255 characters; cut"
    assert len(Product.objects.get(sku="1").name) == 255


def test_an_interrupted_import_keeps_whole_batches_and_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(writer, "BATCH", 2)
    real = writer.Ingest._save_labels

    def interrupted(self: Any, products: Any, changed: Any) -> None:
        if products[0].sku == "3":
            raise KeyboardInterrupt
        real(self, products, changed)

    monkeypatch.setattr(writer.Ingest, "_save_labels", interrupted)
    stopped = "Stopped. What was done is kept; run the same command"
    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(CommandError, match=stopped),
    ):
        run(folder)
    assert Product.objects.count() == 2
    assert len(media(folder)) == 2
    assert Job.objects.get().state == Job.State.FAILED
    monkeypatch.setattr(writer.Ingest, "_save_labels", real)
    assert counts(run(folder)[-1]) == summary(rows=3, added=1, unchanged=2)


def test_a_batch_is_read_only_when_the_one_before_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "BATCH", 1)
    real = writer.Ingest._take_batch
    seen: list[int] = []

    def counted(self: Any, batch: Any) -> None:
        seen.append(Product.objects.count())
        real(self, batch)

    monkeypatch.setattr(writer.Ingest, "_take_batch", counted)
    run(folder)
    assert seen == [0, 1, 2]


@pytest.mark.parametrize("kind", ["nothing", "a folder"])
def test_without_a_file_to_read_it_says_what_to_give(tmp_path: Path, kind: str) -> None:
    if kind == "a folder":
        (tmp_path / "styles.csv").mkdir()
    with pytest.raises(CommandError, match="There is no styles.csv in .*. Give the folder that h"):
        run(tmp_path)


def test_an_empty_file_is_refused_in_words(folder: Path) -> None:
    (folder / "styles.csv").write_text("")
    with pytest.raises(CommandError, match="The file is empty"):
        run(folder)
