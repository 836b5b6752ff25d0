from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from operations.timetable import run_due


class Command(BaseCommand):
    help = (
        "For cron, every ten minutes where nothing runs celery beat: starts what is due by the "
        "timetable, here."
    )

    def handle(self, **options: Any) -> None:
        started = time.monotonic()
        names = run_due()
        what = ", ".join(names) or "nothing was due"
        self.stdout.write(f"{what}, {time.monotonic() - started:.1f} s")
