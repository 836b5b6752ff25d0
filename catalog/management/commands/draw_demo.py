import csv
import time
from argparse import ArgumentParser
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

COLUMNS = (
    "id", "gender", "masterCategory", "subCategory", "articleType", "baseColour", "season", "year",
    "usage", "productDisplayName",
)  # fmt: skip
REPORT_EVERY = 100


class Command(BaseCommand):
    help = (
        "Writes the demo catalogue as a folder with styles.csv and images/, to train on or to "
        "import elsewhere."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="made if it is not there; must be empty")
        parser.add_argument(
            "--further", type=int, default=0, metavar="N", help="and N drawings more of the kind"
        )

    def handle(self, *, folder: Path, further: int, **options: Any) -> None:
        started = time.monotonic()
        if further < 0:
            raise CommandError("--further takes a number of drawings, 0 or more.")
        try:
            if folder.exists() and any(folder.iterdir()):
                raise CommandError(f"{folder} is not empty. Give a new folder.")
            (folder / "images").mkdir(parents=True)
            count = self._write(folder, further)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{folder}: {count} drawings in {time.monotonic() - started:.0f} s")

    def _write(self, folder: Path, further: int) -> int:
        """styles.csv comes last: a folder that has it is whole."""
        from catalog.demo import demo_products, further_drawings, render_all

        products = list(chain(demo_products(), further_drawings(further)))
        pictures = render_all(product.svg for product in products)
        for at, (product, picture) in enumerate(zip(products, pictures, strict=True), start=1):
            (folder / "images" / f"{product.sku}.jpg").write_bytes(picture)
            if at % REPORT_EVERY == 0:
                self.stdout.write(f"{at} of {len(products)}")
                self.stdout.flush()
        with (folder / "styles.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, COLUMNS)
            table.writeheader()
            for product in products:
                known = {"id": product.sku, "year": product.year}
                table.writerow({**product.labels, **known, "productDisplayName": product.name})
        return len(products)
