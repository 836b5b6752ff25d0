from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from catalog.importers.table_import import WEB
from catalog.importers.unlisted import ARCHIVE, ARCHIVE_ALL, KEEP
from jobs.command import JobCommand


class Command(JobCommand):
    help = (
        "Imports products: a table (CSV, TSV, XLSX), an export of Shopify or WooCommerce, a Google "
        "Merchant feed (XML, TSV), or a folder with styles.csv and images/<id>.jpg."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("path", help="the file, its web address, or the folder that holds it")
        parser.add_argument("--dry-run", action="store_true", help="report only, change nothing")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=NAME",
            help='what a column is: --map "Their column=price"; nothing after = leaves it out',
        )
        parser.add_argument(
            "--source",
            default="",
            help="whose file it is, for which --map is remembered; default: of the same columns",
        )
        parser.add_argument(
            "--unlisted",
            choices=[KEEP, ARCHIVE, ARCHIVE_ALL],
            default=KEEP,
            help="what becomes of products that the source listed before and lists no longer; "
            "archive stops before more than a fifth of them",
        )
        parser.add_argument("--limit", type=int, help="take only the first LIMIT rows")

    def handle(self, *, path: str, dry_run: bool, limit: int | None, **options: Any) -> None:
        is_web = str(path).startswith(WEB)
        place = Path(path)
        if not is_web and not place.exists():
            raise CommandError(f"There is nothing at {path}.")
        result = self.run_job(
            "import_products" if place.is_dir() else "import_table",
            here=options["here"],
            path=path if is_web else str(place.resolve()),
            columns=dict(map(_pair, options["map"])),
            source=options["source"],
            dry_run=dry_run,
            limit=limit,
            unlisted=options["unlisted"],
        )
        if dry_run:
            self.stdout.write("Dry run: nothing was changed.")
        self.stdout.write(
            "{rows} rows: {added} added, {updated} updated, {unchanged} unchanged, "
            "{skipped} skipped, {without_photo} without a photo, {problems} problems "
            "in {seconds} s".format(**result)
        )
        if options["unlisted"] != KEEP:
            self.stdout.write("{archived} archived, {held_back} held back".format(**result))


def _pair(text: str) -> tuple[str, str]:
    """Column and name; what a column is called may hold an equals sign itself."""
    column, sign, name = text.rpartition("=")
    if not sign or not column.strip():
        raise CommandError(f'--map takes "Their column=price", not {text!r}.')
    return column.strip(), name.strip()
