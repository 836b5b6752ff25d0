from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
from django.test import Client

from operations.logs import JsonFormatter, WithRequestId, request_id


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    caplog.set_level(logging.INFO, "findmyvibe.access")
    return lambda: [record for record in caplog.records if record.name == "findmyvibe.access"]


def test_each_request_has_an_id_of_its_own(client: Client) -> None:
    first, second = (client.get("/healthz")["X-Request-ID"] for _ in range(2))
    assert len(first) == len(second) == 32
    assert first != second
    assert request_id.get() == ""


def test_the_id_of_the_proxy_is_taken_where_there_is_one(client: Client, settings: Any) -> None:
    def asked(name: str) -> str:
        return client.get("/healthz", headers={"X-Request-ID": name})["X-Request-ID"]

    assert asked("of-a-stranger") != "of-a-stranger"
    settings.TRUSTED_PROXIES = 1
    assert asked("of-the-proxy") == "of-the-proxy"
    assert asked("two\twords and more") != "two\twords and more"


def test_each_request_has_a_line_without_anything_secret(client: Client, lines: Any) -> None:
    client.get("/healthz?token=secret")
    client.get("/nothing/here/secret")
    found = [record.getMessage() for record in lines()]
    assert found == ["GET /healthz 200", "GET unknown 404"]
    facts = lines()[0].facts
    assert facts.keys() == {"method", "route", "status", "seconds"}
    assert 0 <= facts["seconds"] < 10


def formatted(**about: Any) -> dict[str, Any]:
    record = logging.LogRecord("shop", logging.WARNING, "f.py", 1, "Told %s", ("ü",), None)
    for name, value in about.items():
        setattr(record, name, value)
    WithRequestId().filter(record)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_line_is_one_json_object() -> None:
    token = request_id.set("abc")
    line = formatted(facts={"status": 200})
    request_id.reset(token)
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "logger": "shop",
        "message": "Told ü",
        "request_id": "abc",
        "status": 200,
    }


def test_an_error_is_told_with_where_it_was_raised() -> None:
    try:
        raise ValueError("no good")
    except ValueError:
        line = formatted(exc_info=sys.exc_info())
    assert "ValueError: no good" in line["error"]
    assert line["request_id"] == "-"
