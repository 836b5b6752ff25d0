from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.services.history import delete_searches, forgotten


class Command(BaseCommand):
    help = "Deletes old searches, with their photos, of visitors who have no account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="older than this; default: 30")
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *, days: int, dry_run: bool, **options: Any) -> None:
        if days < 0:
            raise CommandError("--days must not be negative.")
        started, old = time.monotonic(), forgotten(days)
        count = old.count() if dry_run else delete_searches(old)
        done = "would be deleted" if dry_run else "deleted"
        self.stdout.write(f"{count} searches {done}, {time.monotonic() - started:.1f} s")
