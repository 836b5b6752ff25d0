from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from matching.models import Search, SearchMatch
from matching.services.finding import Asker
from tests.conftest import encoded, picture

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
        match = {"score": 0.8, "visual": 0.9, "style": -0.1, "reasons": ["same colour"]}
        match |= fields.pop("match", {})
        search = Search(
            session_key=asker.session_key,
            source=asker.source,
            **{
                "k": 3,
                "visual_weight": 0.7,
                "prediction": PREDICTION,
                "is_fashion": True,
                "generation": 1,
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
