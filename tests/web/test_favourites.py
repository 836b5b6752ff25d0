from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Favourite, FavouriteList
from tests.conftest import MakeProduct, encoded, picture
from tests.web.test_pages import text_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def products(make_product: MakeProduct) -> None:
    make_product("1", photo=encoded(picture()), name="Red Tee")
    make_product("2", name="Blue Tee")


def pressed(page: Any) -> list[str]:
    return re.findall(r'aria-pressed="(\w+)"', page.content.decode())


def test_a_heart_likes_and_unlikes_without_a_reload(client: Client) -> None:
    page = client.post("/products/1/like", headers=HTMX)
    assert pressed(page) == ["true"]
    assert "Added to your favourites." in text_of(page)
    assert "<html" not in page.content.decode()
    assert sorted(pressed(client.get("/products/"))) == ["false", "true"]
    page = client.post("/products/1/like", headers=HTMX)
    assert pressed(page) == ["false"]
    assert not Favourite.objects.exists()


def test_a_plain_form_goes_back_to_where_it_was_sent_from(client: Client) -> None:
    response = client.post("/products/1/like", {"next": "/products/?page=1"})
    assert response["Location"] == "/products/?page=1"
    response = client.post("/products/2/like", {"next": "https://evil.example/"})
    assert response["Location"] == "/products/2/"


def test_what_is_not_there_cannot_be_liked(client: Client) -> None:
    assert client.post("/products/none/like").status_code == 404
    assert client.get("/products/1/like").status_code == 405


def test_a_page_asks_once_for_all_hearts(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.post("/products/1/like")
    client.get("/products/")
    with django_assert_max_num_queries(12):
        client.get("/products/")


def test_lists_have_names_and_products_move_between_them(client: Client) -> None:
    client.post("/products/1/like")
    first = FavouriteList.objects.get()
    response = client.post("/favourites/", {"name": " summer  wedding "})
    second = FavouriteList.objects.get(name="summer wedding")
    assert response["Location"] == f"/favourites/{second.pk}/"
    assert "This list is still empty." in text_of(client.get(response["Location"]))
    client.post(f"/favourites/{first.pk}/", {"do": "move", "sku": "1", "to": str(second.pk)})
    assert not first.favourites.exists()
    assert second.favourites.get().product.sku == "1"
    client.post(f"/favourites/{second.pk}/", {"do": "rename", "name": "autumn"})
    assert "autumn" in text_of(client.get("/favourites/"))
    client.post(f"/favourites/{second.pk}/", {"do": "remove", "sku": "1"})
    assert not second.favourites.exists()
    page = client.post(f"/favourites/{second.pk}/", {"do": "delete"}, follow=True)
    assert "The list is deleted." in text_of(page)
    assert FavouriteList.objects.get() == first


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Give the list a name."),
        ("x" * 81, "The name is too long; use at most 80 letters."),
        ("mine", "There is a list of this name already."),
    ],
)
def test_a_name_that_does_not_do_is_told_so(client: Client, name: str, said: str) -> None:
    client.post("/favourites/", {"name": "mine"})
    page = client.post("/favourites/", {"name": name})
    assert page.status_code == 400
    assert said in text_of(page)
    assert FavouriteList.objects.count() == 1


def test_a_shared_list_is_seen_by_link_until_it_is_switched_off(client: Client) -> None:
    client.post("/products/1/like")
    mine = f"/favourites/{FavouriteList.objects.get().pk}/"
    client.post(mine, {"do": "share"})
    token = FavouriteList.objects.get().share_token
    link = f"/favourites/shared/{token}/"
    assert link in client.get(mine).content.decode()
    page = Client().get(link)
    assert "Red Tee" in text_of(page)
    client.post(mine, {"do": "unshare"})
    assert Client().get(link).status_code == 404
    client.post(mine, {"do": "share"})
    assert FavouriteList.objects.get().share_token != token


def test_nobody_reaches_the_lists_of_another(client: Client) -> None:
    client.post("/products/1/like")
    mine = f"/favourites/{FavouriteList.objects.get().pk}/"
    stranger, member = Client(), Client()
    stranger.post("/products/2/like")
    member.force_login(User.objects.create_user("eve"))
    for other in (stranger, member):
        assert other.get(mine).status_code == 404
        for change in ("delete", "rename", "share", "remove"):
            assert other.post(mine, {"do": change, "name": "x", "sku": "1"}).status_code == 404
        assert "Red Tee" not in text_of(other.get("/favourites/"))
    theirs = FavouriteList.objects.exclude(pk=mine.split("/")[2]).get()
    move = {"do": "move", "sku": "1", "to": str(theirs.pk)}
    assert client.post(mine, move).status_code == 404
    assert Favourite.objects.count() == 2


def test_an_empty_place_says_what_to_do(client: Client) -> None:
    assert "Press the heart beside a product that you like." in text_of(client.get("/favourites/"))
