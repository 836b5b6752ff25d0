"""What a view could not do because somebody else did something else at the same time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from catalog.turns import came_second
from findmyvibe.refusals import refuse

logger = logging.getLogger(__name__)
CHANGED = _("Somebody changed or deleted it at the same time. Open the page again and look.")


class ConflictMiddleware:
    """Says so, with 409, where a row was deleted or made by somebody else between two steps of a
    view: its transaction is rolled back by then, and nothing of it was taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not came_second(error) and not isinstance(error, ObjectDoesNotExist):
            return None
        logger.warning("%s %s met another change", request.method, request.path, exc_info=error)
        return refuse(request, HTTPStatus.CONFLICT, CHANGED)
