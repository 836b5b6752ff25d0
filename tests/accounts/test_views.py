from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from matching.models import Search
from matching.search.ask import Asker
from shoppers.models import Favourite, FavouriteList
from shoppers.visitor import Visitor
from tests.accounts.conftest import PASSWORD
from tests.helpers import MakeProduct, encoded, picture, text_of
from tests.searches import FakeSearch, asker

pytestmark = pytest.mark.django_db
SIGN_UP = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}


def photo_exists(search: Search) -> bool:
    return storages["private"].exists(search.photo.name)


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_reset_password"],
)
def test_the_pages_to_come_in_by_wear_the_dress_of_the_site(client: Client, name: str) -> None:
    page = client.get(reverse(name))
    assert page.status_code == 200
    body = page.content.decode()
    assert 'class="brand"' in body
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", body)


@pytest.mark.parametrize(
    "name",
    ["account", "account_email", "account_change_password", "mfa_index", "account_delete"],
)
def test_the_pages_of_an_account_need_one(as_sure_anna: Client, client: Client, name: str) -> None:
    assert as_sure_anna.get(reverse(name)).status_code == 200
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_signing_up_takes_searches_and_favourites_along(
    client: Client, fake_search: FakeSearch, make_product: MakeProduct
) -> None:
    make_product("1", photo=encoded(picture()))
    search = fake_search(asker(client))
    client.post("/products/1/like")
    response = client.post("/account/signup/", SIGN_UP)
    assert response.status_code == 302, text_of(response)
    user = User.objects.get()
    assert user.email == "new@example.org"
    search.refresh_from_db()
    assert search.user == user
    assert FavouriteList.objects.get().user == user
    assert "History" in text_of(client.get("/history/"))
    assert client.get(search.get_absolute_url()).status_code == 200
    assert Client().get(search.get_absolute_url()).status_code == 404


def test_signing_in_joins_lists_of_the_same_name(
    client: Client, anna: User, make_product: MakeProduct
) -> None:
    first, second = make_product("1"), make_product("2")
    mine = FavouriteList.objects.create(user=anna, name="Favourites")
    Favourite.objects.create(list=mine, product=first)
    client.post("/products/1/like")
    client.post("/products/2/like")
    response = client.post("/account/login/", {"login": anna.email, "password": PASSWORD})
    assert response.status_code == 302, text_of(response)
    assert FavouriteList.objects.get() == mine
    assert set(mine.products.all()) == {first, second}


def test_a_wrong_password_lets_nobody_in(client: Client, anna: User) -> None:
    page = client.post("/account/login/", {"login": anna.email, "password": "wrong"})
    assert page.status_code == 200
    assert "not correct" in text_of(page)
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_set_anew_by_mail(client: Client, anna: User) -> None:
    client.post("/account/password/reset/", {"email": anna.email})
    assert "Find-My-Vibe" in mail.outbox[0].subject
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link
    form = client.get(link[1], follow=True)
    new = "another long odd phrase"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    anna.refresh_from_db()
    assert anna.check_password(new)


def test_my_data_is_a_zip_of_all_that_is_kept(
    as_sure_anna: Client, anna: User, fake_search: FakeSearch, make_product: MakeProduct
) -> None:
    product = make_product("1", photo=encoded(picture()))
    search = fake_search(Asker(Search.Source.PAGE, Visitor(anna.pk)), [product])
    other = fake_search(Asker(Search.Source.PAGE, Visitor(session_key="other")))
    as_sure_anna.post("/products/1/like")
    as_sure_anna.get("/account/email/")
    response = as_sure_anna.get("/account/data/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]
    assert set(archive.namelist()) == {"data.json", f"photos/{search.pk}.jpg"}
    data = json.loads(archive.read("data.json"))
    assert data["account"]["email"] == "anna@example.org"
    assert data["account"]["addresses"] == [
        {"email": "anna@example.org", "verified": False, "primary": False}
    ]
    assert [one["id"] for one in data["searches"]] == [str(search.pk)]
    assert data["searches"][0]["matches"][0]["sku"] == "1"
    assert data["favourite_lists"][0]["products"][0]["sku"] == "1"
    assert str(other.pk) not in json.dumps(data)


def test_deleting_an_account_leaves_nothing(
    as_sure_anna: Client,
    anna: User,
    fake_search: FakeSearch,
    make_product: MakeProduct,
    django_capture_on_commit_callbacks: object,
) -> None:
    make_product("1")
    search = fake_search(Asker(Search.Source.PAGE, Visitor(anna.pk)))
    other = fake_search(Asker(Search.Source.PAGE, Visitor(session_key="other")))
    as_sure_anna.post("/products/1/like")
    page = as_sure_anna.post("/account/delete/", {"confirmation": "somebody"})
    assert page.status_code == 400
    assert "nothing was deleted" in text_of(page)
    assert photo_exists(search)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        as_sure_anna.post("/account/delete/", {"confirmation": " Anna@example.org"})
    assert not User.objects.filter(pk=anna.pk).exists()
    assert list(Search.objects.all()) == [other]
    assert not FavouriteList.objects.exists()
    assert not photo_exists(search)
    assert photo_exists(other)
    assert "_auth_user_id" not in as_sure_anna.session


def test_signing_out_takes_a_post(as_anna: Client) -> None:
    as_anna.post("/account/logout/")
    assert "_auth_user_id" not in as_anna.session
