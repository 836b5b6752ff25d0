from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from findmyvibe.auth import is_closed
from matching.search.history import adopt_searches
from shoppers.favourites import adopt_lists
from shoppers.visitor import Visitor


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Without those whom a backend refuses: allauth would ask them back in, to tell them."""
        user = super().authenticate(request, **credentials)
        return None if user is not None and is_closed(user) else user

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """By address too: the guesses of a stranger do not lock the owner out."""
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"

    def login(self, request: HttpRequest, user: Any) -> None:
        """Who signs in or up brings along what they searched and liked before."""
        before, account = Visitor.before_sign_in(request), Visitor(user.pk)
        super().login(request, user)  # which gives the session another key
        adopt_searches(account, before)
        adopt_lists(account, before)
