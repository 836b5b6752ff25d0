"""A photo of several garments: what is said of each, and how another one is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from matching.models import Search
from tests.helpers import encoded, picture, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("shop")]
HTMX = {"HX-Request": "true"}


def two_garments() -> bytes:
    canvas = Image.new("RGB", (800, 600), "white")
    canvas.paste(picture("red", "tshirt", (300, 400)), (40, 100))
    canvas.paste(picture("navy", "tshirt", (300, 400)), (430, 100))
    return encoded(canvas)


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", data, "image/jpeg")


def predict(client: Client, data: bytes, query: str = "") -> dict[str, Any]:
    response = client.post(f"/predict/{query}", {"file": upload(data)})
    assert response.status_code == 200, text_of(response)
    answer: dict[str, Any] = response.json()
    return answer


def test_each_garment_is_told_with_its_place(client: Client) -> None:
    answer = predict(client, two_garments())
    first, *others = answer["garments"]
    assert first["item_type"] == answer["prediction"]["item_type"]
    assert [match["sku"] for match in first["matches"]] == [
        match["sku"] for match in answer["matches"]
    ]
    assert others
    assert all("matches" not in garment for garment in others)
    for garment in answer["garments"]:
        left, top, right, bottom = garment["box"]
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert garment["turned"] == 0
        assert garment["attributes"]["item_type"]["value"] == garment["item_type"]
    places = sorted(garment["box"][0] for garment in answer["garments"])
    assert places[0] < 0.5 < places[-1]


def test_matches_of_every_garment_come_when_asked_for(client: Client) -> None:
    answer = predict(client, two_garments(), "?each=1")
    assert all(garment["matches"] for garment in answer["garments"])
    assert Search.objects.get().matches.count() == len(answer["matches"])


def test_one_product_on_plain_ground_is_one_garment(client: Client) -> None:
    answer = predict(client, encoded(picture("red")))
    assert len(answer["garments"]) == 1
    assert answer["matches"][0]["visual"] == pytest.approx(1, abs=0.02)


def test_another_garment_of_the_photo_is_searched_with(client: Client) -> None:
    client.post("/", {"photo": upload(two_garments())})
    search = Search.objects.get()
    assert len(search.garments) > 1
    before, other = search.label("colour"), search.garments[1]["prediction"]["colour"]
    first_match = search.matches.get(rank=1).sku
    client.post(f"/searches/{search.pk}/correct", {"attribute": "colour", "value": "blue"})
    page = client.post(f"/searches/{search.pk}/garment", {"garment": "1"}, headers=HTMX)
    assert page.status_code == 200
    search.refresh_from_db()
    assert (search.garment, search.corrections) == (1, {})
    assert search.prediction["colour"] == other
    assert search.matches.get(rank=1).sku != first_match
    client.post(f"/searches/{search.pk}/garment", {"garment": "0"})
    search.refresh_from_db()
    assert search.label("colour") == before
    assert before != other[0]["value"]


@pytest.mark.parametrize("number", ["99", "-1", "", "x", "9" * 40])
def test_a_garment_that_there_is_not_is_refused(client: Client, number: str) -> None:
    client.post("/", {"photo": upload(two_garments())})
    search = Search.objects.get()
    page = client.post(f"/searches/{search.pk}/garment", {"garment": number}, headers=HTMX)
    assert page.status_code == 400
    assert "The photo shows no such garment." in text_of(page)


def test_what_was_marked_by_hand_is_never_refused(client: Client) -> None:
    plain = encoded(Image.effect_noise((400, 400), 90).convert("RGB"))
    client.post("/", {"photo": upload(plain), "left": 10, "top": 10, "width": 50, "height": 50})
    search = Search.objects.get()
    assert search.is_fashion
    assert search.matches.exists()
    assert search.garments[0]["box"] == [0.1, 0.1, 0.6, 0.6]


def test_without_a_finder_the_photo_is_searched_with_as_a_whole(
    client: Client, settings: Any
) -> None:
    settings.FINDER = ""
    assert len(predict(client, two_garments())["garments"]) <= 1


def test_the_page_names_each_garment_and_shows_the_whole_look(client: Client) -> None:
    client.post("/", {"photo": upload(two_garments())})
    search = Search.objects.get()
    page = client.get(search.get_absolute_url()).content.decode()
    assert page.count('name="garment"') == len(search.garments)
    assert page.count("data-garment=") == len(search.garments)
    assert page.count('aria-pressed="true"') >= 1
    look = client.get(f"/searches/{search.pk}/look")
    assert look.status_code == 200
    assert look.content.decode().count('class="look-part"') == len(search.garments)
    assert search.matches.count() == Search.objects.get().matches.count()


def test_of_one_garment_there_is_nothing_to_choose(client: Client) -> None:
    client.post("/", {"photo": upload(encoded(picture("red")))})
    page = client.get(Search.objects.get().get_absolute_url()).content.decode()
    assert 'name="garment"' not in page
    assert "data-garment" not in page


def test_the_look_of_somebody_else_is_not_there(client: Client) -> None:
    client.post("/", {"photo": upload(two_garments())})
    pk = Search.objects.get().pk
    assert Client().get(f"/searches/{pk}/look").status_code == 404
    assert Client().post(f"/searches/{pk}/garment", {"garment": "0"}).status_code == 404
