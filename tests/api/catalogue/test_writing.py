from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Product
from tests.api.clients import V1, Program, problem, program
from tests.helpers import MakeProduct, encoded, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop_system() -> Program:
    return program("catalogue:write", "catalogue:read")


def test_a_product_is_made_changed_and_deleted(shop_system: Program) -> None:
    wish = {
        "sku": "tee-1",
        "name": "Red Tee",
        "price": "19.90",
        "currency": "EUR",
        "shop_page": "https://shop.example/tee-1",
        "attributes": {"colour": "Red"},
    }
    response = shop_system.post("/products", wish)
    assert response.status_code == 201, response.content
    assert response["Location"] == f"http://testserver{V1}/products/tee-1"
    made = response.json()
    assert (made["price"], made["currency"]) == ("19.90", "EUR")
    assert made["shop_page"] == "https://shop.example/tee-1"
    assert made["attributes"]["colour"]["value"] == "red"
    problem(shop_system.post("/products", wish), 409, "conflict")
    changed = shop_system.ask("PATCH", "/products/tee-1", {"price": "14.90"}).json()
    assert (changed["price"], changed["name"]) == ("14.90", "Red Tee")
    assert Program().get("/products").json()["count"] == 1
    assert shop_system.ask("DELETE", "/products/tee-1").status_code == 204
    problem(shop_system.get("/products/tee-1"), 404, "not-found")


def test_what_is_named_becomes_so_whoever_changed_it_since(shop_system: Program) -> None:
    shop_system.post("/products", {"sku": "1", "name": "As the program says", "brand": "Norden"})
    Product.objects.update(name="As the admin says")
    told = shop_system.ask("PATCH", "/products/1", {"name": "As the program says"}).json()
    assert (told["name"], told["brand"]) == ("As the program says", "Norden")
    told = shop_system.ask("PATCH", "/products/1", {"attributes": {"colour": "red"}}).json()
    assert told["attributes"]["colour"]["value"] == "red"
    told = shop_system.ask("PATCH", "/products/1", {"attributes": {"colour": ""}}).json()
    assert told["attributes"] == {}


def test_of_two_programs_the_second_hears_of_the_first(shop_system: Program) -> None:
    shop_system.post("/products", {"sku": "1", "name": "One"})
    seen = {"If-Match": shop_system.get("/products/1")["ETag"]}
    assert shop_system.ask("PATCH", "/products/1", {"name": "Two"}, headers=seen).status_code == 200
    late = shop_system.ask("PATCH", "/products/1", {"name": "Three"}, headers=seen)
    problem(late, 412, "changed-meanwhile")
    problem(shop_system.ask("DELETE", "/products/1", headers=seen), 412, "changed-meanwhile")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, "sku"),
        ({"sku": " "}, "sku"),
        ({"sku": "\u200b"}, "sku"),
        ({"sku": "x" * 65}, "sku"),
        ({"sku": "1", "price": "-1"}, "price"),
        ({"sku": "1", "currency": "euro"}, "currency"),
        ({"sku": "1", "attributes": {"size": "xl"}}, "attributes"),
        ({"sku": "1", "shop_page": "javascript:alert(1)"}, "shop_page"),
    ],
)
def test_what_cannot_be_is_told_by_its_field(
    shop_system: Program, wish: dict[str, Any], field: str
) -> None:
    found = problem(shop_system.post("/products", wish), 400, "invalid")
    assert found["errors"][0]["field"].split(".")[0] == field
    assert not Product.objects.exists()


def test_a_photo_is_put(shop_system: Program, make_product: MakeProduct) -> None:
    make_product("1")
    photo = encoded(picture("red"))
    put = shop_system.ask("PUT", "/products/1/photo", photo, content_type="image/jpeg")
    assert put.status_code == 200, put.content
    assert (put.json()["photo"]["width"], put.json()["photo"]["height"]) == (60, 80)
    wrong = shop_system.ask("PUT", "/products/1/photo", b"text", content_type="image/png")
    problem(wrong, 400, "bad-picture")
    empty = shop_system.ask("PUT", "/products/1/photo", b"", content_type="image/png")
    problem(empty, 400, "bad-picture")
    assert Product.objects.get().photo_width == 60


def test_what_is_said_of_a_product_in_sizes_is_of_the_first_and_adds_none(
    shop_system: Program, make_product: MakeProduct
) -> None:
    product = make_product("tee", price="10")
    product.variants.update(sku="tee-s", options={"Size": "S"})
    product.variants.create(sku="tee-m", options={"Size": "M"})
    wish = {"price": "12.00", "availability": "preorder", "quantity": 3}
    told = shop_system.ask("PATCH", "/products/tee", wish).json()
    assert [(one["sku"], one["price"], one["options"]) for one in told["variants"]] == [
        ("tee-s", "12.00", {"Size": "S"}),
        ("tee-m", None, {"Size": "M"}),
    ]
    assert (told["price"], told["availability"]) == ("12.00", "preorder")
