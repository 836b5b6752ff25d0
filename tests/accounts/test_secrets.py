from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import InvalidToken
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client

from findmyvibe.accounts.secrets import MfaAdapter

SECRET = "JBSWY3DPEHPK3PXP"
pytestmark = pytest.mark.django_db


@pytest.fixture
def step(anna: User) -> Authenticator:
    return TOTP.activate(anna, SECRET).instance


def test_a_secret_is_kept_encrypted_and_read_again(step: Authenticator) -> None:
    assert SECRET not in str(step.data)
    assert MfaAdapter().decrypt(step.data["secret"]) == SECRET


def test_keys_are_changed_without_losing_a_secret(step: Authenticator, settings: Any) -> None:
    settings.SECRETS_KEYS = ["new", settings.SECRET_KEY]
    call_command("rotate_secrets")
    settings.SECRETS_KEYS = ["new"]
    step.refresh_from_db()
    assert MfaAdapter().decrypt(step.data["secret"]) == SECRET
    settings.SECRETS_KEYS = ["another"]
    with pytest.raises(InvalidToken):
        MfaAdapter().decrypt(step.data["secret"])
    with pytest.raises(CommandError, match="1 cannot be read: add the key before"):
        call_command("rotate_secrets")


def test_what_an_earlier_release_kept_is_read_and_encrypted(step: Authenticator) -> None:
    Authenticator.objects.update(data={"secret": SECRET})
    assert MfaAdapter().decrypt(SECRET) == SECRET
    call_command("rotate_secrets")
    step.refresh_from_db()
    assert MfaAdapter().decrypt(step.data["secret"]) == SECRET != step.data["secret"]


def test_staff_see_that_there_is_a_step_and_not_its_secret(step: Authenticator) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(clerk)
    page = client.get(f"/admin/mfa/authenticator/{step.pk}/change/")
    assert page.status_code == 200
    assert step.data["secret"] not in page.content.decode()
    assert "secret" not in page.content.decode()
