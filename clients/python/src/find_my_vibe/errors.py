"""What goes wrong, as exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """The base of all that this package raises."""


class UnreachableError(ApiError):
    """Nobody answered, however often it was tried; what happened last is its `__cause__`."""


class JobFailedError(ApiError):
    """A job that was waited for came to no good end; `job` is its last state."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        super().__init__(job["detail"] or f"The job was {job['state']}.")
        self.job = job


class ProblemError(ApiError):
    """The problem document of an answer (RFC 9457).

    Go by `code`, the last part of its `type`: it never changes. `title` and `detail` are for
    people. `errors` are those of single fields, each with `field` and `detail`. `retry_after`:
    seconds, None if the answer did not say any.
    """

    def __init__(
        self, document: Mapping[str, Any], *, status: int, retry_after: float | None = None
    ) -> None:
        self.type = str(document.get("type", "about:blank"))
        self.code = self.type.rsplit("/", 1)[-1]
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", "")) or self.title or f"HTTP {status}"
        self.errors: list[dict[str, str]] = list(document.get("errors", []))
        self.document = dict(document)
        self.status = status
        self.retry_after = retry_after
        super().__init__(self.detail)
