"""Who asks: the key of a request, and whether it may do what it asks for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.access.keys import KeyRefusedError, look_up
from api.models import ApiKey
from api.problems import ProblemError

SCHEME = b"bearer"
# The scope of what any key may do.
ANY_KEY = "any"
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="api"'}


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY`. The key is `request.auth`; nobody is signed in."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        words = get_authorization_header(request).split()
        if not words:
            return None
        if len(words) != 2 or words[0].lower() != SCHEME:
            raise ProblemError("key-unknown", headers=CHALLENGE)
        try:
            key = look_up(words[1].decode("latin-1"))
        except KeyRefusedError as error:
            raise ProblemError(error.code, headers=CHALLENGE) from error
        _check_origin(request, key)
        request._request.api_key = key  # type: ignore[attr-defined]
        return AnonymousUser(), key

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE["WWW-Authenticate"]


def _check_origin(request: Request, key: ApiKey) -> None:
    origin = request.headers.get("Origin", "")
    if not key.is_secret and origin not in key.origins:
        raise ProblemError("origin-not-allowed")


class HasScope(BasePermission):
    """The view says in `scope` what a key needs for the request; "" lets everybody in, and what is
    `open_to_all` may be done without a key, but not with one that lacks the scope."""

    def has_permission(self, request: Request, view: Any) -> bool:
        scope: str = view.scope
        key = request.auth if isinstance(request.auth, ApiKey) else None
        if not scope or (key is None and scope in view.open_to_all):
            return True
        if key is None:
            raise ProblemError("key-missing", headers=CHALLENGE)
        if scope != ANY_KEY and not key.may(scope):
            said = _("This needs the scope %(scope)s.") % {"scope": scope}
            raise ProblemError("scope-missing", said, {"scope": str(scope)})
        return True
