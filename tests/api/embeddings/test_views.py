from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from api.models import ApiKey
from catalog.models import Product
from matching import runtime
from matching.engine.backbone import Backbone
from tests.api.clients import Program, problem, program
from tests.helpers import encoded, picture

pytestmark = pytest.mark.django_db
RED = encoded(picture("red"))
BYTES = {"headers": {"Accept": "application/octet-stream"}}


@pytest.fixture
def till() -> Program:
    return program("search")


def photo(data: bytes = RED) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", data, "image/jpeg")


def test_photos_and_texts_become_rows_of_the_network_that_searches(
    till: Program, shop: dict[str, Product]
) -> None:
    backbone = runtime.live().backbone
    found = till.send("/embeddings", {"photo": [photo(), photo()], "text": ["a red t-shirt"]})
    assert found.status_code == 200
    told = found.json()
    assert (told["backbone"], told["network"]) == (backbone.fingerprint, backbone.name)
    assert told["dimension"] == backbone.dimension == len(told["texts"][0])
    rows = np.array(told["photos"], np.float32)
    assert rows == pytest.approx(backbone.embed_images([RED, RED]), abs=1e-4)
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1], abs=1e-4)
    texts = till.post("/embeddings", {"texts": ["a red t-shirt", "blue jeans"]}).json()["texts"]
    assert texts[0] == pytest.approx(told["texts"][0], abs=1e-5)
    assert len(texts) == 2


def test_rows_may_be_had_as_bytes(till: Program, shop: dict[str, Product]) -> None:
    found = till.post("/embeddings", RED, content_type="image/jpeg", **BYTES)
    assert found["Content-Type"] == "application/octet-stream"
    backbone = runtime.live().backbone
    assert found["Embedding-Backbone"] == backbone.fingerprint
    assert (found["Embedding-Dimension"], found["Embedding-Rows"]) == (str(backbone.dimension), "1")
    row = np.frombuffer(found.content, "<f4")
    assert row == pytest.approx(backbone.embed_image(RED), abs=1e-5)


def test_what_cannot_be_embedded_is_told(till: Program, shop: dict[str, Product]) -> None:
    problem(till.post("/embeddings", {}), 400, "invalid")
    problem(till.post("/embeddings", []), 400, "invalid")
    found = problem(till.post("/embeddings", {"texts": ["ok", ""]}), 400, "invalid")
    assert found["errors"][0]["field"] == "texts"
    problem(till.post("/embeddings", {"texts": ["x"] * 101}), 400, "invalid")
    many = {"photo": [photo() for _ in range(17)]}
    assert problem(till.send("/embeddings", many), 400, "invalid")["errors"][0]["field"] == "photo"
    answer = till.send("/embeddings", {"photo": [photo(), photo(b"no picture")]})
    assert "Photo 2" in problem(answer, 415, "not-a-picture")["detail"]
    answer = till.post("/embeddings", b"no picture", content_type="image/png", **BYTES)
    problem(answer, 415, "not-a-picture")
    problem(till.post("/embeddings", b"<a/>", content_type="text/xml"), 415, "unsupported-media")


def test_each_photo_counts_as_a_request(
    till: Program, shop: dict[str, Product], settings: Any
) -> None:
    settings.API_RATE_KEY = 4
    answer = till.send("/embeddings", {"photo": [photo()] * 3})
    assert answer["RateLimit"].startswith('"key";r=1;')
    problem(till.send("/embeddings", {"photo": [photo()] * 3}), 429, "limited")
    assert ApiKey.objects.count() == 1


def test_a_network_that_reads_no_texts_says_so(
    till: Program, shop: dict[str, Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Backbone, "has_text", property(lambda self: False))
    found = problem(till.post("/embeddings", {"texts": ["dress"]}), 400, "invalid")
    assert found["detail"] == "This shop can be searched by photo only."


def test_without_an_index_nothing_is_embedded(till: Program) -> None:
    problem(till.post("/embeddings", {"texts": ["dress"]}), 503, "not-ready")
