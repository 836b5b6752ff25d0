from argparse import ArgumentParser
from typing import Any

from catalog.management.job_command import JobCommand


class Command(JobCommand):
    help = "Trains the attribute heads on the catalogue's labels and measures them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--backbone", help="default: the setting BACKBONE")
        parser.add_argument("--seed", type=int, default=0, help="default: 0")

    def handle(self, *, backbone: str | None, seed: int, **options: Any) -> None:
        result = self.run_job("train_heads", here=options["here"], backbone=backbone, seed=seed)
        self._print_figures(result["figures"])
        for key, why in result["skipped"].items():
            self.stdout.write(f"{key} was left out: {why}.")
        self.stdout.write(f"Heads and plots: {result['folder']}")
        self.stdout.write(
            "Version {version}: {products} products ({embedded} embedded, {cached} cached, "
            "{copied} copied, {unreadable} unreadable) in {seconds} s".format(**result)
        )
        self.stdout.write("To use them: python manage.py build_index")

    def _print_figures(self, figures: dict[str, dict[str, float]]) -> None:
        self.stdout.write("on products held out, near-duplicates kept together:")
        self.stdout.write("attribute    classes  rows  accuracy  macro-F1  top-3    ECE")
        for key, row in figures.items():
            self.stdout.write(
                f"{key:12} {row['classes']:7.0f} {row['rows']:5.0f}  {row['accuracy']:8.3f}"
                f"  {row['macro_f1']:8.3f}  {row['top_3']:5.3f}  {row['ece']:5.3f}"
            )
