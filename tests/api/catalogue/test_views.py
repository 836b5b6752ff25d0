from __future__ import annotations

from typing import Any

import pytest

from catalog.models import Product
from tests.api.clients import V1, Program, problem, program
from tests.helpers import MakeProduct, encoded, picture

pytestmark = pytest.mark.django_db
ANYBODY = Program()


@pytest.fixture
def stock(make_product: MakeProduct) -> list[Product]:
    """Five T-shirts, one of them a draft."""
    facts = [("red", 10), ("red", 30), ("blue", 20), ("blue", None), ("green", 5)]
    made = [
        make_product(str(at), colour=colour, price=price, brand="Tidewell" if at % 2 else "Norden")
        for at, (colour, price) in enumerate(facts)
    ]
    Product.objects.filter(sku="4").update(status=Product.Status.DRAFT)
    return made


def skus(response: Any) -> list[str]:
    assert response.status_code == 200, response.content
    return [one["sku"] for one in response.json()["results"]]


def test_anybody_reads_what_is_shown(stock: list[Product]) -> None:
    answer = ANYBODY.get("/products").json()
    assert answer["count"] == 4
    assert answer["next"] is None
    assert [one["sku"] for one in answer["results"]] == ["3", "2", "1", "0"]
    assert answer["results"][3]["attributes"]["colour"] == {
        "value": "red",
        "source": "merchant",
        "confidence": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("attribute=colour:red", ["1", "0"]),
        ("attribute=colour:red&attribute=colour:blue&brand=Norden", ["2", "0"]),
        ("price_min=10&price_max=20&sort=price", ["0", "2"]),
        ("sort=-price&limit=2", ["1", "2"]),
        ("q=product+1", ["1"]),
        ("q=nothing", []),
    ],
)
def test_products_are_filtered_and_sorted(
    stock: list[Product], query: str, found: list[str]
) -> None:
    assert skus(ANYBODY.get(f"/products?{query}")) == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("attribute=colour:octarine", "attributes.colour"),
        ("attribute=red", "attribute.0"),
        ("attribute=size:xl", "attributes.size"),
        ("brand=nobody", "brand"),
        ("price_min=x", "price_min"),
        ("sort=best", "sort"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk6MQ", "cursor"),
        ("colour=red", "colour"),
    ],
)
def test_what_is_not_known_is_an_error(stock: list[Product], query: str, field: str) -> None:
    found = problem(ANYBODY.get(f"/products?{query}"), 400, "invalid")
    assert found["errors"][0]["field"] == field


def test_pages_lose_and_repeat_nothing_while_products_come_and_go(
    stock: list[Product], make_product: MakeProduct
) -> None:
    from catalog import columns

    first = ANYBODY.get("/products?limit=2").json()
    make_product("new")
    Product.objects.get(sku="3").delete()
    columns.forget()
    path = first["next"].partition(V1)[2]
    assert skus(ANYBODY.get(path)) == ["1", "0"]
    Product.objects.get(sku="2").delete()  # the very one that the page ended with
    columns.forget()
    assert skus(ANYBODY.get(path)) == ["0"]


def test_one_product_is_found_by_sku_and_by_the_end_of_its_address(
    make_product: MakeProduct,
) -> None:
    photo = encoded(picture("red", size=(600, 800)))
    fields = {"brand": "Tidewell", "price": "1249.5", "currency": "EUR"}
    product = make_product("a b/c", photo=photo, name="Red Tee", **fields)
    found = ANYBODY.get(f"/products/{product.slug}").json()
    assert (found["sku"], found["name"], found["price"]) == ("a b/c", "Red Tee", "1249.50")
    assert found["href"] == f"http://testserver{V1}/products/{product.slug}"
    assert (found["photo"]["width"], found["photo"]["height"]) == (600, 800)
    for size in found["photo"]["sizes"]:
        assert size["url"].startswith("http://testserver/media/")
    make_product("plain")
    assert ANYBODY.get("/products/plain").json()["photo"] is None


def test_what_is_not_shown_is_there_for_those_who_write(stock: list[Product]) -> None:
    problem(ANYBODY.get("/products/4"), 404, "not-found")
    problem(program("catalogue:read").get("/products/4"), 404, "not-found")
    assert (
        program("catalogue:write", "catalogue:read").get("/products/4").json()["status"] == "draft"
    )


def test_an_answer_that_the_program_has_is_not_sent_again(stock: list[Product]) -> None:
    first = ANYBODY.get("/products/0")
    assert first["Cache-Control"] == "no-cache"
    again = ANYBODY.get("/products/0", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Product.objects.filter(sku="0").update(name="Other")
    changed = ANYBODY.get("/products/0", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert ANYBODY.ask("HEAD", "/products/0")["ETag"] == changed["ETag"]


def test_attributes_have_counts_within_the_other_filters(stock: list[Product]) -> None:
    told = {one["key"]: one for one in ANYBODY.get("/attributes?brand=Norden").json()["results"]}
    assert told["colour"]["label"] == "Colour"
    assert told["colour"]["values"] == [{"value": "blue", "count": 1}, {"value": "red", "count": 1}]
    assert told["brand"]["values"] == [
        {"value": "Norden", "count": 2},
        {"value": "Tidewell", "count": 2},
    ]


def test_what_stands_beside_a_product_on_its_page(shop: dict[str, Product]) -> None:
    alike = skus(ANYBODY.get("/products/tshirt-red/similar"))
    assert alike
    assert "tshirt-red" not in alike
    worn = ANYBODY.get("/products/tshirt-red/goes-with").json()["results"]
    assert {one["product"]["sku"][:5] for one in worn} >= {"trous"}
    problem(ANYBODY.get("/products/nothing/similar"), 404, "not-found")


def test_a_long_list_costs_no_more_queries(
    stock: list[Product], django_assert_max_num_queries: Any
) -> None:
    ANYBODY.get("/products")
    with django_assert_max_num_queries(10):
        ANYBODY.get("/products")


def test_an_attribute_is_told_with_all_its_values(make_product: MakeProduct) -> None:
    make_product("1", item_type="tshirts")
    make_product("2", item_type="tshirts", status=Product.Status.DRAFT)
    found = Program().get("/attributes/item_type").json()
    assert (found["label"], found["role"], found["is_shown"]) == ("Item type", "gate", True)
    assert found["values"][0]["value"] == "tshirts"
    assert [one["count"] for one in found["values"]][:2] == [1, 0]
    assert len(found["values"]) > 20
    problem(Program().get("/attributes/nothing"), 404, "not-found")


def test_what_form_an_answer_has_is_not_in_its_address() -> None:
    assert "format" in problem(Program().get("/products?format=x"), 400, "invalid")["detail"]
