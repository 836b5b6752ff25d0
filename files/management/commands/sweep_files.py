from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from files.sweeping import Swept, sweep, sweep_all


class Command(BaseCommand):
    help = (
        "For a timer: deletes files that nothing refers to any more, such as those of a deletion "
        "that was stopped before its end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also look for files without a row")

    def handle(self, **options: Any) -> None:
        started = time.monotonic()
        swept = sweep_all() if options["all"] else Swept(sweep())
        seconds = time.monotonic() - started
        self.stdout.write(
            f"{swept.deleted} files deleted, {swept.unlisted} without a row, {seconds:.1f} s"
        )
