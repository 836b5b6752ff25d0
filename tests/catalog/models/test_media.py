from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Media, Product, make_first
from tests.catalog.test_admin import LIST, form
from tests.conftest import Committed
from tests.helpers import MakeProduct, encoded, picture

pytestmark = pytest.mark.django_db
RED, BLUE, GREEN = (encoded(picture(colour)) for colour in ("red", "blue", "green"))


@pytest.fixture
def product(make_product: MakeProduct) -> Product:
    """With the photos red, blue and green."""
    made = make_product("1", photo=RED)
    for place, data in enumerate((BLUE, GREEN), start=1):
        made.media.create(photo=ContentFile(data, f"{place}.jpg"), place=place)
    return made


def shown(product: Product) -> list[bytes]:
    return [one.photo.read() for one in Product.objects.get(pk=product.pk).photos]


def test_photos_have_an_order_and_each_its_size(product: Product) -> None:
    assert shown(product) == [RED, BLUE, GREEN]
    assert [(one.photo_width, one.photo_height) for one in product.photos] == [(60, 80)] * 3
    assert len({one.photo_digest for one in product.photos}) == 3


def test_another_photo_may_be_the_first(product: Product, committed: Committed) -> None:
    Media.objects.filter(place=1).update(photo_alt="From behind")
    with committed():
        make_first(product.media.get(place=2))
        make_first(product.media.get(place=1))
    assert shown(product) == [BLUE, GREEN, RED]
    assert Product.objects.get().photo_alt == "From behind"


def test_a_file_goes_with_the_last_row_that_shows_it(
    product: Product, make_product: MakeProduct, committed: Committed
) -> None:
    blue = product.media.get(place=1)
    with committed():
        make_product("2", photo=BLUE)
        blue.delete()
    assert not default_storage.exists(str(blue.photo.name))
    green = product.media.get()
    with committed():
        Product.objects.all().delete()
    assert not default_storage.exists(str(green.photo.name))
    assert not Media.objects.exists()


def inline(*rows: dict[str, Any]) -> dict[str, Any]:
    known = sum("id" in row for row in rows)
    named = {f"media-{at}-{name}": one for at, row in enumerate(rows) for name, one in row.items()}
    return {"media-TOTAL_FORMS": len(rows), "media-INITIAL_FORMS": known} | named


def test_the_form_takes_photos_and_puts_them_in_order(
    admin_client: Client, make_product: MakeProduct
) -> None:
    product = make_product("1", photo=RED)
    new = {"photo": SimpleUploadedFile("b.jpg", BLUE), "photo_alt": "Blue", "place": 1}
    data = form() | inline(new | {"is_first": "on"})
    address = f"{LIST}{product.pk}/change/"
    answer = admin_client.post(address, data)
    assert answer.status_code == 302, answer.context["errors"]
    assert shown(product) == [BLUE, RED]
    assert "Blue" in admin_client.get(address).content.decode()
    row = {"id": product.media.get().pk, "product": product.pk, "photo_alt": "", "place": 1}
    answer = admin_client.post(address, form(**{"photo-clear": "on"}) | inline(row))
    assert answer.status_code == 302, answer.context["errors"]
    assert shown(product) == [RED]


def test_a_further_photo_that_is_none_is_an_error_of_the_form(
    admin_client: Client, make_product: MakeProduct
) -> None:
    product = make_product("1", photo=RED)
    row = {"photo": SimpleUploadedFile("b.jpg", b"text"), "place": 1}
    answer = admin_client.post(f"{LIST}{product.pk}/change/", form() | inline(row))
    assert "the photo cannot be read as JPEG" in answer.content.decode()


def test_the_page_shows_them_all(product: Product, client: Client) -> None:
    Media.objects.filter(place=1).update(photo_alt="From behind")
    page = client.get("/products/1/").content.decode()
    assert 'alt="From behind"' in page
    assert all(one.photo.url in page for one in product.photos)
    assert "Product 1, another photo" in page


def test_renditions_are_made_of_them_too(
    make_product: MakeProduct, own_data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.management import call_command

    large = encoded(picture(size=(900, 1200)))
    media = make_product("1", photo=RED).media.create(photo=ContentFile(large, "l.jpg"))
    Media.objects.update(renditions=[])
    call_command("make_renditions")
    media.refresh_from_db()
    assert media.renditions == [320, 800]
