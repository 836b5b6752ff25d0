from __future__ import annotations

import json
from typing import Any

import pytest

from api.models import ClientJob
from catalog.models import Product
from tests.api.clients import Program, problem, program

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once")]


@pytest.fixture
def shop_system() -> Program:
    return program("catalogue:write", "catalogue:read")


def send(asker: Program, rows: Any, kind: str = "application/json") -> Any:
    body = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    return asker.post("/bulk/products", body, content_type=kind)


def results(asker: Program, response: Any) -> list[tuple[int, str, str]]:
    assert response.status_code == 202, response.content
    path = response["Location"].partition("/api/v1")[2]
    assert asker.get(path).json()["state"] == "done"
    told = asker.get(f"{path}/results").json()["results"]
    return [(one["number"], one["sku"], one["outcome"]) for one in told]


def test_each_row_has_a_result(shop_system: Program) -> None:
    first = [{"sku": "1", "name": "One", "price": "10"}, {"sku": "2"}, {"sku": "", "name": "x"}]
    assert results(shop_system, send(shop_system, first)) == [
        (1, "1", "added"),
        (2, "2", "added"),
        (3, "", "refused"),
    ]
    lines = b'{"sku": "1", "price": "12"}\n\n{"sku": "2"}\n{"sku": "1"}\n{"sku": "3", "year": "x"}'
    response = send(shop_system, lines, "application/x-ndjson")
    assert results(shop_system, response) == [
        (1, "1", "updated"),
        (2, "2", "unchanged"),
        (3, "1", "refused"),
        (4, "3", "refused"),
    ]
    told = shop_system.get(response["Location"].partition("/api/v1")[2]).json()
    assert told["counts"] == {"added": 0, "updated": 1, "unchanged": 1, "refused": 2}
    changed = Product.objects.get(sku="1")
    assert (changed.name, str(changed.price)) == ("One", "12.00")
    path = told["results"].partition("/api/v1")[2]
    details = [one["detail"] for one in shop_system.get(path).json()["results"]]
    assert details[2] == "The SKU stands in row 1 already."
    assert details[3].startswith("year: ")


def test_a_job_is_seen_and_stopped_by_its_client_alone(shop_system: Program) -> None:
    path = send(shop_system, [{"sku": "1"}])["Location"].partition("/api/v1")[2]
    other = program("catalogue:write", "admin", client="other")
    for method, place in (("GET", path), ("GET", f"{path}/results"), ("DELETE", path)):
        problem(other.ask(method, place), 404, "not-found")
    assert other.get("/jobs").json()["results"] == []
    assert len(shop_system.get("/jobs").json()["results"]) == 1
    assert shop_system.ask("DELETE", path).status_code == 204


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed"),
        (b"\xff", 400, "malformed"),
        (b"{}", 400, "invalid"),
        (b"[1]", 400, "invalid"),
        (b"[]", 400, "invalid"),
        (b"[" + b"{}," * 10_000 + b"{}]", 413, "too-large"),
    ],
)
def test_what_holds_no_rows_is_refused(
    shop_system: Program, body: bytes, status: int, code: str
) -> None:
    problem(send(shop_system, body), status, code)
    assert not ClientJob.objects.exists()
