from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operations.backup import BackupError, write_backup


class Command(BaseCommand):
    help = (
        "Writes database, photos and artifacts into one tar file while the site goes on. The "
        "secret key and .env are not in it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the tar file to make")

    def handle(self, *, file: Path, **options: Any) -> None:
        started = time.monotonic()
        try:
            write_backup(file, self.stdout.write)
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from error
        size = file.stat().st_size / 1e6
        self.stdout.write(f"{file}: {size:,.1f} MB, {time.monotonic() - started:.1f} s")
