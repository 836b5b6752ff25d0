"""Each request has an id, a line in the access log, and a place in the figures."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from operations.logs import request_id
from operations.metrics import REQUEST_SECONDS, REQUESTS

access = logging.getLogger("findmyvibe.access")
HEADER = "X-Request-ID"
PROPER_ID = re.compile(r"[\w.-]{8,64}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Watch:
    """The first of all: it sees what every other one answers.

    What is kept of an address is its route: the rest can hold secrets, such as the key by which a
    password is set anew.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name, started = _id_of(request), time.perf_counter()
        token = request_id.set(name)
        try:
            response = self._get_response(request)
            response[HEADER] = name
            _keep(request, response.status_code, time.perf_counter() - started)
        finally:
            request_id.reset(token)
        return response


def _id_of(request: HttpRequest) -> str:
    """That of the proxy, if there is one that we trust."""
    given = request.headers.get(HEADER, "") if settings.TRUSTED_PROXIES else ""
    return given if PROPER_ID.fullmatch(given) else uuid.uuid4().hex


def _keep(request: HttpRequest, status: int, seconds: float) -> None:
    match = request.resolver_match
    route = f"/{match.route}" if match else "unknown"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, route, status).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)
    facts = {"method": method, "route": route, "status": status, "seconds": round(seconds, 4)}
    access.info("%s %s %d", method, route, status, extra={"facts": facts})
