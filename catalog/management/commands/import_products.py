from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from jobs.command import JobCommand


class Command(JobCommand):
    help = "Imports a Kaggle-shaped folder: styles.csv and images/<id>.jpg."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("path", type=Path, help="the folder that holds styles.csv and images/")
        parser.add_argument("--dry-run", action="store_true", help="report only, change nothing")
        parser.add_argument("--limit", type=int, help="take only the first LIMIT rows")

    def handle(self, *, path: Path, dry_run: bool, limit: int | None, **options: Any) -> None:
        result = self.run_job(
            "import_products",
            here=options["here"],
            path=str(path.resolve()),
            dry_run=dry_run,
            limit=limit,
        )
        if dry_run:
            self.stdout.write("Dry run: nothing was changed.")
        self.stdout.write(
            "{rows} rows: {added} added, {updated} updated, {unchanged} unchanged, "
            "{skipped} skipped, {without_photo} without a photo, {problems} problems "
            "in {seconds} s".format(**result)
        )
