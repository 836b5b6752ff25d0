from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Product
from shoppers.models import Favourite, FavouriteList
from tests.api.clients import Program, problem
from tests.helpers import MakeProduct

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def products(make_product: MakeProduct) -> None:
    for sku in ("1", "2", "3"):
        make_product(sku, price="9.90", currency="EUR")
    make_product("draft", status=Product.Status.ARCHIVED)


def skus(response: Any) -> list[str]:
    return [one["product"]["sku"] for one in response.json()["results"]]


def made(shopper: Program, name: str = "Wedding") -> dict[str, Any]:
    response = shopper.post("/me/lists", {"name": name})
    assert response.status_code == 201, response.content
    found: dict[str, Any] = response.json()
    assert response["Location"] == found["href"]
    return found


def test_a_heart_goes_on_and_off(as_anna: Program) -> None:
    for _ in range(2):
        assert as_anna.ask("PUT", "/me/favourites/1").status_code == 204
    assert as_anna.ask("PUT", "/me/favourites/2").status_code == 204
    page = as_anna.get("/me/favourites")
    assert skus(page) == ["2", "1"]
    assert page.json()["results"][0]["product"]["price"] == "9.90"
    assert page["Cache-Control"] == "private, no-store"
    (first,) = as_anna.get("/me/lists").json()["results"]
    assert (first["name"], first["count"]) == ("Favourites", 2)
    assert as_anna.ask("DELETE", "/me/favourites/2").status_code == 204
    assert skus(as_anna.get("/me/favourites")) == ["1"]
    problem(as_anna.ask("DELETE", "/me/favourites/2"), 404, "not-found")
    for nothing in ("none", "draft"):
        problem(as_anna.ask("PUT", f"/me/favourites/{nothing}"), 404, "not-found")


def test_what_is_in_two_lists_is_liked_once_and_pages_go_on(as_anna: Program) -> None:
    place = f"/me/lists/{made(as_anna)['id']}/products"
    for sku in ("1", "2", "3"):
        as_anna.ask("PUT", f"/me/favourites/{sku}")
        assert as_anna.ask("PUT", f"{place}/{sku}").status_code == 204
    other = made(as_anna, "Holidays")["id"]
    as_anna.ask("PUT", f"/me/lists/{other}/products/1")
    first = as_anna.get("/me/favourites?limit=2").json()
    assert [one["product"]["sku"] for one in first["results"]] == ["1", "3"]
    after = first["next"].split("?")[1]
    assert skus(as_anna.get(f"/me/favourites?{after}")) == ["2"]
    assert as_anna.get("/me").json()["favourites"] == 3
    problem(as_anna.get("/me/favourites?cursor=nonsense"), 404, "not-found")


def test_lists_are_made_renamed_shared_and_deleted(as_anna: Program, client: Client) -> None:
    one = made(as_anna)
    place = f"/me/lists/{one['id']}"
    as_anna.ask("PUT", f"{place}/products/1")
    changed = as_anna.ask("PATCH", place, {"name": "  Big   day ", "is_shared": True}).json()
    assert (changed["name"], changed["count"]) == ("Big day", 1)
    assert client.get(changed["link"]).status_code == 200
    assert as_anna.ask("PATCH", place, {"is_shared": False}).json()["link"] is None
    assert client.get(changed["link"]).status_code == 404
    assert as_anna.ask("DELETE", place).status_code == 204
    problem(as_anna.get(place), 404, "not-found")
    assert not Favourite.objects.exists()


def test_names_that_do_not_do_are_told(as_anna: Program) -> None:
    one, other = made(as_anna), made(as_anna, "Holidays")
    found = problem(as_anna.post("/me/lists", {"name": "Wedding"}), 400, "invalid")
    taken = {"field": "name", "detail": "There is a list of this name already."}
    assert found["errors"] == [taken]
    place = f"/me/lists/{other['id']}"
    problem(as_anna.ask("PATCH", place, {"name": one["name"]}), 400, "invalid")
    for wrong in ({}, {"name": ""}, {"name": "x" * 81}, {"name": None}, []):
        problem(as_anna.post("/me/lists", wrong), 400, "invalid")


def test_products_of_a_list_come_and_go(as_anna: Program) -> None:
    place = f"/me/lists/{made(as_anna)['id']}/products"
    for sku in ("1", "2", "2"):
        assert as_anna.ask("PUT", f"{place}/{sku}").status_code == 204
    assert skus(as_anna.get(place)) == ["2", "1"]
    assert as_anna.ask("DELETE", f"{place}/1").status_code == 204
    problem(as_anna.ask("DELETE", f"{place}/1"), 404, "not-found")
    assert skus(as_anna.get(place)) == ["2"]
    problem(as_anna.ask("PUT", f"{place}/none"), 404, "not-found")


def test_a_change_of_what_somebody_else_has_changed_is_refused(as_anna: Program) -> None:
    place = f"/me/lists/{made(as_anna)['id']}"
    seen = as_anna.get(place)["ETag"]
    assert as_anna.get(place, headers={"If-None-Match": seen}).status_code == 304
    as_anna.ask("PATCH", place, {"name": "Other"})
    late = {"headers": {"If-Match": seen}}
    problem(as_anna.ask("PATCH", place, {"name": "Late"}, **late), 412, "changed-meanwhile")
    problem(as_anna.ask("DELETE", place, **late), 412, "changed-meanwhile")
    assert as_anna.get(place).json()["name"] == "Other"


def test_what_is_anothers_is_not_there(as_anna: Program, as_bob: Program) -> None:
    one = made(as_anna)
    as_anna.ask("PUT", f"/me/lists/{one['id']}/products/1")
    place = f"/me/lists/{one['id']}"
    for method, path, body in [
        ("GET", place, None),
        ("PATCH", place, {"name": "Mine"}),
        ("DELETE", place, None),
        ("GET", f"{place}/products", None),
        ("PUT", f"{place}/products/2", None),
        ("DELETE", f"{place}/products/1", None),
        ("DELETE", "/me/favourites/1", None),
        ("GET", "/me/lists/99999999999999999999999", None),
    ]:
        problem(as_bob.ask(method, path, body), 404, "not-found")
    assert as_bob.get("/me/lists").json()["results"] == []
    assert FavouriteList.objects.get().favourites.count() == 1
