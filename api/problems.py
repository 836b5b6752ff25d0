"""Errors of the API as problem documents (RFC 9457): each kind by its code, which never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions

CONTENT_TYPE = "application/problem+json"
WHERE = "/api/v1/problems/"


@dataclass(frozen=True)
class Kind:
    """`title`: what went wrong, `help`: what to do about it."""

    code: str
    status: int
    title: str | Promise
    help: str | Promise

    @property
    def address(self) -> str:
        return WHERE + self.code


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "invalid",
            400,
            gettext_lazy("The request holds something that cannot be"),
            gettext_lazy("`errors` says for each field what is wrong with it."),
        ),
        Kind(
            "malformed",
            400,
            gettext_lazy("The request cannot be read"),
            gettext_lazy("Send JSON, a form or a file as the operation describes it."),
        ),
        Kind(
            "bad-picture",
            400,
            gettext_lazy("The picture cannot be used"),
            gettext_lazy("It is empty, damaged or too large in pixels: send another."),
        ),
        Kind(
            "key-missing",
            401,
            gettext_lazy("This needs a key"),
            gettext_lazy("Send the header Authorization: Bearer, and your key."),
        ),
        Kind(
            "key-unknown",
            401,
            gettext_lazy("There is no such key"),
            gettext_lazy("Look for blanks and cut off letters, or make a new key."),
        ),
        Kind(
            "key-expired",
            401,
            gettext_lazy("The key has expired"),
            gettext_lazy("Rotate keys before they expire; make a new one."),
        ),
        Kind(
            "key-revoked",
            401,
            gettext_lazy("The key was revoked"),
            gettext_lazy("Ask the shop for a new key."),
        ),
        Kind(
            "sign-in-missing",
            401,
            gettext_lazy("This is for a signed-in shopper"),
            gettext_lazy("Sign in with POST /api/v1/tokens, and send Authorization: Bearer."),
        ),
        Kind(
            "sign-in-wrong",
            401,
            gettext_lazy("Address, password or code is not right"),
            gettext_lazy("Look at them, or have the password reset on the site."),
        ),
        Kind(
            "code-missing",
            401,
            gettext_lazy("The account has a second step"),
            gettext_lazy("Send `code` too: of the app, or one of the recovery codes."),
        ),
        Kind(
            "token-unknown",
            401,
            gettext_lazy("The shopper's token does not hold, or no more"),
            gettext_lazy("Sign in again: it ends after a while, and with another password."),
        ),
        Kind(
            "forbidden",
            403,
            gettext_lazy("This is not allowed"),
            gettext_lazy("Ask the shop whether it should be."),
        ),
        Kind(
            "scope-missing",
            403,
            gettext_lazy("The key lacks a scope"),
            gettext_lazy("`scope` names the one it needs: ask the shop for a key that has it."),
        ),
        Kind(
            "origin-not-allowed",
            403,
            gettext_lazy("The key is not for this origin"),
            gettext_lazy("A publishable key works on pages of its own origins only."),
        ),
        Kind(
            "form-token-missing",
            403,
            gettext_lazy("The token that goes with the session is missing"),
            gettext_lazy("Send the header X-CSRFToken with what GET /form-token gives."),
        ),
        Kind(
            "address-unconfirmed",
            403,
            gettext_lazy("The address of the account is not confirmed"),
            gettext_lazy("Open the link in the mail that came after signing up."),
        ),
        Kind(
            "not-found",
            404,
            gettext_lazy("There is nothing here"),
            gettext_lazy("Look at the address; what is not yours is not there either."),
        ),
        Kind(
            "method-not-allowed",
            405,
            gettext_lazy("This cannot be done here"),
            gettext_lazy("The header Allow names what can."),
        ),
        Kind(
            "not-acceptable",
            406,
            gettext_lazy("The answer cannot be had in this form"),
            gettext_lazy("Send Accept: application/json, or none."),
        ),
        Kind(
            "conflict",
            409,
            gettext_lazy("It is in the way of what is there"),
            gettext_lazy("Look at what is there, and try again."),
        ),
        Kind(
            "changed-meanwhile",
            412,
            gettext_lazy("It has changed meanwhile"),
            gettext_lazy("Read it again, and send its new ETag as If-Match."),
        ),
        Kind(
            "too-large",
            413,
            gettext_lazy("The request is too large"),
            gettext_lazy("Send less at once."),
        ),
        Kind(
            "unsupported-media",
            415,
            gettext_lazy("The request is of a kind that is not read here"),
            gettext_lazy("Look at Content-Type, and at what the operation takes."),
        ),
        Kind(
            "not-a-picture",
            415,
            gettext_lazy("The file is no picture that can be read"),
            gettext_lazy("Send a JPEG, PNG, WebP, GIF, AVIF or HEIC."),
        ),
        Kind(
            "key-reused",
            422,
            gettext_lazy("The Idempotency-Key was used for another request"),
            gettext_lazy("Use a new one for each new request."),
        ),
        Kind(
            "address-unusable",
            422,
            gettext_lazy("What stands at the address cannot be had"),
            gettext_lazy("It must be public, answer in time and hold a picture."),
        ),
        Kind(
            "limited",
            429,
            gettext_lazy("Too many requests"),
            gettext_lazy("Wait as many seconds as Retry-After says."),
        ),
        Kind(
            "internal",
            500,
            gettext_lazy("Something broke on our side"),
            gettext_lazy("It is in our log. Try again later."),
        ),
        Kind(
            "not-ready",
            503,
            gettext_lazy("There is nothing to search yet"),
            gettext_lazy("The shop has to build its index first."),
        ),
    )
}
# What is answered where no view was asked.
BY_STATUS = {
    400: "malformed",
    401: "key-missing",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    413: "too-large",
    415: "unsupported-media",
    429: "limited",
    503: "not-ready",
}


@dataclass
class ProblemError(Exception):
    """Raised by any view: `ProblemError("not-found")`. `more` are members beside the usual ones."""

    code: str
    detail: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return KINDS[self.code]

    def document(self) -> dict[str, Any]:
        title = str(self.kind.title)
        return {
            "type": self.kind.address,
            "title": title,
            "status": self.kind.status,
            "detail": self.detail or f"{title}.",
            **self.more,
        }

    def response(self) -> JsonResponse:
        answer = JsonResponse(self.document(), status=self.kind.status, content_type=CONTENT_TYPE)
        for name, value in self.headers.items():
            answer[name] = value
        return answer


def of_status(status: int) -> ProblemError:
    """What to say where all that is known is a status."""
    return ProblemError(BY_STATUS.get(status, "internal" if status >= 500 else "malformed"))


def of_error(error: Exception) -> ProblemError | None:
    """What there is to say of an error; None for one that nobody has foreseen."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, exceptions.ValidationError):
        return invalid(flat(error.detail))
    if isinstance(error, exceptions.MethodNotAllowed):
        return ProblemError("method-not-allowed", str(error.detail))
    if isinstance(error, exceptions.NotAcceptable):
        return ProblemError("not-acceptable")
    if isinstance(error, exceptions.UnsupportedMediaType):
        return ProblemError("unsupported-media", str(error.detail))
    if isinstance(error, exceptions.ParseError):
        return ProblemError("malformed", str(error.detail))
    if isinstance(error, Http404 | exceptions.NotFound):
        return ProblemError("not-found")
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return ProblemError("forbidden")
    return None


