"""Tokens of shoppers: given for what the sign-in of the pages asks for, and taken back."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import User, update_last_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from api.access.shoppers import may_sign_in
from api.models import ShopperToken
from api.problems import ProblemError

MOST_TOKENS = 20
# How long allauth goes on counting the guesses of one address.
SECONDS_OF_GUESSING = 300


def sign_in(
    request: HttpRequest, *, email: str, password: str, code: str = ""
) -> tuple[ShopperToken, str]:
    """The row and the token itself, which is told this once. Raises problems."""
    user = _user(request, email, password)
    _check_second_step(user, code)
    if settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory" and not _is_confirmed(user):
        raise ProblemError("address-unconfirmed")
    made: tuple[ShopperToken, str] = ShopperToken.objects.create(
        user, session_hash=user.get_session_auth_hash()
    )
    newest = tokens_of(user).values_list("pk", flat=True)[:MOST_TOKENS]
    tokens_of(user).exclude(pk__in=list(newest)).delete()
    update_last_login(User, user)
    return made


def tokens_of(user: Any) -> Any:
    """Newest first."""
    return ShopperToken.objects.filter(user=user)


def _user(request: HttpRequest, email: str, password: str) -> User:
    """Guesses are counted with those on the pages."""
    try:
        user = get_adapter().authenticate(request, email=email, password=password)
    except ValidationError as error:
        wait = {"Retry-After": str(SECONDS_OF_GUESSING)}
        raise ProblemError("limited", headers=wait) from error
    if user is None or not may_sign_in(user):
        raise ProblemError("sign-in-wrong")
    return user


def _check_second_step(user: User, code: str) -> None:
    if not is_mfa_enabled(user):
        return
    if not code:
        raise ProblemError("code-missing")
    form = AuthenticateForm({"code": code}, user=user)
    if not form.is_valid():
        raise ProblemError("sign-in-wrong")
    form.authenticator.record_usage()


def _is_confirmed(user: User) -> bool:
    return bool(EmailAddress.objects.filter(user=user, verified=True).exists())
