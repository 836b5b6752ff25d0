from argparse import ArgumentParser
from typing import Any

from catalog.models import Product
from jobs.command import JobCommand


class Command(JobCommand):
    help = "Fills the catalogue with the illustrated products that ship with the project."

    def add_arguments(self, parser: ArgumentParser) -> None:
        # The folder ships with the project and is read in seconds: never left to a worker.
        parser.add_argument("--if-needed", action="store_true", help="only into an empty catalogue")

    def handle(self, *, if_needed: bool, **options: Any) -> None:
        if if_needed and Product.objects.exists():
            self.stdout.write(f"The catalogue has {Product.objects.count()} products already.")
            return
        result = self.run_job("load_demo", here=True)
        self.stdout.write(
            "Demo catalogue: {added} added, {updated} updated, {unchanged} unchanged, "
            "{without_photo} without a photo in {seconds} s".format(**result)
        )
