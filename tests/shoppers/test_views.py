from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from catalog.models import Product
from shoppers.favourites import MOST_LISTS, for_pages, share
from shoppers.models import Favourite, FavouriteList
from tests.helpers import MakeProduct, encoded, picture, text_of

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
    assert 'data-note="Added to your favourites."' in page.content.decode()
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
    with django_assert_max_num_queries(14):
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


def test_hearts_ask_once_for_a_page_and_not_for_a_page_without(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.post("/products/1/like")
    request = RequestFactory().get("/")
    request.session, request.user = client.session, AnonymousUser()
    with django_assert_num_queries(0):
        hearts = for_pages(request)["hearts"]
    liked = Favourite.objects.get().product_id
    with django_assert_num_queries(1):
        assert liked in hearts.liked
        assert 0 not in hearts.liked


def test_a_product_can_be_in_two_lists_and_a_heart_takes_it_out_of_both(client: Client) -> None:
    client.post("/products/1/like")
    client.post("/favourites/", {"name": "summer wedding"})
    first, second = FavouriteList.objects.all()
    add = {"do": "add", "sku": "1", "to": str(second.pk)}
    for _ in range(2):  # The second time changes nothing.
        page = client.post(f"/favourites/{first.pk}/", add, follow=True)
        assert "Red Tee is in summer wedding now." in text_of(page)
    assert [one.favourites.count() for one in (first, second)] == [1, 1]
    client.post("/products/1/like")
    assert not Favourite.objects.exists()
    assert FavouriteList.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"do": "move", "sku": "1", "to": ""}, 400),
        ({"do": "move", "sku": "1", "to": "9" * 30}, 400),
        ({"do": "move", "sku": "1", "to": "99999"}, 404),
        ({"do": "move", "sku": "2", "to": "1"}, 404),
        ({"do": "burn", "sku": "1"}, 404),
        ({}, 404),
    ],
)
def test_a_change_that_makes_no_sense_changes_nothing(
    client: Client, change: dict[str, str], status: int
) -> None:
    client.post("/products/1/like")
    mine = FavouriteList.objects.get()
    assert client.post(f"/favourites/{mine.pk}/", change).status_code == status
    assert Favourite.objects.get().list == mine


def test_a_long_list_has_pages_and_takes_few_queries(
    client: Client, make_product: MakeProduct, django_assert_max_num_queries: Any
) -> None:
    client.post("/products/1/like")
    mine = FavouriteList.objects.get()
    Favourite.objects.bulk_create(
        Favourite(list=mine, product=make_product(f"more-{n}")) for n in range(50)
    )
    with django_assert_max_num_queries(9):
        page = client.get(f"/favourites/{mine.pk}/")
    assert 'rel="next" href="?page=2"' in page.content.decode()
    assert "Red Tee" in text_of(client.get(f"/favourites/{mine.pk}/?page=2"))


def test_what_left_the_catalogue_stays_in_the_list_but_is_not_shared(client: Client) -> None:
    client.post("/products/1/like")
    mine = FavouriteList.objects.get()
    share(mine, on=True)
    mine.products.update(status="archived")
    page = client.get(f"/favourites/{mine.pk}/")
    assert "No longer in the catalogue" in text_of(page)
    assert 'href="/products/1/"' not in page.content.decode()
    shared = Client().get(f"/favourites/shared/{mine.share_token}/")
    assert "Red Tee" not in text_of(shared)
    assert shared["X-Robots-Tag"] == "noindex"


def test_a_link_says_nothing_of_whose_list_it_is(client: Client) -> None:
    anna = User.objects.create_user("anna", "anna@example.org")
    mine = FavouriteList.objects.create(user=anna, name="Favourites")
    share(mine, on=True)
    page = client.get(f"/favourites/shared/{mine.share_token}/").content.decode()
    assert "anna" not in page
    assert f'"/favourites/{mine.pk}/"' not in page


def test_lists_of_an_account_and_of_a_browser_are_apart(client: Client) -> None:
    client.post("/products/1/like")
    anna = User.objects.create_user("anna")
    member = Client()
    member.force_login(anna)
    member.post("/products/2/like")
    assert pressed(client.get("/products/")).count("true") == 1
    mine = FavouriteList.objects.get(user=None)
    assert "Blue Tee" not in text_of(client.get(f"/favourites/{mine.pk}/"))


def test_there_is_a_most_of_lists(client: Client) -> None:
    client.post("/products/1/like")
    key = FavouriteList.objects.get().session_key
    FavouriteList.objects.bulk_create(
        FavouriteList(session_key=key, name=str(n)) for n in range(MOST_LISTS - 1)
    )
    page = client.post("/favourites/", {"name": "one more"})
    assert page.status_code == 400
    assert "These are enough lists; delete one first." in text_of(page)


def test_a_product_goes_straight_into_a_list_of_choice(client: Client) -> None:
    page = client.post("/products/1/keep", {"name": "summer wedding"}, follow=True)
    assert "Red Tee is in summer wedding now." in text_of(page)
    mine = FavouriteList.objects.get()
    client.post("/products/2/keep", {"to": str(mine.pk), "name": " "})
    assert {one.sku for one in mine.products.all()} == {"1", "2"}
    page = client.post("/products/2/keep", {"name": "summer wedding"}, follow=True)
    assert "There is a list of this name already." in text_of(page)
    page = client.post("/products/2/keep", {}, follow=True)
    assert "Choose a list." in text_of(page)
    assert Client().post("/products/2/keep", {"to": str(mine.pk)}).status_code == 404


def test_the_choice_of_lists_holds_the_visitors_own(client: Client) -> None:
    client.post("/favourites/", {"name": "summer wedding"})
    FavouriteList.objects.create(session_key="other", name="secret")
    request = RequestFactory().get("/")
    request.session, request.user = client.session, AnonymousUser()
    lists = for_pages(request)["favourite_lists"]
    context = {"product": Product.objects.get(sku="1"), "lists": lists}
    shown = render_to_string("shoppers/_keep.html", context, request)
    assert "<option" in shown
    assert "summer wedding</option>" in shown
    assert "secret" not in shown
