from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import DatabaseError, transaction
from django.utils import timezone

from catalog.models import Product
from catalog.photo_files import names_of
from files import ledger
from files.models import KeptFile
from files.sweeping import sweep, sweep_all
from tests.helpers import MakeProduct, encoded, picture

Capture = Callable[..., AbstractContextManager[Any]]
pytestmark = pytest.mark.django_db
LARGE = encoded(picture(size=(900, 1200)))


def states() -> dict[str, str]:
    return dict(KeptFile.objects.values_list("name", "state"))


def grow_old() -> None:
    KeptFile.objects.update(since=timezone.now() - timedelta(hours=2))


def test_a_product_has_a_row_for_each_of_its_files(make_product: MakeProduct) -> None:
    product = make_product("1", photo=LARGE)
    names = names_of(str(product.photo), product.photo_digest, [320, 800])
    assert states() == dict.fromkeys(names, "written")
    assert all(storages["default"].exists(name) for name in names)


def test_what_nobody_kept_is_swept_when_it_is_old(make_product: MakeProduct) -> None:
    written = ledger.write("default", {"products/a.jpg": b"a", "products/b.jpg": b"b"})
    ledger.keep("default", [written["products/b.jpg"]])
    assert sweep() == 0
    grow_old()
    assert sweep() == 1
    assert states() == {"products/b.jpg": "written"}
    assert not storages["default"].exists("products/a.jpg")


def test_a_name_that_is_taken_by_a_row_alone_is_not_given_again() -> None:
    ledger.write("default", {"products/a.jpg": b"a"})
    storages["default"].delete("products/a.jpg")
    (name,) = ledger.write("default", {"products/a.jpg": b"b"}).values()
    assert name != "products/a.jpg"
    assert name.startswith("products/a_")


def test_what_is_dropped_goes_after_the_commit_and_not_before(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    ledger.write("default", {"products/a.jpg": b"a"})
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        ledger.drop("default", ["products/a.jpg", ""])
        assert storages["default"].exists("products/a.jpg")
        assert states() == {"products/a.jpg": "to_delete"}
    assert not storages["default"].exists("products/a.jpg")
    assert states() == {}


def test_a_transaction_deletes_all_of_its_files_at_once(
    make_product: MakeProduct, django_capture_on_commit_callbacks: Capture
) -> None:
    for colour in ("red", "blue", "green"):
        make_product(colour, photo=encoded(picture(colour)))
    with django_capture_on_commit_callbacks(execute=True) as calls:
        Product.objects.all().delete()
    assert len([call for call in calls if isinstance(call, ledger._Dropped)]) == 1
    assert states() == {}


def test_what_something_still_refers_to_is_not_deleted(make_product: MakeProduct) -> None:
    product = make_product("1", photo=LARGE)
    KeptFile.objects.update(state="to_delete")
    assert sweep() == 0
    assert set(states().values()) == {"written"}
    assert storages["default"].exists(str(product.photo))


def test_a_rendition_that_went_when_its_other_product_did_is_drawn_again(
    make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_product("1", photo=LARGE)
    real = ledger.keep

    def keep(storage: str, names: list[str], **more: Any) -> set[str]:
        """Between the look at what is there and the transaction, the other product goes."""
        monkeypatch.setattr(ledger, "keep", real)
        Product.objects.filter(sku="1").delete()
        ledger.remove("default", [name for name in names if name.startswith("renditions/")])
        return real(storage, names, **more)

    monkeypatch.setattr(ledger, "keep", keep)
    product = make_product("2", photo=LARGE)
    for name in names_of(str(product.photo), product.photo_digest, [320, 800]):
        assert storages["default"].exists(name)
        assert states()[name] == "written"


def test_a_failure_takes_what_was_written_for_it_along(
    django_capture_on_commit_callbacks: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*about: Any) -> None:
        raise OSError("No space left on device")

    place = ledger.place
    with django_capture_on_commit_callbacks(execute=True):
        monkeypatch.setattr(
            ledger, "place", lambda *about: (full if "b.jpg" in about[1] else place)(*about)
        )
        with pytest.raises(OSError, match="No space left"):
            ledger.write("default", {"products/a.jpg": b"a", "products/b.jpg": b"b"})
    assert not storages["default"].exists("products/a.jpg")
    assert states() == {}


def test_a_failure_of_the_database_is_told_and_not_another_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*about: Any) -> None:
        raise DatabaseError("the server is away")

    monkeypatch.setattr(ledger, "drop", away)
    with pytest.raises(ValueError, match="the first"), ledger.undone("default", ["a.jpg"]):
        raise ValueError("the first")


def test_what_has_no_row_goes_or_gets_one(make_product: MakeProduct) -> None:
    product = make_product("1", photo=LARGE)
    KeptFile.objects.all().delete()
    for name in ("products/lost.jpg", "products/2026/11/.x.part", "renditions/ab/ab-320.webp"):
        storages["default"].save(name, ContentFile(b"x"))
    assert sweep_all().unlisted == 0
    real = timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real() + timedelta(hours=2))
        assert sweep_all().unlisted == 6
        grow_old()
        assert sweep() == 3
    names = names_of(str(product.photo), product.photo_digest, [320, 800])
    assert states() == dict.fromkeys(names, "written")
    assert not storages["default"].exists("products/lost.jpg")
    assert storages["default"].exists(names[0])


def test_what_is_kept_for_a_while_goes_by_itself() -> None:
    name = "imports/a.table"
    ledger.write_for("private", name, ContentFile(b"a"), timedelta(days=7))
    grow_old()
    assert sweep() == 0
    KeptFile.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert sweep() == 1
    assert not storages["private"].exists(name)
