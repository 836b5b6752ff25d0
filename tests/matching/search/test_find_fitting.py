"""What a photo does not tell, whom a thing is for, and what more is wanted of."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Product
from matching.models import Search
from tests.helpers import encoded, picture, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HTMX = {"HX-Request": "true"}


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", data, "image/jpeg")


def grey(colour: str) -> bytes:
    return encoded(picture(colour).convert("L").convert("RGB"))


@pytest.mark.usefixtures("shop")
def test_a_black_and_white_photo_tells_no_colour(client: Client) -> None:
    page = client.post("/", {"photo": upload(grey("red"))}, headers=HTMX)
    search = Search.objects.get()
    assert search.prediction["colour"] == []
    assert search.label("item_type") == "tshirts"
    assert all("colour" not in match.reasons for match in search.matches.all())
    assert "Colour unknown" in text_of(page)
    assert "A black-and-white photo does not tell." in text_of(page)


@pytest.mark.usefixtures("shop")
def test_the_colour_of_a_black_and_white_photo_can_be_said(client: Client) -> None:
    client.post("/", {"photo": upload(grey("red"))})
    search = Search.objects.get()
    said = {"attribute": "colour", "value": "red"}
    page = client.post(f"/searches/{search.pk}/correct", said, headers=HTMX)
    assert page.status_code == 200
    assert "Colour unknown" not in text_of(page)
    search.refresh_from_db()
    assert search.said("colour") == ("red",)


@pytest.mark.usefixtures("shop")
def test_programs_get_no_colour_of_a_black_and_white_photo(client: Client) -> None:
    answer = client.post("/predict/", {"file": upload(grey("red"))}).json()
    assert answer["prediction"]["colour"] is None
    assert answer["prediction"]["confidence"]["colour"] == 0
    assert "colour" not in answer["garments"][0]["attributes"]


@pytest.mark.parametrize("who", ["men", "women"])
@pytest.mark.usefixtures("shop")
def test_what_whoever_wears_it_may_wear_comes_first(
    client: Client, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    monkeypatch.setattr("matching.search.ask.wearers", lambda *about: [who, "unisex"])
    client.post("/", {"photo": upload(encoded(picture("red")))})
    search = Search.objects.get()
    products = [match.product for match in search.matches.all() if match.product]
    assert [product.label("gender") == who for product in products[:4]] == [True] * 2 + [False] * 2
    said = {"attribute": "gender", "value": "women"}
    client.post(f"/searches/{search.pk}/correct", said)
    first = search.matches.get(rank=1).product
    assert first is not None
    assert first.label("gender") == "women"


def test_more_like_a_product_is_not_that_product(client: Client, shop: dict[str, Product]) -> None:
    product = shop["tshirt-red"]
    with product.photo.open("rb") as file:
        photo = upload(file.read())
    client.post("/", {"photo": photo, "like": product.pk})
    search = Search.objects.get()
    assert search.like == product
    assert search.matches.exists()
    assert not search.matches.filter(product=product).exists()
    narrowed = client.get(search.get_absolute_url(), {"weight": "1"})
    assert f'href="{product.get_absolute_url()}"' not in narrowed.content.decode()
    client.post(f"{search.get_absolute_url()}again", {"words": "for men"})
    assert Search.objects.exclude(pk=search.pk).get().like == product


@pytest.mark.parametrize("like", ["", "0", "-1", "x", "9" * 30, "²"])
@pytest.mark.usefixtures("shop")
def test_what_is_no_product_leaves_nothing_out(client: Client, like: str) -> None:
    client.post("/", {"photo": upload(encoded(picture("red"))), "like": like})
    search = Search.objects.get()
    assert search.like is None
    assert search.matches.exists()


@pytest.mark.usefixtures("shop")
def test_while_a_part_is_marked_its_matches_are_shown_and_nothing_is_kept(client: Client) -> None:
    client.post("/", {"photo": upload(encoded(picture("red", size=(480, 640))))})
    search = Search.objects.get()
    part = {"left": "10", "top": "10", "width": "80", "height": "50"}
    page = client.post(f"{search.get_absolute_url()}part", part, headers=HTMX)
    assert page.status_code == 200
    assert search.get_absolute_url() in page.content.decode()
    assert 'class="cards"' in page.content.decode()
    assert Search.objects.get().crop is None
    part["width"] = "0"
    refused = client.post(f"{search.get_absolute_url()}part", part, headers=HTMX)
    assert refused.status_code == 400
    assert "mark a larger one" in text_of(refused)


@pytest.mark.usefixtures("shop")
def test_of_words_or_of_somebody_else_no_part_is_shown(client: Client) -> None:
    client.post("/", {"words": "handbags"})
    url = f"{Search.objects.get().get_absolute_url()}part"
    assert client.post(url, {}).status_code == 404
    assert Client().post(url, {}).status_code == 404
