"""Programs with keys, as tests ask with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.test import Client

from api.access import keys
from api.models import ApiClient, ApiKey

ORIGIN = "https://shop.example"
V1 = "/api/v1"


class Program:
    """Asks with one key, or with none; answers as the test client gives them."""

    def __init__(self, secret: str = "", row: ApiKey | None = None, **headers: str) -> None:
        self.secret, self.row, self._headers = secret, row, dict(headers)
        self._client = Client(raise_request_exception=False)

    def ask(self, method: str, path: str, data: Any = None, **options: Any) -> Any:
        headers = dict(self._headers) | options.pop("headers", {})
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        if data is not None and not isinstance(data, bytes):
            data = json.dumps(data)
            options.setdefault("content_type", "application/json")
        body = {} if data is None else {"data": data}
        options.setdefault("content_type", "application/octet-stream")
        return self._client.generic(method, V1 + path, **body, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.ask("GET", path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> Any:
        return self.ask("POST", path, data, **options)

    def send(self, path: str, form: dict[str, Any], **headers: str) -> Any:
        """A form with files."""
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        return self._client.post(V1 + path, form, headers={**self._headers, **headers})


MakeProgram = Callable[..., Program]


def program(*scopes: str, client: str = "till", origins: tuple[str, ...] = ()) -> Program:
    """Of a client of this name with a new key, a publishable one if it has origins."""
    kind = ApiKey.Kind.PUBLISHABLE if origins else ApiKey.Kind.SECRET
    owner, _new = ApiClient.objects.get_or_create(name=client)
    row, secret = keys.issue(owner, keys.Wanted(kind, scopes, origins))
    return Program(secret, row, **({"Origin": origins[0]} if origins else {}))


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The document of a response that must be this problem."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert found["type"] == f"/api/v1/problems/{code}"
    assert found["status"] == status
    assert found["title"]
    assert found["detail"]
    return found
