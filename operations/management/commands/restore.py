from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.backup import BackupError
from operations.restore import restore_backup


class Command(BaseCommand):
    help = "Brings a backup back: into an empty database, empty folders or an empty bucket."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `backup` wrote")

    def handle(self, *, file: Path, **options: Any) -> None:
        started = time.monotonic()
        try:
            manifest = restore_backup(file, self.stdout.write)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        seconds = time.monotonic() - started
        self.stdout.write(f"Restored what was backed up at {manifest['created']}, {seconds:.1f} s")
