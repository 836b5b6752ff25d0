from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import SignupForm
from allauth.core import ratelimit
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from catalog.turns import hold


class SignUpForm(SignupForm):  # type: ignore[misc]
    """Of two sign-ups by one form at once, the second goes on with the account of the first."""

    def try_save(self, request: HttpRequest) -> tuple[Any, HttpResponse | None]:
        email, password = self.cleaned_data["email"], self.cleaned_data["password1"]
        with transaction.atomic():
            hold(f"sign-up of {email.lower()}")
            known = get_user_model().objects.filter(email__iexact=email).exists()
            if self.account_already_exists or not known:
                user, answer = super().try_save(request)
                return user, answer
        user = get_adapter().authenticate(request, email=email, password=password)
        return user, None if user else redirect("account_login")


class StaffLoginForm(AdminAuthenticationForm):
    """The admin's own, no weaker than the shop's: wrong guesses are counted, and nobody gets round
    a second step."""

    def clean(self) -> dict[str, Any]:
        name = str(self.cleaned_data.get("username", "")).lower()
        # By address too: the guesses of a stranger do not lock the owner out.
        address = get_adapter().get_client_ip(self.request)
        guess = {"action": "login_failed", "key": f"{name}:{address}"}
        if not ratelimit.consume(self.request, **guess, dry_run=True):
            raise ValidationError(_("Too many wrong guesses. Try again later."), code="too_many")
        try:
            return super().clean()
        except ValidationError:
            ratelimit.consume(self.request, **guess)
            raise

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if is_mfa_enabled(user):
            message = _("This account has a second step: sign in on the site, then come back.")
            raise ValidationError(message, code="second_step")
