"""How often an address may search, by whatever door it comes: pages and `/predict/` count together
(PREDICT_RATE). Programs with a key have limits of their own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from rest_framework.throttling import SimpleRateThrottle

from matching.search.refusals import RefusedError


class LimitedError(RefusedError):
    """There were too many searches; `seconds` until there may be another."""

    def __init__(self, seconds: int) -> None:
        super().__init__("limited")
        self.seconds = seconds


class SearchThrottle(SimpleRateThrottle):
    scope = "predict"

    def get_cache_key(self, request: Any, view: Any) -> str:
        """By address, whether somebody is signed in or not."""
        return str(self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)})


def count_search(request: HttpRequest) -> None:
    """Raises LimitedError if this one is too many."""
    throttle: Any = SearchThrottle()  # which takes any request that has an address
    if not throttle.allow_request(request, None):
        raise LimitedError(int(throttle.wait() or 0) + 1)
