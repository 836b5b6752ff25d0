"""Answers in place of a view: a page, a fragment for scripts, problem details for programs."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext_lazy as _

from api.middleware import PLACE
from api.problems import of_status

PREDICT = "/predict"
HEADINGS = {
    HTTPStatus.BAD_REQUEST: _("That request did not fit"),
    HTTPStatus.CONFLICT: _("Somebody was faster"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("That was too much at once"),
}


def refuse(request: HttpRequest, status: HTTPStatus, advice: str | Promise) -> HttpResponse:
    """`advice`: one sentence for whoever sent the request, in their language; programs are told in
    English. Needs no user, no session and no database, and reads nothing that may be broken."""
    if request.path_info.startswith(PLACE):
        return of_status(status).response()
    if request.path_info.startswith(PREDICT):
        with override("en"):
            return _problem(status, str(advice))
    is_of_script = "HX-Request" in request.headers
    with override(get_language_from_request(request)):
        about = {"heading": HEADINGS[status], "advice": advice, "error": advice}
        page = render_to_string("_error.html" if is_of_script else "refused.html", about)
    return HttpResponse(page, status=status)


def _problem(status: HTTPStatus, detail: str) -> JsonResponse:
    """RFC 9457."""
    about = {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}
    return JsonResponse(about, status=status, content_type="application/problem+json")
