from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from operations import health
from operations.cache import ForgivingRedisCache

NOBODY = "redis://127.0.0.1:9/0"


@pytest.fixture(autouse=True)
def looks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_last", None)
    monkeypatch.setattr(health, "KEPT_SECONDS", -1.0)


@pytest.fixture
def redis_away(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The address of a Redis that nobody listens at."""
    monkeypatch.setattr(ForgivingRedisCache, "_away_until", 0.0)
    settings.REDIS_URL = NOBODY
    settings.CACHES = {
        "default": {"BACKEND": "operations.cache.ForgivingRedisCache", "LOCATION": NOBODY}
    }
    yield
    ForgivingRedisCache._away_until = 0.0
