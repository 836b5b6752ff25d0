"""Long lists come in pages, each with a cursor to the next that stays good while rows come and
go."""

from __future__ import annotations

import base64
import binascii

from django.utils.translation import gettext as _
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from api.problems import refused
from api.schema import query

MOST = 100
PARAMETERS = (
    query("cursor", "Where the page begins, as `next` and `previous` have it."),
    query("limit", f"How many at once, {MOST} at most.", int),
)


class NewestFirst(CursorPagination):
    page_size = 20
    max_page_size = MOST
    page_size_query_param = "limit"
    ordering = ("-created_at", "-pk")


def read_cursor(cursor: str) -> tuple[int, int]:
    """The id that the page before ended with, and its place. Raises a problem."""
    try:
        last, place = base64.urlsafe_b64decode(cursor).decode("ascii").split(":")
        return int(last), max(0, int(place))
    except (ValueError, binascii.Error) as error:
        raise refused("cursor", _("There is no such page.")) from error


def next_page(request: Request, path: str, last: int, place: int) -> str:
    """The address of the page behind the id `last`, which stands at `place`."""
    address = request._request.GET.copy()
    address["cursor"] = base64.urlsafe_b64encode(f"{last}:{place}".encode()).decode()
    return request.build_absolute_uri(f"{path}?{address.urlencode()}")
