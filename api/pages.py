"""Long lists come in pages, each with a cursor to the next that stays good while rows come and
go."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination

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
