from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.base import ContentFile

from catalog import changes
from catalog.labels import Label, value_of, write_merchant_labels
from catalog.models import Attribute, Offer, Product
from matching import runtime
from matching.indexing import delta, keep_up
from matching.indexing.tend import tend
from matching.models import Embedding
from tests.conftest import Committed
from tests.helpers import MakeProduct, encoded, picture
from tests.matching.indexing.test_build import build

pytestmark = pytest.mark.django_db
PURPLE = encoded(picture("purple", "trousers"))


def nearest(photo: bytes) -> tuple[int, float]:
    """The product that looks most like it, and how much."""
    live = runtime.live()
    index = live.generation.index
    no_style = np.zeros(index.style_width, np.float32)
    ids, cosines = index.search(live.backbone.embed_image(photo), no_style, 1.0, 1)
    return int(ids[0]), float(cosines[0])


def test_the_life_of_a_product_without_a_build(
    shop: dict[str, Product], make_product: MakeProduct, committed: Committed
) -> None:
    with committed():
        added = make_product("added", photo=PURPLE)
    assert nearest(PURPLE) == (added.pk, pytest.approx(1, abs=1e-4))
    orange = encoded(picture("orange", "trousers"))
    with committed():
        added.photo = ContentFile(orange, "new.jpg")
        added.save()
    assert nearest(orange) == (added.pk, pytest.approx(1, abs=1e-4))
    assert nearest(PURPLE)[1] < 0.999
    shown = Product.objects.active().count()
    with committed():
        Product.objects.filter(pk=added.pk).update(status=Product.Status.ARCHIVED)
    assert Product.objects.active().count() == shown - 1
    assert nearest(orange)[0] != added.pk
    with committed():
        Product.objects.filter(pk=added.pk).update(status=Product.Status.ACTIVE)
    assert nearest(orange)[0] == added.pk
    with committed():
        added.delete()
    assert nearest(orange)[0] in {product.pk for product in shop.values()}
    assert runtime.live() is runtime.built()


def test_a_product_of_the_build_goes_when_it_is_deleted(
    shop: dict[str, Product], committed: Committed
) -> None:
    gone = shop["tshirt-red"].pk
    with committed():
        shop["tshirt-red"].delete()
    live = runtime.live()
    assert gone in runtime.built().generation.catalogue.ids
    assert gone not in live.generation.catalogue.ids
    assert len(live.generation.index) == 7
    assert delta.size(runtime.built()) == 1


def test_a_label_of_the_shop_counts_at_once(shop: dict[str, Product], committed: Committed) -> None:
    attribute = Attribute.objects.get(key="item_type")
    product = shop["tshirt-red"]
    with committed():
        value = value_of(attribute, "trousers")
        write_merchant_labels([Label.of(product, attribute, value)])
    assert product.pk in runtime.live().ids_by_type["trousers"]
    assert product.pk not in runtime.live().ids_by_type["tshirts"]


def test_a_price_changes_nothing_that_is_searched(
    shop: dict[str, Product], committed: Committed
) -> None:
    with committed():
        Product.objects.update(description="It costs 9.90 now.")
        Offer.objects.update(price="9.90")
    assert delta.size(runtime.built()) == 0
    assert runtime.live() is runtime.built()


def test_a_build_takes_it_all_in(
    shop: dict[str, Product], make_product: MakeProduct, committed: Committed
) -> None:
    with committed():
        make_product("added", photo=PURPLE)
    assert delta.size(runtime.built()) == 1
    assert "9 products (0 embedded, 9 cached" in build()
    assert delta.size(runtime.built()) == 0
    assert nearest(PURPLE)[0] == Product.objects.get(sku="added").pk
    assert Embedding.objects.count() == 9


def test_changes_are_kept_as_long_as_an_index_may_need_them(
    shop: dict[str, Product], committed: Committed
) -> None:
    def kept() -> list[int]:
        told = (product_id for product_id, _ in changes.newer_than(0, 9))
        return [product_id for product_id in told if product_id != changes.EVERYTHING]

    with committed():
        shop["tshirt-red"].save()
    for _ in range(2):
        build()
    assert kept() == [shop["tshirt-red"].pk]
    build()  # the first index, which knew nothing of it, goes
    assert kept() == []


def test_more_than_one_look_holds_is_taken_in_pieces(
    shop: dict[str, Product], committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delta, "CHUNK", 3)
    runtime.live()
    with committed():
        Product.objects.all().delete()
    left = [len(runtime.live().generation.index) for _ in range(3)]
    assert left == [5, 2, 0]
    runtime.forget()  # another process, which begins
    assert len(runtime.live().generation.index) == 0


def test_a_search_does_not_wait_for_another_that_reads(
    shop: dict[str, Product], committed: Committed
) -> None:
    before = runtime.live()
    with committed():
        shop["tshirt-red"].delete()
    with delta._lock:
        seen: list[Any] = []
        thread = threading.Thread(target=lambda: seen.append(delta.with_changes(runtime.built())))
        thread.start()
        thread.join()
    assert seen == [before]


def test_updates_can_be_left_to_builds(
    shop: dict[str, Product], make_product: MakeProduct, committed: Committed, settings: Any
) -> None:
    settings.LIVE_UPDATES = False
    with committed():
        make_product("added", photo=PURPLE)
    assert runtime.live() is runtime.built()
    assert Embedding.objects.count() == 8


def test_what_a_worker_embeds_is_seen_by_who_had_seen_the_change_already(
    shop: dict[str, Product], make_product: MakeProduct, committed: Committed, monkeypatch: Any
) -> None:
    monkeypatch.setattr(keep_up, "start", lambda product_ids: None)
    with committed():
        added = make_product("added", photo=PURPLE)
    assert nearest(PURPLE)[0] != added.pk
    keep_up.keep_up([added.pk])
    assert nearest(PURPLE)[0] == added.pk


def test_every_photo_finds_its_product_and_the_product_comes_once(
    shop: dict[str, Product], committed: Committed
) -> None:
    product = shop["tshirt-red"]
    with committed():
        media = product.media.create(photo=ContentFile(PURPLE, "back.jpg"))
    assert Embedding.objects.filter(product=product).count() == 2
    for _ in range(2):
        assert nearest(PURPLE) == (product.pk, pytest.approx(1, abs=1e-4))
        assert nearest(encoded(picture("red"))) == (product.pk, pytest.approx(1, abs=1e-4))
        index = runtime.live().generation.index
        query = runtime.live().backbone.embed_image(PURPLE)
        ids, _ = index.search(query, np.zeros(index.style_width, "f4"), 1.0, 8)
        assert sorted(ids.tolist()) == sorted(one.pk for one in shop.values())
        build()
    assert delta.size(runtime.built()) == 0
    with committed():
        media.delete()
    assert nearest(PURPLE)[1] < 0.999
    assert "0 embedded" in build()
    assert Embedding.objects.filter(product=product).count() == 1


def test_a_further_photo_that_cannot_be_read_is_left_out_and_not_tried_for_ever(
    shop: dict[str, Product], committed: Committed
) -> None:
    product = shop["tshirt-red"]
    with committed():
        media = product.media.create(photo=ContentFile(PURPLE, "back.jpg"))
        Path(media.photo.path).write_bytes(b"no picture")
    assert product.photo_faults.get().image_digest == media.photo_digest
    assert nearest(encoded(picture("red")))[0] == product.pk
    assert tend().embedded == 0
