"""Forms that were opened before somebody signed in elsewhere, and forms that are sent twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from jobs.models import Job
from matching.models import Search
from shoppers.models import Favourite, FavouriteList
from tests.accounts.conftest import PASSWORD
from tests.helpers import MakeProduct, text_of
from tests.searches import FakeSearch, asker

pytestmark = pytest.mark.django_db
SIGN_UP = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
HTMX = {"HX-Request": "true"}
LOGIN = "/account/login/"


@pytest.fixture
def browser() -> Client:
    """A client whose forms need their token."""
    return Client(enforce_csrf_checks=True)


def token_on(browser: Client, url: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text(browser.get(url)))
    assert found
    return found[1]


def text(response: Any) -> str:
    return str(response.content.decode())


def sign_up(browser: Client) -> None:
    form = SIGN_UP | {"csrfmiddlewaretoken": token_on(browser, "/account/signup/")}
    assert browser.post("/account/signup/", form).status_code == 302


def test_a_tab_from_before_a_sign_in_gets_a_fresh_token_and_goes_on(browser: Client) -> None:
    old = {"csrfmiddlewaretoken": token_on(browser, "/favourites/"), "name": "summer wedding"}
    sign_up(browser)
    refused = browser.post("/favourites/", old)
    assert refused.status_code == 403
    assert refused["X-CSRF-Failure"] == "1"
    answer = browser.get("/form-token")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    fresh = old | {"csrfmiddlewaretoken": answer.json()["token"]}
    assert browser.post("/favourites/", fresh).status_code == 302
    assert FavouriteList.objects.get().user is not None


def test_a_token_comes_with_its_cookie_where_there_was_none(browser: Client) -> None:
    token = browser.get("/form-token").json()["token"]
    assert browser.cookies["csrftoken"].value
    form = {"csrfmiddlewaretoken": token, "name": "summer wedding"}
    assert browser.post("/favourites/", form).status_code == 302
    assert browser.post("/form-token", form).status_code == 405


def test_a_stale_form_is_told_what_happened_and_where_to_go_on(browser: Client) -> None:
    old = {"csrfmiddlewaretoken": token_on(browser, "/products/")}
    sign_up(browser)
    headers = {"Referer": "http://testserver/products/?page=2"}
    page = browser.post("/products/1/like", old, headers=headers)
    assert page.status_code == 403
    assert "you have signed in or out since the page was opened" in text_of(page)
    assert 'href="http://testserver/products/?page=2"' in text(page)
    page = browser.post("/products/1/like", old, headers={"Referer": "https://evil.example/"})
    assert "evil" not in text(page)
    fragment = text(browser.post("/products/1/like", old, headers=HTMX))
    assert "<html" not in fragment
    assert "you have signed in or out since the page was opened" in fragment


def test_a_form_without_a_cookie_or_from_elsewhere_is_refused_in_other_words(
    browser: Client,
) -> None:
    assert "Allow cookies for this site" in text_of(browser.post("/", {}))
    form = {"csrfmiddlewaretoken": token_on(browser, "/")}
    page = browser.post("/", form, headers={"Origin": "https://evil.example"})
    assert page.status_code == 403
    assert "The form came from another address" in text_of(page)


@pytest.mark.parametrize(("wish", "place"), [("", "/"), ("?next=/history/", "/history/")])
def test_a_sign_in_that_is_sent_twice_leads_where_the_first_led(
    browser: Client, wish: str, place: str
) -> None:
    User.objects.create_user("anna", "anna@example.org", PASSWORD)
    url = f"/account/login/{wish}"
    form = {"login": "anna@example.org", "password": PASSWORD}
    form["csrfmiddlewaretoken"] = token_on(browser, url)
    answers = [browser.post(url, form) for _ in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, place)] * 2


def test_a_sign_up_that_is_sent_twice_makes_one_account(browser: Client) -> None:
    form = SIGN_UP | {"csrfmiddlewaretoken": token_on(browser, "/account/signup/")}
    answers = [browser.post("/account/signup/", form) for _ in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(302, "/")] * 2
    assert User.objects.count() == 1


@pytest.mark.parametrize(("password", "place"), [(PASSWORD, "/"), ("another one", LOGIN)])
def test_of_two_sign_ups_at_once_the_second_gets_the_same_account_or_may_sign_in(
    browser: Client, monkeypatch: pytest.MonkeyPatch, password: str, place: str
) -> None:
    """The first is saved after the second was found to be all right."""

    def let_in_after_the_other(turn: str) -> None:
        User.objects.create_user("new", SIGN_UP["email"], password)

    monkeypatch.setattr("findmyvibe.accounts.forms.hold", let_in_after_the_other)
    form = SIGN_UP | {"csrfmiddlewaretoken": token_on(browser, "/account/signup/")}
    answer = browser.post("/account/signup/", form)
    assert (answer.status_code, answer["Location"]) == (302, place)
    assert ("_auth_user_id" in browser.session) == (place == "/")
    assert User.objects.count() == 1


def test_staff_who_sign_in_twice_are_in_the_admin(browser: Client, admin_user: User) -> None:
    form = {"username": "admin", "password": "password", "next": "/admin/catalog/"}
    form["csrfmiddlewaretoken"] = token_on(browser, "/admin/login/")
    answers = [browser.post("/admin/login/", form) for _ in range(2)]
    assert [one["Location"] for one in answers] == ["/admin/catalog/"] * 2


def test_a_stale_form_of_the_admin_is_refused_and_does_nothing(
    browser: Client, admin_user: User
) -> None:
    old = token_on(browser, "/admin/login/")
    form = {"username": "admin", "password": "password", "csrfmiddlewaretoken": old}
    browser.post("/admin/login/", form)
    assert "js/forms.js" in text(browser.get("/admin/models/"))
    start = {"kind": "build_index", "csrfmiddlewaretoken": old}
    page = browser.post("/admin/models/start/", start)
    assert page.status_code == 403
    assert "This page was out of date" in text_of(page)
    assert not Job.objects.exists()


def test_signing_out_twice_is_signing_out(browser: Client) -> None:
    sign_up(browser)
    form = {"csrfmiddlewaretoken": token_on(browser, "/")}
    answers = [browser.post("/account/logout/", form) for _ in range(2)]
    assert [one["Location"] for one in answers] == ["/", "/"]


def test_a_heart_that_is_sent_twice_is_liked(client: Client, make_product: MakeProduct) -> None:
    make_product("1")
    for wish, count in (("like", 1), ("unlike", 0)):
        assert f'name="do" value="{wish}"' in text(client.get("/products/1/"))
        for _ in range(2):
            assert client.post("/products/1/like", {"do": wish}).status_code == 302
            assert Favourite.objects.count() == count


def test_a_list_that_is_made_twice_by_one_form_is_one(
    client: Client, make_product: MakeProduct
) -> None:
    make_product("1")
    client.post("/favourites/", {"name": "older"})
    newest = re.search(r'name="newest" value="(\d+)"', text(client.get("/favourites/")))
    assert newest
    form = {"name": "summer wedding", "newest": newest[1]}
    answers = [client.post("/favourites/", form)["Location"] for _ in range(2)]
    assert answers == [f"/favourites/{FavouriteList.objects.last().pk}/"] * 2  # type: ignore[union-attr]
    for _ in range(2):
        page = client.post("/products/1/keep", form, follow=True)
        assert "Product 1 is in summer wedding now." in text_of(page)
    assert FavouriteList.objects.count() == 2
    assert Favourite.objects.count() == 1
    page = client.post("/favourites/", {"name": "older", "newest": newest[1]})
    assert "There is a list of this name already." in text_of(page)


def test_changes_of_a_list_that_are_sent_twice_are_done_once(
    client: Client, make_product: MakeProduct
) -> None:
    make_product("1")
    client.post("/products/1/like")
    client.post("/favourites/", {"name": "summer wedding"})
    first, second = FavouriteList.objects.all()
    move = {"do": "move", "sku": "1", "to": str(second.pk)}
    assert _twice(client, first, move) == [302, 302]
    assert Favourite.objects.get().list == second
    client.post(f"/favourites/{second.pk}/", {"do": "share"})
    token = FavouriteList.objects.get(pk=second.pk).share_token
    client.post(f"/favourites/{second.pk}/", {"do": "share"})
    assert FavouriteList.objects.get(pk=second.pk).share_token == token
    assert _twice(client, second, {"do": "rename", "name": "autumn"}) == [302, 302]
    assert _twice(client, second, {"do": "remove", "sku": "1"}) == [302, 302]
    assert _twice(client, second, {"do": "delete"}) == [302, 302]
    assert FavouriteList.objects.get() == first


def _twice(client: Client, one: FavouriteList, form: dict[str, str]) -> list[int]:
    return [client.post(f"/favourites/{one.pk}/", form).status_code for _ in range(2)]


def test_deleting_a_search_or_the_history_twice_is_no_error(
    client: Client, fake_search: FakeSearch
) -> None:
    me = asker(client)
    found = fake_search(me)
    url = f"/searches/{found.pk}/delete"
    assert Client().post(url).status_code == 404
    assert [client.post(url).status_code for _ in range(2)] == [302, 302]
    assert client.post(url, headers=HTMX).status_code == 200
    fake_search(me)
    pages = [text_of(client.post("/history/delete/", follow=True)) for _ in range(2)]
    assert "1 search is deleted." in pages[0]
    assert "searches are deleted" not in pages[1]
    assert not Search.objects.exists()
