"""Words, parts, corrections and filters: the whole way, with the bundled backbone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Offer, Product
from matching.models import Search
from tests.helpers import encoded, picture, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HTMX = {"HX-Request": "true"}


def send(client: Client, **fields: Any) -> Search:
    """A photo of a red t-shirt, sent by a plain form."""
    photo = SimpleUploadedFile("photo.jpg", encoded(picture("red", size=(480, 640))), "image/jpeg")
    response = client.post("/", {"photo": photo, **fields})
    assert response.status_code == 302, text_of(response)
    return Search.objects.get(pk=response["Location"].split("/")[2])


def skus(page: Any) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/products/([^/"]+)/"', page.content.decode())))


@pytest.mark.usefixtures("shop")
def test_words_alone_find_what_they_describe(client: Client) -> None:
    response = client.post("/", {"words": "handbags for women"})
    search = Search.objects.get()
    assert response["Location"] == search.get_absolute_url()
    assert search.wishes == {"item_type": ["handbags"], "gender": ["women"]}
    assert not search.photo
    page = client.get(response["Location"])
    assert set(skus(page)[:2]) == {"handbag-brown", "handbag-red"}
    assert "handbags for women" in text_of(page)
    assert client.get(f"{search.get_absolute_url()}photo").status_code == 404


@pytest.mark.usefixtures("shop")
def test_words_that_nobody_knows_are_called_that(client: Client) -> None:
    page = client.post("/", {"words": "xyzzy"}, headers=HTMX)
    assert "We know none of these words." in text_of(page)
    assert "/products/?item_type=tshirts" in page.content.decode()
    assert not Search.objects.get().matches.exists()


@pytest.mark.usefixtures("shop")
def test_the_name_of_a_product_is_found_by_words(client: Client) -> None:
    Product.objects.filter(sku="trousers-blue").update(name="Tidewell Chinos")
    page = client.post("/", {"words": "tidewell"}, headers=HTMX)
    assert skus(page)[0] == "trousers-blue"


@pytest.mark.usefixtures("shop")
def test_neither_a_photo_nor_words_is_an_error(client: Client) -> None:
    assert client.post("/", {"words": "  "}).status_code == 400
    assert client.post("/", {"words": "x" * 201}).status_code == 400
    assert not Search.objects.exists()


@pytest.mark.usefixtures("shop")
def test_words_on_top_of_a_photo_change_what_is_looked_for(client: Client) -> None:
    search = send(client, words="but for women")
    assert search.wishes == {"gender": ["women"]}
    first = search.matches.select_related("product")[0].product
    assert first is not None
    assert first.label("gender") == "women"


@pytest.mark.usefixtures("shop")
def test_the_photo_of_a_search_is_searched_again_in_other_words(client: Client) -> None:
    search = send(client)
    response = client.post(f"{search.get_absolute_url()}again", {"words": "for women"})
    again = Search.objects.exclude(pk=search.pk).get()
    assert response["Location"] == again.get_absolute_url()
    assert again.words == "for women"
    assert again.photo.name != search.photo.name
    assert again.photo.size == search.photo.size


@pytest.mark.usefixtures("shop")
def test_a_part_of_the_photo_is_searched(client: Client) -> None:
    search = send(client)
    part = {"left": "10", "top": "10", "width": "80", "height": "50,5"}
    client.post(f"{search.get_absolute_url()}again", part)
    again = Search.objects.exclude(pk=search.pk).get()
    assert again.crop == {"left": 0.1, "top": 0.1, "width": 0.8, "height": 0.505}
    assert again.vector != search.vector
    assert again.photo_height == search.photo_height
    page = " ".join(client.get(again.get_absolute_url()).content.decode().split())
    assert '<rect x="0.1000" y="0.1000" width="0.8000" height="0.5050" data-garment="0"' in page


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"left": "a"}, "mark it again"),
        ({"left": "0", "top": "0", "width": "nan", "height": "5"}, "mark it again"),
        ({"left": "-1", "top": "0", "width": "50", "height": "50"}, "mark it again"),
        ({"left": "99", "top": "0", "width": "50", "height": "50"}, "mark a larger one"),
        ({"left": "0", "top": "0", "width": "50", "height": "1"}, "mark a larger one"),
    ],
)
@pytest.mark.usefixtures("shop")
def test_what_is_no_part_is_told_so(client: Client, part: dict[str, str], said: str) -> None:
    search = send(client)
    response = client.post(f"{search.get_absolute_url()}again", part)
    assert response.status_code == 400
    assert said in text_of(response)
    assert Search.objects.count() == 1


@pytest.mark.usefixtures("shop")
def test_a_correction_is_kept_and_the_matches_follow(client: Client) -> None:
    search = send(client)
    url = f"{search.get_absolute_url()}correct"
    page = client.post(url, {"attribute": "item_type", "value": "handbags"}, headers=HTMX)
    search.refresh_from_db()
    assert search.corrections == {"item_type": "handbags"}
    assert set(skus(page)[:2]) == {"handbag-brown", "handbag-red"}
    assert "as you say; we saw" in text_of(page)
    assert Search.objects.count() == 1

    client.post(url, {"attribute": "item_type", "value": ""})
    search.refresh_from_db()
    assert search.corrections == {}
    assert search.matches.all()[0].sku.startswith("tshirt")


@pytest.mark.usefixtures("shop")
def test_a_correction_to_what_was_seen_comes_before_what_the_words_ask_for(client: Client) -> None:
    search = send(client, words="handbags")
    assert search.types == ["handbags"]
    assert search.label("item_type") == "tshirts"
    form = {"attribute": "item_type", "value": "tshirts"}
    page = client.post(f"{search.get_absolute_url()}correct", form, headers=HTMX)
    search.refresh_from_db()
    assert search.types == ["tshirts"]
    assert "<title>Tshirts: matches - Find-My-Vibe</title>" in page.content.decode()
    assert skus(page)[0].startswith("tshirt")


@pytest.mark.usefixtures("shop")
def test_the_vibe_is_the_one_that_was_looked_for(client: Client) -> None:
    seen = send(client)
    other = "formal" if seen.label("style") != "formal" else "sports"
    search = send(client, words=other)
    assert search.wishes == {"style": [other]}
    assert f"Tshirts, {other}" in text_of(client.get(search.get_absolute_url()))


@pytest.mark.usefixtures("shop")
def test_a_correction_to_what_nobody_knows_changes_nothing(client: Client) -> None:
    search = send(client)
    before = list(search.matches.values_list("sku", "score"))
    for form in ({"attribute": "colour", "value": "octarine"}, {"attribute": "x", "value": "red"}):
        assert client.post(f"{search.get_absolute_url()}correct", form).status_code == 400
    search.refresh_from_db()
    assert search.corrections == {}
    assert list(search.matches.values_list("sku", "score")) == before


@pytest.mark.usefixtures("shop")
def test_a_refused_picture_is_searched_if_the_shopper_insists(client: Client) -> None:
    search = send(client)
    search.matches.all().delete()
    Search.objects.update(is_fashion=False, message="We see no clothing.")
    page = client.post(f"{search.get_absolute_url()}correct", {"insist": "1"}, headers=HTMX)
    assert skus(page)
    search.refresh_from_db()
    assert search.is_fashion
    assert search.matches.exists()


@pytest.mark.usefixtures("shop")
def test_filters_in_the_address_narrow_the_matches_and_change_nothing_kept(client: Client) -> None:
    search = send(client)
    kept = list(search.matches.values_list("sku", flat=True))
    page = client.get(f"{search.get_absolute_url()}?item_type=trousers&item_type=handbags")
    assert set(skus(page)) == {"trousers-black", "trousers-blue", "handbag-brown", "handbag-red"}
    page = client.get(f"{search.get_absolute_url()}?gender=women&item_type=tshirts")
    assert set(skus(page)) == {"tshirt-green", "tshirt-black"}
    page = client.get(f"{search.get_absolute_url()}?price_min=1")
    assert "No product passes all of these filters. Take one of them away." in text_of(page)
    assert list(search.matches.values_list("sku", flat=True)) == kept


@pytest.mark.usefixtures("shop")
def test_the_weight_in_the_address_changes_the_scores(client: Client) -> None:
    search = send(client)
    page = client.get(f"{search.get_absolute_url()}?w=1").content.decode()
    assert re.search(r'name="w"[^>]*value="1.0"', page)
    for nonsense in ("?w=2", "?w=x", "?w=nan", "?bogus=1"):
        assert client.get(search.get_absolute_url() + nonsense).status_code == 200


@pytest.mark.usefixtures("shop")
def test_scripts_get_the_matches_alone(client: Client) -> None:
    search = send(client)
    headers = {**HTMX, "HX-Target": "matches"}
    page = client.get(f"{search.get_absolute_url()}?gender=men", headers=headers).content.decode()
    assert "<html" not in page
    assert "result-title" not in page
    assert 'aria-live="polite"' in page


@pytest.mark.usefixtures("shop")
def test_nobody_changes_the_search_of_another(client: Client) -> None:
    search = send(client)
    stranger = Client()
    for action in ("again", "correct"):
        url = f"{search.get_absolute_url()}{action}"
        assert stranger.post(url, {"words": "red"}).status_code == 404
        assert stranger.get(url).status_code == 405


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ("hide", ["tshirt-blue"]),
        ("sink", ["tshirt-blue", "tshirt-red"]),
        ("show", ["tshirt-red", "tshirt-blue"]),
    ],
)
def test_what_is_sold_out_stands_where_the_shop_wants_it(
    client: Client, settings: Any, setting: str, found: list[str]
) -> None:
    settings.NOT_FOR_SALE = setting
    Offer.objects.filter(variant__sku="tshirt-red").update(availability="out_of_stock")
    matches = [row.sku for row in send(client).matches.all()]
    assert [sku for sku in matches if sku in ("tshirt-red", "tshirt-blue")] == found
    assert len(set(matches)) == len(matches)
    assert (setting == "sink") == (matches[-1] == "tshirt-red")
