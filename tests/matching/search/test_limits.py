from __future__ import annotations

import pytest
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from tests.helpers import encoded, picture
from tests.operations.test_cache import photo_form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"predict": "2/min"})


def test_pages_and_predict_count_together(client: Client) -> None:
    assert client.post("/", {"words": "dress"}).status_code == 503  # there is no index here
    assert client.post("/predict/", photo_form(encoded(picture()))).status_code == 503
    page = client.post("/", {"words": "dress"}, headers={"Accept-Language": "de"})
    assert page.status_code == 429
    assert "zu viele Suchen in kurzer Zeit" in page.content.decode()
    assert 0 < int(page.headers["Retry-After"]) <= 61
    assert client.post("/predict/", photo_form(encoded(picture()))).status_code == 429
    assert client.get("/").status_code == 200


def test_each_address_has_a_count_of_its_own(client: Client) -> None:
    for _ in range(3):
        last = client.post("/", {"words": "dress"}, headers={"HX-Request": "true"})
    assert last.status_code == 429
    assert "too many searches" in last.content.decode()
    other = client.post("/", {"words": "dress"}, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 503
