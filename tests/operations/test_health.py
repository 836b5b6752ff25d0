from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client

from catalog.models import Product
from operations import health

TOKEN = "a-token"
ALL = ["database", "cache", "broker", "workers", "generation", "backbone"]
ALL += ["finder", "sentences", "storage"]


def ready(client: Client, **headers: str) -> Any:
    return client.get("/readyz", headers=headers)


def failed(answer: Any) -> list[str]:
    return [name for name, part in answer.json()["parts"].items() if part["state"] == "failed"]


@pytest.mark.slow
@pytest.mark.django_db
def test_with_all_its_parts_it_is_ready(client: Client, shop: dict[str, Product]) -> None:
    answer = ready(client)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "parts": {name: {"state": "ok"} for name in ALL}}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_without_an_index_the_site_goes_on(client: Client, settings: Any) -> None:
    answer = ready(client)
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert failed(answer) == ["generation"]


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_away")
def test_without_redis_the_site_goes_on(client: Client) -> None:
    answer = ready(client)
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert failed(answer) == ["cache", "broker", "workers", "generation"]


@pytest.mark.django_db
def test_without_its_backbone_nothing_can_be_answered(client: Client, settings: Any) -> None:
    settings.BACKBONE = "nobody-has-it"
    answer = ready(client)
    assert (answer.status_code, answer.json()["status"]) == (503, "unready")
    assert "backbone" in failed(answer)


def test_without_a_database_nothing_can_be_answered_but_it_is_alive(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("connection to server at 10.0.0.5 failed")

    monkeypatch.setattr(connection, "cursor", away)
    answer = ready(client)
    assert answer.status_code == 503
    assert "database" in failed(answer)
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_to_is_no_storage(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    file = tmp_path / "a-file"
    file.touch(mode=0o400)
    settings.MEDIA_ROOT = file / "media"
    answer = ready(client)
    assert (answer.status_code, "storage" in failed(answer)) == (503, True)


@pytest.mark.django_db
def test_an_s3_server_that_is_away_is_no_storage(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.config import Config

    options = {"bucket_name": "b", "access_key": "a", "secret_key": "s", "region_name": "us-east-1"}
    options |= {"endpoint_url": "http://127.0.0.1:9"}
    options |= {"client_config": Config(connect_timeout=1, retries={"max_attempts": 0})}
    away = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = settings.STORAGES | {"default": away}
    assert "storage" in failed(ready(client))


@pytest.mark.django_db
def test_strangers_are_told_no_paths(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.BACKBONE = "nobody-has-it"
    for answer in (ready(client), ready(client, Authorization="Bearer wrong")):
        assert set(answer.json()["parts"]["backbone"]) == {"state"}
        assert "nobody-has-it" not in answer.content.decode()
    told = ready(client, Authorization=f"Bearer {TOKEN}").json()["parts"]
    assert "nobody-has-it" in told["backbone"]["detail"]
    assert told["database"]["detail"] == connection.vendor


@pytest.mark.django_db
def test_without_a_token_in_the_settings_nobody_has_it(client: Client) -> None:
    answer = ready(client, Authorization="Bearer ")
    assert set(answer.json()["parts"]["database"]) == {"state"}


def test_who_asks_all_the_time_costs_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    part = health.Part("database", True, True, "", 0.0)
    monkeypatch.setattr(health, "KEPT_SECONDS", 60.0)
    monkeypatch.setattr(health, "examine", lambda: looks.append(1) or [part])
    for _ in range(5):
        assert health.recent() == [part]
    assert len(looks) == 1


@pytest.mark.services
@pytest.mark.django_db
def test_without_a_worker_jobs_wait_and_it_is_said(settings: Any, client: Client) -> None:
    import os

    settings.REDIS_URL = os.environ["REDIS_URL"]
    answer = ready(client)
    assert answer.json()["parts"]["broker"] == {"state": "ok"}
    assert "workers" in failed(answer)
