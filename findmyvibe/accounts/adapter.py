from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from catalog.favourites import adopt_lists
from matching.services.history import adopt_searches


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def login(self, request: HttpRequest, user: Any) -> None:
        """Who signs in or up brings along what they searched and liked before."""
        visitor = request.session.session_key or ""
        super().login(request, user)  # which gives the session another key
        if visitor:
            adopt_searches(user, visitor)
            adopt_lists(user, visitor)
