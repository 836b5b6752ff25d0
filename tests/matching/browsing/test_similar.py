from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.test import Client

from catalog.models import Attribute, AttributeValue, Product
from matching.browsing.similar import beside, role_of
from matching.engine.colours import go_together
from tests.helpers import MakeProduct, encoded, picture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SAME = {"gender": "men", "season": "summer", "style": "casual"}


@pytest.fixture
def outfit(make_product: MakeProduct) -> dict[str, Product]:
    made = {
        sku: make_product(
            sku, photo=encoded(picture(colour, shape)), item_type=kind, colour=colour, **more
        )
        for sku, colour, shape, kind, more in (
            ("shirt", "blue", "tshirt", "tshirts", SAME),
            ("shirt-too", "navy", "tshirt", "tshirts", SAME),
            ("trousers-good", "black", "trousers", "trousers", SAME),
            ("trousers-green", "olive", "trousers", "trousers", SAME | {"season": "winter"}),
            ("skirt", "white", "trousers", "skirts", SAME | {"gender": "women"}),
            ("shoes", "brown", "handbag", "casual shoes", SAME),
            ("bag", "red", "handbag", "handbags", SAME | {"gender": "unisex"}),
            ("perfume", "red", "handbag", "perfume and body mist", SAME),
        )
    }
    call_command("build_index", stdout=io.StringIO())
    return made


def test_more_like_it_is_of_the_same_type_and_not_the_product_itself(
    outfit: dict[str, Product],
) -> None:
    found = [product.sku for product in beside(outfit["shirt"]).more]
    assert found[0] == "shirt-too"
    assert "shirt" not in found


def test_one_of_each_kind_goes_with_it(outfit: dict[str, Product]) -> None:
    found = {str(one.label): one.product.sku for one in beside(outfit["shirt"]).goes_with}
    assert found == {"Below": "trousers-good", "On your feet": "shoes", "To finish": "bag"}


def test_trousers_get_a_top_and_a_bag_gets_an_outfit(outfit: dict[str, Product]) -> None:
    labels = [str(one.label) for one in beside(outfit["trousers-good"]).goes_with]
    assert labels == ["On top", "On your feet", "To finish"]
    labels = [str(one.label) for one in beside(outfit["bag"]).goes_with]
    assert labels == ["On top", "Below", "On your feet"]


def test_what_is_no_part_of_an_outfit_goes_with_nothing(outfit: dict[str, Product]) -> None:
    assert beside(outfit["perfume"]).goes_with == []


def test_an_inactive_product_is_not_shown(outfit: dict[str, Product]) -> None:
    Product.objects.filter(sku__in=["shoes", "shirt-too"]).update(status="archived")
    found = beside(outfit["shirt"])
    assert "On your feet" not in [str(one.label) for one in found.goes_with]
    assert "shirt-too" not in [product.sku for product in found.more]


def test_the_page_shows_both_and_stands_without_an_index(
    client: Client, outfit: dict[str, Product], make_product: MakeProduct
) -> None:
    page = client.get("/products/shirt/").content.decode()
    assert "Goes with it" in page
    assert "More like this" in page
    make_product("new")
    page = client.get("/products/new/").content.decode()
    assert "Goes with it" not in page


def test_a_page_without_any_index_stands(client: Client, make_product: MakeProduct) -> None:
    make_product("1")
    assert client.get("/products/1/").status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("black", "red", True),
        ("red", "white", True),
        ("red", "maroon", True),
        ("blue", "orange", True),
        ("orange", "blue", True),
        ("red", "green", False),
        ("multi", "red", False),
        ("multi", "beige", True),
        ("multi", "multi", False),
    ],
)
def test_neutral_colours_go_with_all_others_with_their_like(
    one: str, other: str, agree: bool
) -> None:
    assert go_together(one, other) is agree


def test_every_type_that_comes_with_the_project_has_its_place() -> None:
    values = AttributeValue.objects.filter(attribute=Attribute.objects.get(key="item_type"))
    roles = {row.value: role_of(row.ancestors) for row in values}
    assert roles["tshirts"] == "top"
    assert roles["jeans"] == "bottom"
    assert roles["dresses"] == "whole"
    assert roles["heels"] == roles["flip flops"] == "shoes"
    assert roles["watches"] == roles["handbags"] == "accessory"
    assert roles["bra"] == roles["lipstick"] == ""
