"""Errors of the API as problem details (RFC 9457), each with one sentence for a person."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler


class Problem(APIException):
    """An error with a status and a sentence: `raise Problem(413, "The file is too large.")`."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status_code = status


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    response = drf_exception_handler(error, context)
    if response is None:
        return None
    status = response.status_code
    response.data = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": _sentence(error, response.data),
    }
    response.content_type = "application/problem+json"
    return response


def _sentence(error: Exception, data: Any) -> str:
    if isinstance(error, ValidationError):
        found = data
        while isinstance(found, dict | list) and found:
            found = next(iter(found.values())) if isinstance(found, dict) else found[0]
        return str(found)
    return str(data.get("detail", error)) if isinstance(data, dict) else str(error)
