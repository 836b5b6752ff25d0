"""What the page of a search tells of it: the products that were searched, counted."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from catalog.facets import Facet
from catalog.models import Product
from matching import runtime
from matching.engine.arrays import Floats
from matching.models import Search
from matching.search.understand import Understood, understand_vectors
from tests.helpers import MakeProduct, encoded, picture
from tests.searches import PREDICTION, Post

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# The gate takes types until they hold 90 % of the probability: here five of six.
SPREAD = {
    "tshirts": 0.2,
    "trousers": 0.19,
    "handbags": 0.185,
    "watches": 0.18,
    "belts": 0.16,
    "socks": 0.085,
}
HTMX = {"HX-Request": "true"}
SEARCHED = list(SPREAD)[:5]


def spread(classes: tuple[str, ...]) -> Floats:
    return np.array([SPREAD.get(name, 0) for name in classes], np.float32)


@pytest.fixture
def unsure(
    shop: dict[str, Product], make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shop of six types, in which a photo might show any of them."""
    for number, (kind, colour) in enumerate(
        [("watches", "gold"), ("belts", "brown"), ("socks", "white"), ("socks", "gray")]
    ):
        photo = encoded(picture(colour, "handbag"), quality=50 + number)
        make_product(f"{kind}-{colour}", photo=photo, item_type=kind, gender="unisex")
    call_command("build_index", stdout=io.StringIO())

    def understand(live: runtime.Live, *about: Any) -> list[Understood]:
        spreads = {"item_type": spread(live.generation.heads.by_key["item_type"].classes)}
        return [
            replace(seen, probabilities=seen.probabilities | spreads, is_fashion=True)
            for seen in understand_vectors(live, *about)
        ]

    monkeypatch.setattr("matching.search.understand.understand_vectors", understand)


def facet(page: Any, key: str) -> Facet:
    return next(one for one in page.context["answer"]["panel"].facets if one.key == key)


def counted(page: Any, key: str) -> dict[str, int]:
    return {option.value: option.count for option in facet(page, key).options}


def of(types: list[str]) -> Iterator[str]:
    links = Product.objects.filter(attributes__value__value__in=types)
    yield from links.order_by("sku").values_list("sku", flat=True)


@pytest.mark.usefixtures("unsure")
def test_counts_are_of_the_products_that_were_searched_and_of_no_other(client: Client) -> None:
    photo = SimpleUploadedFile("photo.jpg", encoded(picture("red")), "image/jpeg")
    page = client.post("/", {"photo": photo}, follow=True)
    search = Search.objects.get()
    assert search.types == SEARCHED
    assert len(search.prediction["item_type"]) == 3
    shown = {match.sku for match in search.matches.all()}
    assert shown == set(of(SEARCHED))
    assert sum(counted(page, "gender").values()) == len(shown)
    assert counted(page, "gender")["unisex"] == 2
    assert not any(option.selected for option in facet(page, "item_type").options)


@pytest.mark.usefixtures("unsure")
def test_filters_of_another_kind_leave_the_types_that_are_searched(client: Client) -> None:
    photo = SimpleUploadedFile("photo.jpg", encoded(picture("red")), "image/jpeg")
    found = client.post("/", {"photo": photo})["Location"]
    page = client.get(f"{found}?gender=unisex")
    answer = page.context["answer"]
    shown = {match.sku for match in answer["matches"]}
    assert shown >= {"watches-gold", "belts-brown"}
    assert counted(page, "gender")["unisex"] == 2
    page = client.get(f"{found}?gender=men")
    answer = page.context["answer"]
    assert answer["widened"] == ""
    assert len(answer["matches"]) == 4
    page = client.get(f"{found}?item_type=socks")
    assert counted(page, "gender") == {"unisex": 2}


def style_of(*probable: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"value": value, "probability": share} for value, share in probable]