def invalid(errors: list[dict[str, str]]) -> ProblemError:
    """`errors`: each with `field` and `detail`."""
    first = errors[0]
    detail = f"{first['field']}: {first['detail']}" if first["field"] else first["detail"]
    return ProblemError("invalid", detail, {"errors": errors})


def refused(name: str, detail: str) -> ProblemError:
    """One field of a request that cannot be."""
    return invalid([{"field": name, "detail": detail}])


def flat(detail: Any, where: str = "") -> list[dict[str, str]]:
    """What serializers say of fields within fields, each with the way to it: "crop.left"."""
    if isinstance(detail, Mapping):
        pairs = [(_step(where, name), one) for name, one in detail.items()]
        return [found for name, one in pairs for found in flat(one, name)]
    if isinstance(detail, list):
        return [
            found
            for at, one in enumerate(detail)
            for found in flat(one, where if isinstance(one, str) else f"{where}[{at}]")
        ]
    return [{"field": where, "detail": str(detail)}]


def _step(where: str, name: Any) -> str:
    if name == "non_field_errors":
        return where
    return f"{where}.{name}" if where else str(name)


def too_large(most_bytes: int) -> ProblemError:
    said = _("At most %(most)s KB are taken here.") % {"most": most_bytes // 1024}
    return ProblemError("too-large", said)
