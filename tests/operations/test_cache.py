"""Redis goes away: the site goes on."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client

from catalog.models import Product
from operations import cache as module
from tests.helpers import encoded, picture


@pytest.mark.usefixtures("redis_away")
def test_the_memory_of_the_process_stands_in() -> None:
    cache.clear()
    assert cache.add("one", 1)
    assert not cache.add("one", 2)
    assert cache.incr("one") == 2
    cache.set_many({"two": 2, "three": 3})
    assert cache.get_many(["one", "two", "none"]) == {"one": 2, "two": 2}
    assert "three" in cache
    assert cache.touch("three")
    cache.delete("one")
    cache.delete_many(["two"])
    assert cache.get("one", "gone") == "gone"
    assert cache.get_or_set("four", lambda: 4) == 4


@pytest.mark.usefixtures("redis_away")
def test_redis_is_not_asked_each_time_while_it_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = module.RedisCache.get
    monkeypatch.setattr(
        module.RedisCache, "get", lambda self, *a, **kw: asked.append(a) or real(self, *a, **kw)
    )
    for _ in range(5):
        assert cache.get("one") is None
    assert len(asked) == 1
    monkeypatch.setattr(module.ForgivingRedisCache, "_away_until", time.monotonic() - 1)
    cache.get("one")
    assert len(asked) == 2


@pytest.mark.services
def test_with_redis_there_all_processes_share_what_is_kept() -> None:
    cache.set("shared", {"a": 1}, timeout=5)
    assert module.RedisCache.get(cache._connections[cache._alias], "shared") == {"a": 1}


@pytest.mark.slow
@pytest.mark.django_db
def test_a_search_and_its_limit_go_on(
    client: Client, shop: dict[str, Product], redis_away: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rest_framework.throttling import SimpleRateThrottle

    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"predict": "2/min"})
    photo = encoded(picture("red"))
    answers = [client.post("/predict/", photo_form(photo)).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def photo_form(photo: bytes) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"file": SimpleUploadedFile("photo.jpg", photo)}


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_away")
def test_people_sign_in_to_the_shop_and_to_the_admin(client: Client) -> None:
    get_user_model().objects.create_superuser("boss", "boss@shop.example", "a-good-password")
    staff = {"username": "boss", "password": "a-good-password"}
    wrong = client.post("/admin/login/", staff | {"password": "wrong"})
    assert wrong.status_code == 200
    right = client.post("/admin/login/?next=/admin/", staff)
    assert (right.status_code, right["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200
    client.logout()
    shopper = {"login": "boss@shop.example", "password": "a-good-password"}
    assert client.post("/account/login/", shopper).status_code == 302
    assert client.get("/account/").status_code == 200