@pytest.mark.parametrize(
    ("ranked", "fields", "said"),
    [
        (style_of(("formal", 0.9), ("casual", 0.1)), {}, "Tshirts, formal"),
        (style_of(("formal", 0.6), ("casual", 0.4)), {}, "Tshirts"),
        (style_of(("casual", 0.97)), {}, "Tshirts"),
        (style_of(("casual", 0.97)), {"corrections": {"style": "sports"}}, "Tshirts, sports"),
        (style_of(("formal", 0.9)), {"wishes": {"style": ["casual"]}}, "Tshirts, casual"),
    ],
)
def test_the_heading_names_the_thing_and_a_vibe_that_says_something(
    post: Post,
    make_product: MakeProduct,
    ranked: list[dict[str, Any]],
    fields: dict[str, Any],
    said: str,
) -> None:
    for number in range(3):
        make_product(str(number), style="casual")
    page = post(headers=HTMX, prediction=PREDICTION | {"style": ranked}, **fields)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page.content.decode())
    assert heading
    assert re.sub("<[^>]+>", "", heading[1]) == said


@pytest.fixture
def endless(shop: dict[str, Product], monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two, in a shop of four T-shirts."""
    monkeypatch.setattr("matching.search.uploads.PAGE_K", 2)


def skus_of(page: Any) -> list[str]:
    return [match.sku for match in page.context["answer"]["matches"]]


@pytest.mark.usefixtures("endless")
def test_the_list_goes_on_page_by_page_until_all_of_the_kind_were_seen(client: Client) -> None:
    photo = SimpleUploadedFile("photo.jpg", encoded(picture("red")), "image/jpeg")
    first = client.post("/", {"photo": photo}, follow=True)
    here = first.redirect_chain[-1][0]
    assert first.context["answer"]["pages"]["next"] == f"{here}?page=2"
    second = client.get(f"{here}?page=2")
    assert len({*skus_of(first), *skus_of(second)}) == 4
    assert [match.rank for match in second.context["answer"]["matches"]] == [3, 4]
    assert second.context["answer"]["pages"] == {
        "next": "",
        "previous": here,
        "comes_by_itself": True,
    }
    assert skus_of(client.get(f"{here}?page=3")) == []
    for nonsense in ("0", "-1", "x", "1e9", "\u0661", "99999"):
        assert client.get(here, {"page": nonsense}).status_code == 200


@pytest.mark.usefixtures("endless")
def test_filters_and_weight_stay_from_page_to_page(client: Client) -> None:
    photo = SimpleUploadedFile("photo.jpg", encoded(picture("red")), "image/jpeg")
    here = client.post("/", {"photo": photo})["Location"]
    page = client.get(f"{here}?gender=men&gender=women&w=0.5")
    onward = page.context["answer"]["pages"]["next"]
    assert onward == f"{here}?gender=men&gender=women&w=0.5&page=2"
    more = client.get(onward, headers=HTMX | {"HX-Target": "more"}).content.decode()
    assert more.count('<li class="match') == 2
    assert "<section" not in more


@pytest.mark.usefixtures("endless")
def test_the_button_says_how_many_products_the_filters_leave(client: Client) -> None:
    photo = SimpleUploadedFile("photo.jpg", encoded(picture("red")), "image/jpeg")
    here = client.post("/", {"photo": photo})["Location"]
    assert client.get(here).context["answer"]["panel"].show == "Show 4"
    assert client.get(f"{here}?gender=men").context["answer"]["panel"].show == "Show"  # widened
    assert client.get(f"{here}?item_type=trousers").context["answer"]["panel"].show == "Show 2"
    words = client.post("/", {"words": "red t-shirts"})["Location"]
    assert client.get(words).context["answer"]["panel"].show == "Show"


@pytest.mark.usefixtures("shop")
def test_a_match_is_as_like_as_the_words_of_the_generation_say(client: Client) -> None:
    photo = SimpleUploadedFile("photo.jpg", encoded(picture("red")), "image/jpeg")
    page = client.post("/", {"photo": photo}, follow=True)
    best, *others = page.context["answer"]["matches"]
    assert best.likeness == "A twin of it"
    assert {match.likeness for match in others} <= {"Very like it", "Like it", "The same kind"}
    page = client.post("/", {"words": "red t-shirts"}, follow=True)
    steps = {match.likeness for match in page.context["answer"]["matches"]}
    assert steps <= {"", "The same kind"}
