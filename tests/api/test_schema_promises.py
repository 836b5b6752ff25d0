"""What programs were promised holds: of all that tests/api/promised.txt names nothing goes, and
nothing more is needed of who asks. A release renews it: `RENEW_PROMISES=1 pytest` on this file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scripts.client import type_of

ROOT = Path(__file__).parents[2]
PROMISED = Path(__file__).with_name("promised.txt")
NEEDS = " needs "


def promises(document: dict[str, Any]) -> set[str]:
    """One line for each thing that a program may build on, or has to send."""
    found = set[str]()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.update(_of_operation(f"{method.upper()} {path}", operation))
    for name, schema in document["components"]["schemas"].items():
        found.update(_of_schema(name, schema))
    return found


def _of_operation(name: str, operation: dict[str, Any]) -> Iterator[str]:
    yield name
    for one in operation.get("parameters", []):
        yield f"{name} takes {one['in']} {one['name']}"
        if one.get("required") and one["in"] != "path":
            yield f"{name}{NEEDS}{one['in']} {one['name']}"
    for media, body in operation.get("requestBody", {}).get("content", {}).items():
        yield f"{name} takes {media}: {type_of(body.get('schema', {}))}"
    for status, answer in operation["responses"].items():
        for media, body in answer.get("content", {"nothing": {}}).items():
            yield f"{name} answers {status} {media}: {type_of(body.get('schema', {}))}"


def _of_schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield from (f"{name} has {value}" for value in schema.get("enum", []))
    for field, one in schema.get("properties", {}).items():
        yield f"{name}.{field}: {type_of(one)}"
    if name.endswith("Request"):
        yield from (f"{name}{NEEDS}{field}" for field in schema.get("required", []))


def now() -> set[str]:
    return promises(yaml.safe_load((ROOT / "openapi.yaml").read_text()))


def broken(promised: set[str], found: set[str]) -> list[str]:
    """What has gone, and what is needed now of things that were there before."""
    gone = {line for line in promised - found if NEEDS not in line}
    subjects = {line.split(":")[0].split(".")[0].split(" takes ")[0] for line in promised}
    needed = {
        line for line in found - promised if NEEDS in line and line.split(NEEDS)[0] in subjects
    }
    return sorted(gone | needed)


def test_what_was_promised_holds() -> None:
    if os.environ.get("RENEW_PROMISES"):
        PROMISED.write_text("\n".join(sorted(now())) + "\n")
    promised = set(PROMISED.read_text().splitlines())
    assert len(promised) > 300
    assert broken(promised, now()) == []


def test_what_breaks_a_promise_is_seen() -> None:
    before = {"GET /a", "GET /a answers 200 nothing: Any", "X.one: str", "XRequest.one: str"}
    assert broken(before, before | {"GET /b", "X.two: str", "XRequest.two: str"}) == []
    assert broken(before, before - {"X.one: str"}) == ["X.one: str"]
    for more in ("GET /a needs query q", "XRequest needs two"):
        assert broken(before, before | {more}) == [more]
    assert broken(before, before | {"GET /b", "GET /b needs query q"}) == []
