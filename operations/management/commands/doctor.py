from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.doctor import Finding, examine, repair


class Command(BaseCommand):
    help = (
        "Looks whether all that is stored holds: files and their rows, drafts, jobs, sessions, "
        "vectors, backbones, the finder, heads and indexes. Names what does not, and exits with 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="mend what can be mended")

    def handle(self, **options: Any) -> None:
        started = time.monotonic()
        found = self._told(examine())
        if found and options["repair"]:
            self.stdout.write(f"{repair(found)} repairs. What is left:")
            found = self._told(examine())
        seconds = time.monotonic() - started
        if found:
            can = sum(one.mend is not None for one in found)
            raise CommandError(
                f"{len(found)} found, {can} of them for --repair to mend, {seconds:.1f} s"
            )
        self.stdout.write(f"All is well, {seconds:.1f} s")

    def _told(self, found: list[Finding]) -> list[Finding]:
        for one in found:
            self.stdout.write(str(one))
        return found
