from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from api.access import keys
from api.models import ApiClient, ApiKey, Scope


class Command(BaseCommand):
    help = "Makes a key for a program; it is printed this once, and only its hash is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        known = ", ".join(Scope)
        parser.add_argument("client", help="name of the program; made if it is a new one")
        parser.add_argument(
            "--scope", action="append", default=[], help=f"{known}; may be repeated"
        )
        parser.add_argument(
            "--origin",
            action="append",
            default=[],
            help="makes a publishable key for pages of https://shop.example; may be repeated",
        )
        parser.add_argument("--expires-in", type=int, metavar="DAYS", help="default: never")
        parser.add_argument(
            "--rotate",
            metavar="PREFIX",
            help="make one like this key of the program instead, which ends after a day",
        )

    def handle(self, *, client: str, rotate: str | None, **options: Any) -> None:
        row, secret = _rotated(client, rotate) if rotate else _made(client, **options)
        self.stdout.write(secret)
        scopes = ", ".join(row.scopes)
        ends = f"until {row.expires_at:%Y-%m-%d}" if row.expires_at else "for ever"
        self.stderr.write(f"{row.get_kind_display()}. Scopes: {scopes}; {ends}.")


def _rotated(client: str, prefix: str) -> tuple[ApiKey, str]:
    row = ApiKey.objects.live().filter(client__name=client, prefix=prefix.rstrip("…")).first()
    if row is None:
        raise CommandError(f"{client} has no live key {prefix}.")
    return keys.rotate(row)


def _made(
    client: str, *, scope: list[str], origin: list[str], expires_in: int | None, **options: Any
) -> tuple[ApiKey, str]:
    kind = ApiKey.Kind.PUBLISHABLE if origin else ApiKey.Kind.SECRET
    if expires_in is not None and expires_in < 1:
        raise CommandError("--expires-in must be at least 1.")
    end = None if expires_in is None else timezone.now() + timedelta(days=expires_in)
    wanted = keys.Wanted(kind, scope or [Scope.SEARCH], origin, end)
    try:
        keys.check(wanted)
    except keys.KeyWishError as error:
        raise CommandError(str(error)) from error
    return keys.issue(ApiClient.objects.get_or_create(name=client)[0], wanted)
