from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from catalog.models import Product
from matching import tasks
from matching.engine.backbone import Backbone
from matching.indexing import keep_up
from matching.models import Embedding, PhotoFault
from tests.conftest import Committed
from tests.helpers import MakeProduct, encoded, picture

pytestmark = pytest.mark.django_db
PURPLE = encoded(picture("purple", "trousers"))


def test_only_what_has_no_vector_is_embedded_and_what_it_shows_is_predicted(
    shop: dict[str, Product], make_product: MakeProduct
) -> None:
    added = make_product("added", photo=PURPLE, gender="women")
    assert keep_up.keep_up([added.pk, shop["tshirt-red"].pk]) == 1
    assert Embedding.objects.filter(product=added).count() == 1
    sources = {link.attribute.key: link.source for link in added.attributes.all()}
    assert (sources["item_type"], sources["gender"]) == ("predicted", "merchant")
    assert added.label("item_type")
    assert shop["handbag-red"].label("colour") == "red"
    assert keep_up.keep_up([added.pk]) == 0


def test_before_the_first_index_it_is_left_to_the_build(
    make_product: MakeProduct, committed: Committed
) -> None:
    with committed():
        make_product("added", photo=PURPLE)
    assert not Embedding.objects.exists()


def test_a_photo_that_cannot_be_read_is_remembered_until_another_comes(
    shop: dict[str, Product], make_product: MakeProduct
) -> None:
    products = [make_product(sku, photo=PURPLE) for sku in ("one", "two")]
    for product in products:
        Path(product.photo.path).write_bytes(b"no picture")
    assert keep_up.keep_up([product.pk for product in products]) == 0
    faults = PhotoFault.objects.order_by("product_id")
    assert [(row.product_id, row.code) for row in faults] == [
        (product.pk, "not_a_picture") for product in products
    ]
    assert faults[0].image_digest == products[0].photo_digest
    for product in products:
        Path(product.photo.path).write_bytes(PURPLE)
    assert keep_up.keep_up([products[0].pk]) == 1
    assert [row.product_id for row in faults.all()] == [products[1].pk]


def test_what_else_fails_is_remembered_and_raised(
    shop: dict[str, Product], make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = make_product("added", photo=PURPLE)

    def fail(*args: Any) -> None:
        raise ConnectionRefusedError("the bucket does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(Backbone, "embed_stream", fail)
        with pytest.raises(ConnectionRefusedError):
            keep_up.keep_up([added.pk])
    fault = PhotoFault.objects.get()
    assert (fault.code, fault.product_id) == (PhotoFault.Code.FAILED, added.pk)
    assert fault.detail == "ConnectionRefusedError: the bucket does not answer"
    keep_up.keep_up([added.pk])
    assert not PhotoFault.objects.exists()


def test_a_worker_does_it_in_pieces_where_there_is_a_broker(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1"
    monkeypatch.setattr(keep_up, "CHUNK", 2)
    given: list[tuple[str, list[int]]] = []
    monkeypatch.setattr(
        tasks.keep_up_with, "apply_async", lambda args, queue: given.append((queue, *args))
    )
    keep_up.start([1, 2, 3])
    assert given == [("vision", [1, 2]), ("vision", [3])]


def test_a_thread_does_it_where_there_is_none_and_goes_on_after_a_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keep_up, "CHUNK", 2)
    done, go = [], threading.Event()

    def work(ids: list[int]) -> None:
        go.wait(5)
        done.append(ids)
        if ids == [1, 2]:
            raise RuntimeError

    monkeypatch.setattr(keep_up, "keep_up", work)
    keep_up.start([1, 2, 3])
    keep_up.start([3, 4])
    go.set()
    for _ in range(500):
        if len(done) == 2 and not keep_up._thread._is_running:
            break
        time.sleep(0.01)
    assert done == [[1, 2], [3, 4]]
    assert "products [1, 2] could not be embedded" in caplog.text
