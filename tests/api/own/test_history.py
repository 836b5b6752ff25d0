from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from catalog.models import Product
from matching.models import Search
from matching.search.ask import Asker
from shoppers.visitor import Visitor
from tests.api.clients import V1, Program, problem
from tests.searches import FakeSearch

pytestmark = pytest.mark.django_db


def made(fake_search: FakeSearch, user: User, *products: Product, **fields: object) -> Search:
    return fake_search(Asker(Search.Source.PAGE, Visitor(user.pk)), products, **fields)


def test_the_history_is_told_as_it_was_answered(
    as_anna: Program, anna: User, fake_search: FakeSearch, red: Product
) -> None:
    made(fake_search, anna, words="like this", corrections={"colour": "red"})
    search = made(fake_search, anna, red)
    fake_search(Asker(Search.Source.API, Visitor(anna.pk)))
    page = as_anna.get("/me/searches").json()["results"]
    assert page[0]["id"] == str(search.pk)
    assert page[1]["asked"] == {"k": 3, "words": "like this", "attributes": {"colour": "red"}}
    assert len(page) == 2
    response = as_anna.get(f"/me/searches/{search.pk}")
    found = response.json()
    assert found == page[0]
    assert found["title"] == "Tshirts"
    assert found["href"] == f"http://testserver{V1}/me/searches/{search.pk}"
    assert (found["matches"][0]["sku"], found["matches"][0]["price"]) == ("1", "1249.50")
    assert as_anna.get(
        f"/me/searches/{search.pk}", headers={"If-None-Match": response["ETag"]}
    ).status_code == (304)
    photo = as_anna.get(f"/me/searches/{search.pk}/photo")
    assert photo["Content-Type"] == "image/jpeg"
    assert photo["Cache-Control"] == "private, no-store"
    assert b"".join(photo.streaming_content)[:2] == b"\xff\xd8"


def test_searches_are_deleted_one_by_one_and_all(
    as_anna: Program, anna: User, fake_search: FakeSearch
) -> None:
    first, second = (made(fake_search, anna) for _ in range(2))
    assert as_anna.ask("DELETE", f"/me/searches/{first.pk}").status_code == 204
    problem(as_anna.get(f"/me/searches/{first.pk}"), 404, "not-found")
    assert as_anna.get(f"/me/searches/{second.pk}").status_code == 200
    assert as_anna.ask("DELETE", "/me/searches").status_code == 204
    assert as_anna.get("/me/searches").json()["results"] == []


def test_what_is_anothers_is_not_there(
    as_bob: Program, anna: User, fake_search: FakeSearch
) -> None:
    search = made(fake_search, anna)
    place = f"/me/searches/{search.pk}"
    for method, path in [("GET", place), ("DELETE", place), ("GET", f"{place}/photo")]:
        problem(as_bob.ask(method, path), 404, "not-found")
    assert as_bob.ask("DELETE", "/me/searches").status_code == 204
    assert as_bob.get("/me/searches").json()["results"] == []
    assert Search.objects.count() == 1


def test_a_photo_that_is_gone_is_told(
    as_anna: Program, anna: User, fake_search: FakeSearch
) -> None:
    search = made(fake_search, anna)
    search.photo.storage.delete(str(search.photo.name))
    problem(as_anna.get(f"/me/searches/{search.pk}/photo"), 404, "not-found")
