"""A product's life in the shop with no build: added in the admin, found by photo and name, gone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from catalog import columns
from catalog.models import Product
from tests.conftest import Committed
from tests.helpers import MakeProduct, encoded, picture, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HTMX = {"HX-Request": "true"}
PHOTO = encoded(picture("steelblue", size=(480, 640)))


def form(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """The form of an admin page as a browser would send it, with `changes`."""
    page = client.get(address).context
    parts = [page["adminform"].form]
    for inline in page["inline_admin_formsets"]:
        parts += [inline.formset.management_form]
    kept = (bound for part in parts for bound in part if bound.value() is not None)
    sent = {bound.html_name: bound.value() for bound in kept if bound.name != "photo"}
    names = (name for name in sent if name.endswith("-TOTAL_FORMS"))
    return sent | dict.fromkeys(names, 0) | changes


def found(client: Client, **asked: Any) -> list[str]:
    page = client.post("/", asked, headers=HTMX)
    assert page.status_code == 200, text_of(page)
    return list(dict.fromkeys(re.findall(r'href="/products/([^/"]+)/"', page.content.decode())))


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", PHOTO, "image/jpeg")


@pytest.mark.usefixtures("shop")
def test_a_product_added_in_the_admin_is_found_by_its_photo_and_its_name_at_once(
    admin_client: Client, client: Client, committed: Committed, monkeypatch: Any
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    address = "/admin/catalog/product/add/"
    named = {"sku": "zebra-1", "name": "Zebrafish denim blouson", "brand": "Quokka"}
    with committed():
        sent = form(admin_client, address, **named, photo=upload())
        page = admin_client.post(address, sent, follow=True)
        assert "It is being embedded, which takes seconds." in text_of(page)
    assert found(client, photo=upload())[0] == "zebra-1"
    assert found(client, words="zebrafish blouson")[0] == "zebra-1"
    product = Product.objects.get(sku="zebra-1")
    assert "Zebrafish" in text_of(client.get(product.get_absolute_url()))
    address = "/admin/catalog/product/"
    with committed():
        chosen = {"action": "delete_selected", "_selected_action": [product.pk], "post": "yes"}
        assert admin_client.post(address, chosen).status_code == 302
    assert "zebra-1" not in found(client, photo=upload())
    assert "zebra-1" not in found(client, words="zebrafish blouson")


@pytest.mark.usefixtures("shop")
def test_a_product_that_begins_later_is_found_when_its_moment_has_come(
    client: Client, make_product: MakeProduct, committed: Committed, monkeypatch: Any
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    begins = timezone.now() + timedelta(days=1)
    with committed():
        make_product("coming", photo=PHOTO, name="Zebrafish", published_at=begins)
    assert "coming" not in found(client, photo=upload())
    monkeypatch.setattr(timezone, "now", lambda: begins)
    assert found(client, photo=upload())[0] == "coming"
    assert found(client, words="zebrafish")[0] == "coming"
