from __future__ import annotations

import time
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

SECRETS = {"secret", "seed"}


class Command(BaseCommand):
    help = "Encrypts the secrets of second steps with the first of SECRETS_KEYS, also plain ones."

    def handle(self, **options: Any) -> None:
        started = time.monotonic()
        lost = sum(not _rotated(pk) for pk in Authenticator.objects.values_list("pk", flat=True))
        if lost:
            raise CommandError(f"{lost} cannot be read: add the key before to SECRETS_KEYS.")
        count = Authenticator.objects.count()
        self.stdout.write(f"{count} second steps, {time.monotonic() - started:.1f} s")


@transaction.atomic
def _rotated(pk: int) -> bool:
    """False where no key fits."""
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return True
    adapter = get_adapter()
    try:
        for name in SECRETS & row.data.keys():
            row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
    except InvalidToken:
        return False
    row.save(update_fields=["data"])
    return True
