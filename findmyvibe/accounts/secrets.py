"""The secrets of second steps, encrypted at rest with a key that the settings name."""

from __future__ import annotations

import base64
import hashlib

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

BEGINNING = "gAAAA"  # of all that Fernet encrypts; no secret in base32 or hex begins so


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Also what an earlier release kept as it is. Raises cryptography's InvalidToken where no
        key fits."""
        if not encrypted_text.startswith(BEGINNING):
            return encrypted_text
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """The first key encrypts, all of them decrypt."""
    keys = settings.SECRETS_KEYS or [settings.SECRET_KEY]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    digest = hashlib.sha256(b"secrets of second steps" + key.encode()).digest()
    return base64.urlsafe_b64encode(digest)
