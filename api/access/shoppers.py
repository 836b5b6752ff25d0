"""Which shopper asks: by a token that they signed in for, or by the session of the pages."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth import get_backends
from django.utils.crypto import constant_time_compare
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.access.authentication import CHALLENGE
from api.models import ShopperToken
from api.problems import ProblemError

# The scope of what a shopper may do with what is theirs.
OWN = "own"
SHAPE = re.compile(rb"fmv_st_[0-9a-f]{64}")


class TokenAuthentication(KnoxAuthentication):  # type: ignore[misc]
    """`Authorization: Bearer TOKEN`. The token is `request.auth`."""

    def authenticate(self, request: Request) -> tuple[Any, ShopperToken] | None:
        try:
            found: tuple[Any, ShopperToken] | None = super().authenticate(request)
        except AuthenticationFailed as error:
            raise ProblemError("token-unknown", headers=CHALLENGE) from error
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[Any, ShopperToken]:
        if not SHAPE.fullmatch(token):
            raise AuthenticationFailed
        found: tuple[Any, ShopperToken] = super().authenticate_credentials(token)
        return found

    def validate_user(self, auth_token: ShopperToken) -> tuple[Any, ShopperToken]:
        """As a session would be: not of an account that is closed or has another password."""
        user = auth_token.user
        is_same = constant_time_compare(auth_token.session_hash, user.get_session_auth_hash())
        if not is_same or not may_sign_in(user):
            raise AuthenticationFailed
        return user, auth_token


class OwnSession(SessionAuthentication):
    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise ProblemError("form-token-missing") from error


class IsShopper(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            raise ProblemError("sign-in-missing", headers=CHALLENGE)
        return True


def may_sign_in(user: Any) -> bool:
    """Whether any way in is open to the account."""
    return any(backend.user_can_authenticate(user) for backend in get_backends())  # type: ignore[attr-defined]
