from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from findmyvibe.accounts.data import archive_of, delete_everything_of


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "account/account.html")


@require_safe
@login_required
def my_data(request: HttpRequest) -> FileResponse:
    """Everything that is kept about the visitor, as a zip."""
    assert isinstance(request.user, User)
    return FileResponse(archive_of(request.user), as_attachment=True, filename="find-my-vibe.zip")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete_account(request: HttpRequest) -> HttpResponse:
    """Asks for the address of the account, typed out, and then forgets all of it."""
    assert isinstance(request.user, User)
    user, context = request.user, {}
    if request.method == "POST":
        if request.POST.get("confirmation", "").strip().lower() == name_of(user).lower():
            delete_everything_of(user)
            logout(request)
            messages.success(request, _("Your account is deleted, and all that belonged to it."))
            return redirect("matching:home")
        context["error"] = _("This is not the name of your account; nothing was deleted.")
    status = HTTPStatus.BAD_REQUEST if context else HTTPStatus.OK
    context["name"] = name_of(user)
    return render(request, "account/delete.html", context, status=status)


def name_of(user: User) -> str:
    return user.email or user.get_username()
