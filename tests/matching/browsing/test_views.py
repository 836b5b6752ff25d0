from __future__ import annotations

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
