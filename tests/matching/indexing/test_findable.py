from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from catalog.models import Offer, Product
from matching import runtime
from matching.engine.backbone import Backbone
from matching.indexing import keep_up
from matching.indexing.findable import Findable, state_of, why, with_findable
from matching.models import Embedding, PhotoFault
from tests.conftest import Committed
from tests.helpers import MakeProduct, encoded, picture, text_of

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/product/"
PHOTO = encoded(picture("purple"))


def told(product: Product) -> tuple[str, str]:
    row = with_findable(Product.objects.all()).get(pk=product.pk)
    return state_of(row), why(row)


def test_each_product_says_whether_it_is_found_and_why_not(
    shop: dict[str, Product], make_product: MakeProduct, settings: Any
) -> None:
    settings.LIVE_UPDATES = True
    added = make_product("added", photo=PHOTO)
    assert told(shop["tshirt-red"])[0] == Findable.YES
    assert told(make_product("bare"))[0] == Findable.NO_PHOTO
    assert told(make_product("draft", photo=PHOTO, status="draft"))[0] == Findable.NOT_SHOWN
    assert told(added) == (
        Findable.WAITING,
        "It is being embedded, which takes seconds. If it stays so, no worker is running.",
    )
    fault = PhotoFault.objects.create(
        product=added, image_digest=added.photo_digest, code="damaged", detail="Damaged."
    )
    assert told(added)[0] == Findable.UNREADABLE
    PhotoFault.objects.update(code=PhotoFault.Code.FAILED, detail="OSError: no bucket")
    assert told(added)[0] == Findable.FAILED
    assert told(added)[1].endswith("what went wrong: OSError: no bucket")
    PhotoFault.objects.filter(pk=fault.pk).update(image_digest="of the photo before")
    assert told(added)[0] == Findable.WAITING
    keep_up.keep_up([added.pk])
    assert told(added) == (Findable.YES, "It is found by its photo and its name.")


def test_what_is_sold_out_says_so_where_searches_hide_it(
    shop: dict[str, Product], settings: Any
) -> None:
    product = shop["tshirt-red"]
    Offer.objects.filter(variant__product=product).update(availability="out_of_stock")
    assert told(product)[0] == Findable.SOLD_OUT
    settings.NOT_FOR_SALE = "sink"
    assert told(product)[0] == Findable.YES
    settings.NOT_FOR_SALE = "hide"
    product.variants.all().delete()
    assert told(product)[0] == Findable.YES


def test_it_says_what_it_waits_for(
    make_product: MakeProduct, request: pytest.FixtureRequest, settings: Any
) -> None:
    first = make_product("first", photo=PHOTO)
    assert told(first)[1].startswith("There is no index yet. Build it in the model room")
    shop = request.getfixturevalue("shop")
    runtime.forget()
    assert told(first)[0] == Findable.YES
    settings.LIVE_UPDATES = False
    shop["tshirt-red"].save()
    assert told(shop["tshirt-red"]) == (
        Findable.WAITING,
        "It is found once the index is built again: model room.",
    )
    with translation.override("de"):
        assert told(shop["tshirt-red"])[1].startswith("Es wird gefunden, sobald")


def test_the_list_shows_it_and_filters_by_it(
    shop: dict[str, Product], make_product: MakeProduct, admin_client: Client, settings: Any
) -> None:
    settings.LIVE_UPDATES = True
    bare = make_product("bare")
    page = admin_client.get(LIST)
    assert text_of(page).count("findable") > 8
    for state, skus in ((Findable.NO_PHOTO, {"bare"}), (Findable.YES, set(shop))):
        page = admin_client.get(f"{LIST}?findable={state}")
        assert {row.sku for row in page.context["cl"].result_list} == skus
    page = admin_client.get(f"{LIST}{bare.pk}/change/")
    assert "Products are found by their photos: give it one." in text_of(page)
    assert admin_client.get(f"{LIST}add/").status_code == 200


def test_photos_are_read_anew_at_once(
    shop: dict[str, Product], admin_client: Client, committed: Committed, monkeypatch: Any
) -> None:
    read: list[str] = []
    stream = Backbone.embed_stream

    def counted(self: Backbone, items: Any, **options: Any) -> Any:
        for key, row in stream(self, items, **options):
            read.append(key)
            yield key, row

    monkeypatch.setattr(Backbone, "embed_stream", counted)
    product = shop["tshirt-red"]
    with committed():
        chosen = {"action": "embed_again", "_selected_action": [product.pk]}
        page = admin_client.post(LIST, chosen, follow=True)
    assert "1 product is embedded again." in text_of(page)
    assert read == [product.photo_digest]
    assert Embedding.objects.filter(product=product).exists()


def test_a_form_with_errors_is_shown_again(admin_client: Client, make_product: MakeProduct) -> None:
    product = make_product("1")
    form: dict[str, Any] = {"sku": "1", "name": "", "status": "active"}
    for formset in ("attributes", "variants", "media"):
        form |= {f"{formset}-TOTAL_FORMS": 0, f"{formset}-INITIAL_FORMS": 0}
    page = admin_client.post(f"/admin/catalog/product/{product.pk}/change/", form)
    assert page.status_code == 200
    assert "This field is required." in text_of(page)
