"""What holds for every answer under /api/, also where no view was asked."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from api.models import ApiKey
from api.problems import CONTENT_TYPE, ProblemError, of_status

PLACE = "/api/"
ALLOWED_METHODS = "GET, POST, PUT, PATCH, DELETE"
ALLOWED_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
EXPOSED_HEADERS = "ETag, Location, Link, Retry-After, RateLimit, RateLimit-Policy"
EXPOSED_HEADERS += ", Embedding-Backbone, Embedding-Dimension, Embedding-Rows"
SECONDS_PREFLIGHT_HOLDS = "600"


class ApiMiddleware:
    """Errors are problem documents, and pages of the origins of a key may read the answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PLACE):
            return self._get_response(request)
        if _is_preflight(request):
            return _preflight(request)
        response = self._get_response(request)
        if response.status_code >= 400 and response.get("Content-Type") != CONTENT_TYPE:
            response = of_status(response.status_code).response()
        return _for_its_origins(request, response)


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def _preflight(request: HttpRequest) -> HttpResponseBase:
    """A browser asks before it sends a key: whether any key is for its origin."""
    origin = request.headers.get("Origin", "")
    if origin not in ApiKey.origins_of(ApiKey.objects.live().filter(kind="publishable")):
        return ProblemError("origin-not-allowed").response()
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Allow-Methods"] = ALLOWED_METHODS
    response["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    response["Access-Control-Max-Age"] = SECONDS_PREFLIGHT_HOLDS
    patch_vary_headers(response, ["Origin"])
    return response


def _for_its_origins(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    key: ApiKey | None = getattr(request, "api_key", None)
    origin = request.headers.get("Origin", "")
    if key is not None and origin in key.origins:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
    patch_vary_headers(response, ["Origin", "Authorization"])
    return response
