from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from catalog import attributes, changes, columns, reading
from catalog.importers.incoming import OFFER_FIELDS, VARIANT_FIELDS
from catalog.labels import Label, value_of, write_merchant_labels
from catalog.models import Attribute, Product
from findmyvibe.celery import app as celery_app
from jobs import queue
from jobs.leases import Lease
from jobs.models import Job
from matching import runtime
from matching.indexing import keep_up
from matching.models import Search
from tests.browser import chromium, photo, visit
from tests.helpers import MakeProduct, encoded, picture
from tests.searches import fake_search, post, red

__all__ = ["chromium", "fake_search", "photo", "post", "red", "visit"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What cannot run here is skipped, each with its reason."""
    reasons = {
        "dataset": None if os.environ.get("VIBE_DATA") else "VIBE_DATA names no data set",
        "browser": None if shutil.which("chromium") else "Chromium is not installed",
        "services": None if os.environ.get("REDIS_URL") else "make services; then make test",
    }
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def own_data_folder(
    tmp_path: Path, settings: Any, request: pytest.FixtureRequest
) -> Iterator[Path]:
    """Each test has its own media, artifacts and private files; tasks run in its process."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ARTIFACTS_DIR = tmp_path / "artifacts"
    private = dict(settings.STORAGES["private"])
    private["OPTIONS"] = {"location": tmp_path / "private", "base_url": None}
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"private": private, "staticfiles": plain}
    # A field keeps the storage that was there when its model was made.
    Search._meta.get_field("photo").storage = storages["private"]
    settings.LIVE_UPDATES = False  # `committed` turns them on
    cache.clear()
    columns.forget()
    reading.forget()
    attributes.forget()
    translation.deactivate()  # A page in another language leaves it behind in this thread.
    if request.node.get_closest_marker("services") is None:
        settings.REDIS_URL = ""
        celery_app.conf.task_always_eager = True
    runtime.forget()
    yield tmp_path
    runtime.forget()


@pytest.fixture
def make_product(db: None) -> MakeProduct:
    """`make_product("1", photo=bytes, item_type="tshirts", price="9.90")`: a product with merchant
    labels, one variant and one offer."""

    def make(sku: str, *, photo: bytes | None = None, **fields: Any) -> Product:
        keys = set(Attribute.objects.values_list("key", flat=True))
        labels = {key: fields.pop(key) for key in list(fields) if key in keys}
        own = {*OFFER_FIELDS, *VARIANT_FIELDS} & set(fields)
        given = {name: fields.pop(name) for name in own}
        product = Product(sku=sku, name=fields.pop("name", f"Product {sku}"), **fields)
        if photo is not None:
            product.photo = ContentFile(photo, f"{sku}.jpg")
        product.save()
        offer = {name: given.pop(name) for name in OFFER_FIELDS if name in given}
        variant = product.variants.create(sku=sku, **given)
        variant.offers.create(**offer)
        for key, label in labels.items():
            attribute = Attribute.objects.get(key=key)
            write_merchant_labels([Label.of(product, attribute, value_of(attribute, label))])
        return product

    return make


SHOP = [
    ("tshirt-red", "red", "tshirt", "tshirts", "men"),
    ("tshirt-blue", "blue", "tshirt", "tshirts", "men"),
    ("tshirt-green", "green", "tshirt", "tshirts", "women"),
    ("tshirt-black", "black", "tshirt", "tshirts", "women"),
    ("trousers-black", "black", "trousers", "trousers", "men"),
    ("trousers-blue", "navy", "trousers", "trousers", "men"),
    ("handbag-brown", "saddlebrown", "handbag", "handbags", "women"),
    ("handbag-red", "red", "handbag", "handbags", "women"),
]


@pytest.fixture
def shop(make_product: MakeProduct) -> dict[str, Product]:
    """Eight products in three types, and an index of them built with the bundled backbone."""
    products = {
        sku: make_product(
            sku, photo=encoded(picture(colour, shape)), item_type=item_type, gender=gender
        )
        for sku, colour, shape, item_type, gender in SHOP
    }
    call_command("build_index", stdout=io.StringIO())
    columns.forget()  # A build has read the table, which is not looked at again for two seconds.
    return products


Committed = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def committed(
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]],
) -> Committed:
    """`with committed(): ...`: changes in there are live when it ends, as after a commit."""
    settings.LIVE_UPDATES = True
    monkeypatch.setattr(keep_up, "start", keep_up.keep_up)

    @contextmanager
    def commit() -> Iterator[None]:
        for _savepoints, call, _robust in connection.run_on_commit:
            if isinstance(call, changes._Untold):
                call.is_told = True  # it belongs to what was before
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return commit


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page would hand to a thread is done before it answers."""

    def start(kind: str, *, started_by: queue.Starter = None, **params: Any) -> Job:
        user = started_by.pk if started_by else None
        row = Job.objects.create(kind=kind, params=params, started_by_id=user)
        try:
            queue.execute(row, Lease(row))
        except queue.JobError:
            row.refresh_from_db()
        return row

    monkeypatch.setattr(queue, "start", start)
