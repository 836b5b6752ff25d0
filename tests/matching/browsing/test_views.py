from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.models import Attribute, AttributeValue, Product, ProductAttribute
from tests.helpers import MakeProduct, text_of

pytestmark = pytest.mark.django_db


def test_the_catalogue_has_pages(client: Client, make_product: MakeProduct) -> None:
    for number in range(49):
        make_product(str(number))
    assert 'rel="next" href="?page=2"' in client.get("/products/").content.decode()
    assert 'rel="prev" href="?page=1"' in client.get("/products/?page=2").content.decode()
    assert "49 products" in text_of(client.get("/products/"))


def test_a_product_page_shows_the_merchants_value_before_a_predicted_one(
    client: Client, red: Product
) -> None:
    for key, value in (("item_type", "tops"), ("colour", "red")):
        attribute = Attribute.objects.get(key=key)
        known, _ = AttributeValue.objects.get_or_create(attribute=attribute, value=value)
        ProductAttribute.objects.create(product=red, value=known, source="predicted")
    text = text_of(client.get("/products/1/"))
    assert "Item type Tshirts" in text
    assert "Tops" not in text
    assert "Colour Red (seen in the photo)" in text
    assert "1,249.50 EUR" in text


def test_an_inactive_product_is_not_there(client: Client, red: Product) -> None:
    Product.objects.update(status="archived")
    assert client.get("/products/1/").status_code == 404


def test_a_page_says_what_a_product_costs_where_it_is_and_what_is_sold_out(
    client: Client, make_product: MakeProduct
) -> None:
    product = make_product(
        "1",
        price="20",
        sale_price="15",
        currency="EUR",
        options={"Size": "S"},
        product_url="https://shop.example/1",
    )
    large = product.variants.create(sku="1/L", options={"Size": "L"})
    large.offers.create(price=25, currency="EUR", availability="out_of_stock")
    page = client.get("/products/1/")
    text = text_of(page)
    assert "15.00 EUR before 20.00" in text
    assert "S L Sold out" in text
    assert 'href="https://shop.example/1"' in page.content.decode()
    large.offers.update(availability="preorder")
    text = text_of(client.get("/products/1/"))
    assert "from 15.00 EUR" in text
    assert "L 25.00 EUR To be ordered in advance" in text


def test_the_address_of_a_variant_leads_to_its_product(
    client: Client, make_product: MakeProduct
) -> None:
    product = make_product("1")
    product.variants.create(sku="1/L")
    assert client.get("/products/1-L/").headers["Location"] == "/products/1/"
    Product.objects.update(status="archived")
    assert client.get("/products/1-L/").status_code == 404


def test_what_is_sold_out_keeps_its_page(client: Client, make_product: MakeProduct) -> None:
    make_product("1", availability="out_of_stock")
    assert "Sold out" in text_of(client.get("/products/1/"))
    assert "0 products" in text_of(client.get("/products/?q=x"))


def test_prices_of_a_page_need_no_query_for_each(
    client: Client, make_product: MakeProduct, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        make_product(str(number), price="20", sale_price="15")
    with django_assert_max_num_queries(40):
        assert text_of(client.get("/products/")).count("15.00") == 20
