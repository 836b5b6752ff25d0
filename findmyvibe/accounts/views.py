from __future__ import annotations

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from findmyvibe.accounts.data import archive_of, delete_everything_of, is_last_admin
from shoppers.visitor import name_of


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    kinds = list(Authenticator.objects.filter(user=request.user).values_list("type", flat=True))
    context = {
        "name": name_of(request.user),
        "asks_to_confirm": settings.ACCOUNT_EMAIL_VERIFICATION != "none",
        "unconfirmed": EmailAddress.objects.filter(user=request.user, verified=False).first(),
        "app": _("app on") if Authenticator.Type.TOTP in kinds else _("app off"),
        "keys": _keys(kinds.count(Authenticator.Type.WEBAUTHN)),
    }
    return render(request, "account/account.html", context)


def _keys(count: int) -> str:
    said = ngettext("%(keys)s key or passkey", "%(keys)s keys or passkeys", count)
    return said % {"keys": count}


@require_safe
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
def my_data(request: HttpRequest) -> FileResponse:
    """Everything that is kept about the visitor, as a zip."""
    assert isinstance(request.user, User)
    return FileResponse(archive_of(request.user), as_attachment=True, filename="find-my-vibe.zip")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def delete_account(request: HttpRequest) -> HttpResponse:
    """Asks for the address of the account, typed out, and then forgets all of it."""
    assert isinstance(request.user, User)
    if request.method != "POST":
        return _delete_page(request)
    if request.POST.get("confirmation", "").strip().lower() != name_of(request.user).lower():
        return _delete_page(
            request, _("This is not the name of your account; nothing was deleted.")
        )
    if is_last_admin(request.user):
        return _delete_page(request, _("Nobody else can run this shop; make another admin first."))
    delete_everything_of(request.user)
    logout(request)
    messages.success(request, _("Your account is deleted, and all that belonged to it."))
    return redirect("matching:home")


def _delete_page(request: HttpRequest, error: str = "") -> HttpResponse:
    context = {"error": error, "name": name_of(request.user)}
    status = HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK
    return render(request, "account/delete.html", context, status=status)
