from __future__ import annotations

from pathlib import Path

from rest_framework.exceptions import ErrorDetail, ValidationError

from api.problems import KINDS, of_error

DOCUMENT = (Path(__file__).parents[2] / "docs/api.md").read_text()


def test_the_document_names_every_kind_with_its_status() -> None:
    wanted = [f"| `{kind.code}` | {kind.status} | {kind.title} |" for kind in KINDS.values()]
    assert [
        line
        for line in DOCUMENT.splitlines()
        if line.startswith("| `") and line[3:].split("`")[0] in KINDS
    ] == wanted


def test_what_serializers_say_is_told_with_the_way_to_each_field() -> None:
    wrong = ErrorDetail("A valid number is required.")
    error = ValidationError({"crop": {"left": [wrong]}, "non_field_errors": ["No."], "k": [wrong]})
    found = of_error(error)
    assert found is not None
    assert found.document()["errors"] == [
        {"field": "crop.left", "detail": "A valid number is required."},
        {"field": "", "detail": "No."},
        {"field": "k", "detail": "A valid number is required."},
    ]
    assert found.detail == "crop.left: A valid number is required."


def test_what_nobody_has_foreseen_is_no_problem_of_ours() -> None:
    assert of_error(RuntimeError("broken")) is None
