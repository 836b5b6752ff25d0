"""openapi.yaml says what the code does, and every operation says enough."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.db import connection
from django.utils.translation import override

from api.problems import KINDS
from tests.api.test_urls_matrix import routes

ROOT = Path(__file__).parents[2]
COMMAND = "manage.py spectacular --custom-settings api.schema.V1 --file openapi.yaml"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("schema") / "openapi.yaml"
    options = {"custom_settings": "api.schema.V1", "file": str(path), "validate": True}
    with override("en"):
        call_command("spectacular", fail_on_warn=True, **options)
    return path.read_text()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="written on SQLite: ids have its range")
def test_the_committed_description_is_that_of_the_code(made: str) -> None:
    assert (ROOT / "openapi.yaml").read_text() == made, f"Run: python {COMMAND}"


def operations(made: str) -> list[tuple[str, str, dict[str, Any]]]:
    paths = yaml.safe_load(made)["paths"]
    return [
        (path, method.upper(), one)
        for path, methods in paths.items()
        for method, one in methods.items()
    ]


def test_every_operation_is_described_and_none_beside(made: str) -> None:
    found = operations(made)
    assert len(found) == len(list(routes()))
    assert all(path.startswith("/api/v1") for path, _method, _one in found)
    names = [one["operationId"] for _path, _method, one in found]
    assert len(set(names)) == len(names)


def test_errors_are_problem_documents_of_known_statuses(made: str) -> None:
    known = {str(kind.status) for kind in KINDS.values()}
    for path, method, one in operations(made):
        wrong = {status: each for status, each in one["responses"].items() if status >= "400"}
        assert set(wrong) <= known, (path, method)
        assert {"400", "401", "403", "429", "500"} <= set(wrong), (path, method)
        for each in wrong.values():
            assert list(each["content"]) == ["application/problem+json"]
