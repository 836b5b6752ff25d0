"""Searches as the services would have kept them, and who made them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import Product
from matching.models import Search, SearchMatch
from matching.search.ask import Ask, Asker
from shoppers.visitor import Visitor
from tests.helpers import MakeProduct, encoded, picture

FakeSearch = Callable[..., Search]
PREDICTION = {
    "item_type": [
        {"value": "tshirts", "probability": 0.97},
        {"value": "tops", "probability": 0.02},
    ],
    "gender": [{"value": "men", "probability": 0.74}, {"value": "women", "probability": 0.2}],
    "colour": [{"value": "red", "probability": 0.41}, {"value": "maroon", "probability": 0.3}],
    "season": [{"value": "summer", "probability": 0.21}, {"value": "fall", "probability": 0.2}],
    "style": [
        {"value": "casual", "probability": 0.88},
        {"value": "sports", "probability": 0.08},
        {"value": "formal", "probability": 0.0004},
    ],
}


@pytest.fixture
def fake_search(db: None) -> FakeSearch:
    """`fake_search(asker, products, **fields)`: a search as the services would have kept it."""

    def make(asker: Asker, products: Any = (), **fields: Any) -> Search:
        match = {"score": 0.8, "visual": 0.9, "style": -0.1, "reasons": ["colour"]}
        match |= fields.pop("match", {})
        search = Search(
            **asker.visitor.owner,
            source=asker.source,
            **{
                "k": 3,
                "visual_weight": 0.7,
                "prediction": PREDICTION,
                "is_fashion": True,
                "generation": 1,
                "gate": "item_type",
                "style": "style",
                "types": ["tshirts"],
            }
            | fields,
        )
        search.photo.save("photo.jpg", ContentFile(encoded(picture())))
        for rank, product in enumerate(products, start=1):
            SearchMatch.objects.create(
                search=search,
                rank=rank,
                product=product,
                sku=product.sku,
                name=product.name,
                image=product.photo.url if product.photo else "",
                **match,
            )
        return search

    return make


def asker(client: Client) -> Asker:
    """Whoever uses this client."""
    session = client.session
    session.save()
    return Asker(Search.Source.PAGE, Visitor(session_key=session.session_key or ""))


PHOTO = encoded(picture())
Post = Callable[..., Any]


@pytest.fixture
def post(client: Client, monkeypatch: pytest.MonkeyPatch, fake_search: FakeSearch) -> Post:
    """`post(*products, error=..., headers=..., **fields of the search)`: a photo sent."""

    def send(*products: Product, error: Exception | None = None, **options: Any) -> Any:
        headers = options.pop("headers", {})

        def find(ask: Ask, *, asker: Asker) -> Search:
            if error:
                raise error
            return fake_search(asker, products, **options)

        monkeypatch.setattr("matching.search.views.find", find)
        photo = SimpleUploadedFile("photo.jpg", PHOTO, "image/jpeg")
        return client.post("/", {"photo": photo}, headers=headers)

    return send


@pytest.fixture
def red(make_product: MakeProduct) -> Product:
    fields = {"brand": "Tidewell", "price": "1249.5", "currency": "EUR", "item_type": "tshirts"}
    return make_product("1", photo=PHOTO, name="Red <b>Tee</b>", **fields)
