"""What the sync and the async client share: how requests are made up and answers are read."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

import httpx2

from find_my_vibe.errors import ProblemError

Photo: TypeAlias = bytes | Path
API = "/api/v1"
AGENT = "find-my-vibe-client/0.1.0"
PASSING = {429, 502, 503, 504}  # statuses after which it may go well another time
SAFE = {"GET", "HEAD", "PUT", "DELETE"}
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0  # seconds


@dataclass(frozen=True)
class Call:
    """A request. `path` is below /api/v1."""

    method: str
    path: str
    params: Mapping[str, Any] | None = None
    json: Any = None
    content: bytes | None = None
    data: Mapping[str, Any] | None = None
    files: list[tuple[str, tuple[str, bytes, str]]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_safe(self) -> bool:
        """Whether it does once what it does when it is sent twice."""
        return self.method in SAFE or "Idempotency-Key" in self.headers

    def options(self) -> dict[str, Any]:
        names = ("params", "json", "content", "data", "files", "headers")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def wait_after(call: Call, response: httpx2.Response | None, tried: int) -> float | None:
    """Seconds until it may be sent again; None: never. `response` is None where there was none, and
    `tried` how often it has been sent."""
    if response is None:
        return _backoff(tried) if call.is_safe else None
    if response.status_code not in PASSING:
        return None
    if response.status_code != 429 and not call.is_safe:
        return None  # 429 alone says that nothing was done
    told = retry_after(response)
    if told is None:
        return _backoff(tried)
    return told if told <= LONGEST_WAIT else None


def _backoff(tried: int) -> float:
    longest = min(FIRST_WAIT * 2.0 ** (tried - 1), LONGEST_WAIT)
    return random.uniform(longest / 2, longest)


def retry_after(response: httpx2.Response) -> float | None:
    """Seconds, which the header gives as a number or as a moment."""
    said = response.headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def check(response: httpx2.Response) -> None:
    """Raises a ProblemError for an answer that is none."""
    if response.status_code < 400:
        return
    try:
        document = response.json()
    except ValueError:
        document = {}
    raise ProblemError(
        document if isinstance(document, dict) else {},
        status=response.status_code,
        retry_after=retry_after(response),
    )


def path(*parts: object) -> str:
    """`path("products", "a b", "similar")` is "/products/a%20b/similar"."""
    return "".join(f"/{quote(str(part), safe='')}" for part in parts)


def next_page(answer: Mapping[str, Any], base: str) -> str | None:
    """Path and query of the next page. The key goes to no other host than the one that was given,
    wherever the address leads."""
    if not answer["next"]:
        return None
    parts = urlsplit(answer["next"])
    whole = f"{parts.path}?{parts.query}"
    return whole.removeprefix(urlsplit(base).path.rstrip("/")).removeprefix(API)


def given(**fields: Any) -> dict[str, Any]:
    """Those that were given."""
    return {name: value for name, value in fields.items() if value is not None}


def filters(said: Mapping[str, Any]) -> dict[str, Any]:
    """Filters as addresses have them: attributes as `colour:red`."""
    found = dict(said)
    attributes = found.pop("attributes", None) or {}
    pairs = [f"{key}:{value}" for key, values in attributes.items() for value in values]
    return {**found, "attribute": pairs} if pairs else found


def bytes_of(photo: Photo) -> bytes:
    return photo if isinstance(photo, bytes) else photo.read_bytes()


def file_of(photo: Photo, name: str = "photo") -> tuple[str, tuple[str, bytes, str]]:
    return name, ("photo", bytes_of(photo), "application/octet-stream")


def search_call(photo: Photo | None, wish: Mapping[str, Any], idempotency_key: str) -> Call:
    headers = {"Idempotency-Key": idempotency_key}
    if photo is None:
        return Call("POST", "/searches", json=dict(wish), headers=headers)
    form = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in wish.items()
    }
    return Call("POST", "/searches", data=form, files=[file_of(photo)], headers=headers)


def rows_call(rows: Iterable[Mapping[str, Any]]) -> Call:
    lines = "\n".join(json.dumps(dict(row), default=str) for row in rows)
    headers = {"Content-Type": "application/x-ndjson"}
    return Call("POST", "/bulk/products", content=lines.encode(), headers=headers)


def embedding_call(photos: Iterable[Photo], texts: Iterable[str]) -> Call:
    files, said = [file_of(one) for one in photos], list(texts)
    if not files:
        return Call("POST", "/embeddings", json={"texts": said})
    return Call("POST", "/embeddings", data={"text": said}, files=files)
