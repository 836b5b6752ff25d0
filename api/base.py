"""What every view of the API is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.access import limits
from api.access.authentication import HasScope, KeyAuthentication
from api.access.limits import Limit
from api.etags import tag
from api.models import ApiClient, ApiKey, Scope
from api.problems import CONTENT_TYPE, ProblemError, of_error, too_large
from api.schema import ApiSchema

SMALL = 64 * 1024


class ApiView(APIView):
    """`scopes`: method to what a key needs for it; `open_to_all`: what nobody needs a key for.
    `most_bytes` is what a request may hold."""

    schema = ApiSchema()
    tag: ClassVar[str]
    authentication_classes = [KeyAuthentication]
    permission_classes = [HasScope]
    scopes: ClassVar[Mapping[str, str]]
    open_to_all: ClassVar[tuple[str, ...]] = (Scope.READ,)
    cache_control = "private, no-store"

    @property
    def most_bytes(self) -> int:
        return SMALL

    @property
    def key(self) -> ApiKey:
        """The key of who asks, where the permission has seen to it that there is one."""
        key = self.request.auth
        assert isinstance(key, ApiKey)
        return key

    @property
    def client(self) -> ApiClient:
        return self.key.client

    @property
    def scope(self) -> str:
        """What a key needs for this request; "" for nothing."""
        return self.scopes["GET" if self.request.method == "HEAD" else str(self.request.method)]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > self.most_bytes:
            raise too_large(self.most_bytes)

    def perform_authentication(self, request: Request) -> None:
        """Who guesses keys is counted too."""
        try:
            super().perform_authentication(request)
        except ProblemError:
            self._check(limits.count(request, None))
            raise
        key = request.auth if isinstance(request.auth, ApiKey) else None
        self._check(limits.count(request, key, request.user.pk))

    def charge(self, more: int) -> None:
        """Counts the request as so many more. Raises a problem if that is too many."""
        if more > 0:
            self._check(limits.count(self.request, self.key, weight=more))

    def _check(self, counted: list[Limit]) -> None:
        self.limits = counted
        limits.check(counted)

    def handle_exception(self, exc: Exception) -> Response:
        problem = of_error(exc)
        if problem is None:
            raise exc
        response = Response(problem.document(), problem.kind.status)
        response.content_type = CONTENT_TYPE
        response["Cache-Control"] = "no-store"
        for name, value in problem.headers.items():
            response[name] = value
        response.exception = True
        return response

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, value in limits.headers(getattr(self, "limits", [])).items():
            answer[name] = value
        answer.setdefault("Cache-Control", self.cache_control)
        return answer

    @property
    def allowed_methods(self) -> list[str]:
        return sorted({*self.scopes, *(["HEAD"] if "GET" in self.scopes else [])})


class TaggedView(ApiView):
    """What is read has an ETag."""

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        is_read = request.method in ("GET", "HEAD") and answer.status_code == 200
        if is_read and isinstance(answer, Response):
            tag(request, answer)
        return answer


def no_such(what: str) -> ProblemError:
    return ProblemError("not-found", _("There is no such %(what)s.") % {"what": what})
