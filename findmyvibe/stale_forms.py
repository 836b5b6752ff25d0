"""Forms whose token does not fit the cookie any more: of a page that was opened before somebody
signed in elsewhere, or sent twice. Scripts fetch a fresh token; without them a page says it."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.utils import get_login_redirect_url
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import (
    REASON_BAD_ORIGIN,
    REASON_BAD_REFERER,
    REASON_NO_CSRF_COOKIE,
    get_token,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# Where somebody who is signed in already is only sent on.
WAYS_IN = {"account_login", "account_signup", "mfa_authenticate", "mfa_login_webauthn", "login"}


@require_safe
@never_cache
def form_token(request: HttpRequest) -> JsonResponse:
    """A token for forms, and the cookie that it fits; other sites cannot read it."""
    response = JsonResponse({"token": get_token(request)})
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def refuse(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answers in place of a view whose form cannot be trusted: nothing of it was taken."""
    if request.user.is_authenticated and _is_way_in(request):
        return redirect(get_login_redirect_url(request))
    heading, advice = _words(reason)
    if request.headers.get("HX-Request"):
        template, context = "_error.html", {"error": advice}
    else:
        template = "403_csrf.html"
        context = {"heading": heading, "advice": advice, "back": _page_of_form(request)}
    response = render(request, template, context, status=HTTPStatus.FORBIDDEN)
    response["X-CSRF-Failure"] = "1"
    return response


def _is_way_in(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in WAYS_IN


def _words(reason: str) -> tuple[str, str]:
    """What happened, and how to go on."""
    if reason == REASON_NO_CSRF_COOKIE:
        return _("No cookie came with the form"), _(
            "Nothing was taken of what was sent: without a cookie we cannot tell that it came from "
            "you. Allow cookies for this site, open the page again and send it once more."
        )
    if reason.startswith((REASON_BAD_ORIGIN.split(" %")[0], REASON_BAD_REFERER.split(" %")[0])):
        return _("The form came from another address"), _(
            "Nothing was taken of what was sent. Open the page on this site and send it from here."
        )
    return _("This page was out of date"), _(
        "Nothing was taken of what was sent: you have signed in or out since the page was opened, "
        "perhaps in another tab. Open it again and send it once more."
    )


def _page_of_form(request: HttpRequest) -> str:
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if is_ours else reverse("matching:home")
