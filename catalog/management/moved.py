"""The base of commands that are no longer part of the site."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError


class MovedCommand(BaseCommand):
    """Takes whatever the command took and says what replaces it."""

    instead: ClassVar[str]
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv(argv[:2])

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError(
            f"This is done in the laboratory now, with the same options: {self.instead} "
            "(once: pip install -r lab/requirements.txt)"
        )
