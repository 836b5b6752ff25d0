"""What machines ask: is it alive, is it ready, how is it doing."""

from __future__ import annotations

import hmac
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from operations import health, metrics


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process answers at all, whatever else is away."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """503 while a part is away without which nothing can be answered. Why, only with the token."""
    parts = health.recent()
    state = health.state_of(parts)
    told = _has_token(request)
    answer = {
        "status": state,
        "parts": {
            part.name: {"state": "ok" if part.is_well else "failed"}
            | ({"detail": part.detail, "seconds": part.seconds} if told else {})
            for part in parts
        },
    }
    status = HTTPStatus.SERVICE_UNAVAILABLE if state == "unready" else HTTPStatus.OK
    return JsonResponse(answer, status=status)


@require_safe
@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    """For Prometheus; without the token no more than /readyz tells everybody."""
    if "Authorization" in request.headers and not _has_token(request):
        return HttpResponse("The token is wrong: see METRICS_TOKEN.\n", "text/plain", status=401)
    text = metrics.everything() if _has_token(request) else metrics.for_everybody()
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    wanted, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    return bool(wanted) and hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode())
