"""How operations are described in the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from api.models import Scope
from api.problems import CONTENT_TYPE

Method = TypeVar("Method", bound=Callable[..., Any])
# What any operation may answer, beside what it says itself.
ALWAYS = (400, 401, 403, 406, 429, 500)
BODY = (413, 415)


class ErrorSerializer(serializers.Serializer):
    """What is wrong with one field of a request."""

    field = serializers.CharField(help_text="The way to it: `crop.left`; empty: the whole.")
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """RFC 9457. What each type means stands under /api/v1/problems."""

    type = serializers.CharField(help_text="Tells the kinds of problems apart; never changes.")
    title = serializers.CharField(help_text="What the type means, in the language asked for.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong this time, in a sentence.")
    errors = ErrorSerializer(many=True, required=False)  # type: ignore[assignment]
    scope = serializers.CharField(required=False, help_text="The scope that the key lacks.")

    class Meta:
        ref_name = "ApiProblem"


PROBLEM = OpenApiResponse(ProblemSerializer, "A problem document.")


@dataclass(frozen=True)
class Example:
    """`value` of a request, or of the answer with that status."""

    value: Any
    status: int = 0

    def of(self, name: str) -> OpenApiExample:
        if not self.status:
            return OpenApiExample(name, self.value, request_only=True)
        return OpenApiExample(name, self.value, response_only=True, status_codes=[str(self.status)])


@dataclass(frozen=True)
class Operation:
    """`name` is its operationId; `answers`: status to a serializer, None for no body; `problems`:
    statuses beside those that any operation may have."""

    name: str
    summary: str
    answers: dict[Any, Any]
    request: Any = None
    problems: Sequence[int] = ()
    parameters: Sequence[Any] = ()
    examples: Sequence[Example] = ()
    about: str = ""

    def __call__(self, method: Method) -> Method:
        statuses = {*ALWAYS, *self.problems, *(BODY if self.request is not None else ())}
        described: Callable[[Method], Method] = extend_schema(
            operation_id=self.name,
            summary=self.summary,
            description=self.about or self.summary,
            request=self.request,
            parameters=list(self.parameters),
            responses={
                **self.answers,
                **{(status, CONTENT_TYPE): PROBLEM for status in sorted(statuses)},
            },
            examples=[one.of(self.name) for one in self.examples],
        )
        return described(method)


def query(name: str, about: str, kind: Any = str, **options: Any) -> OpenApiParameter:
    """`options`: `many`, `enum` and the like."""
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=about, **options)


def header(name: str, about: str, **options: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=about, **options)


def in_path(name: str, about: str, kind: Any = str) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.PATH, description=about)


class ApiSchema(AutoSchema):
    """Of a view of the API: what it is about, and the key that it needs."""

    def get_tags(self) -> list[str]:
        return [self.view.tag]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """What lets in, any one of it; the way of each is described once for all."""
        ways: list[dict[str, list[str]]] = super().get_auth()
        scope = self.view.scopes[self.method]
        is_open = not scope or scope in self.view.open_to_all
        return [*ways, *([{}] if is_open else [])]

    def get_description(self) -> str:
        scope = self.view.scopes[self.method]
        said = super().get_description()
        return f"{said}\n\nScope: `{scope}`." if scope in set(Scope) else said


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "api.access.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        about = "A secret key, or a publishable one on pages of its origins."
        return {"type": "http", "scheme": "bearer", "description": about}


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "api.access.shoppers.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        about = "The token of a shopper, of POST /api/v1/tokens."
        return {"type": "http", "scheme": "bearer", "description": about}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "api.access.shoppers.OwnSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        about = (
            "The cookie of a shopper who is signed in on the pages. What changes anything needs "
            "the header X-CSRFToken too, with what GET /form-token gives."
        )
        where = {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
        return where | {"description": about}


def v1_only(endpoints: Iterable[tuple[str, Any, str, Any]]) -> list[tuple[str, Any, str, Any]]:
    """Those of the API that is built on; `/predict/` depends on the attributes of the shop."""
    return [one for one in endpoints if one[0].startswith("/api/v1")]


# For `manage.py spectacular --custom-settings api.schema.V1`.
V1 = {
    "TITLE": "Find-My-Vibe API",
    "VERSION": "1",
    "PREPROCESSING_HOOKS": ["api.schema.v1_only"],
}
