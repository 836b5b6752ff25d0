from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from matching.search.history import delete_searches, forgotten
from shoppers.favourites import forgotten_lists


class Command(BaseCommand):
    help = "Deletes what visitors without an account left: searches with their photos, favourites."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="older than this; default: 30")
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *, days: int, dry_run: bool, **options: Any) -> None:
        if days < 0:
            raise CommandError("--days must not be negative.")
        started, old, lists = time.monotonic(), forgotten(days), forgotten_lists(days)
        listed = lists.count()
        searched = old.count() if dry_run else delete_searches(old)
        if not dry_run:
            lists.delete()
        done = "would be deleted" if dry_run else "deleted"
        counts = f"{searched} searches and {listed} lists of favourites {done}"
        self.stdout.write(f"{counts}, {time.monotonic() - started:.1f} s")
