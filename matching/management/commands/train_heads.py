from argparse import ArgumentParser
from typing import Any

from jobs.command import JobCommand

GARMENT = {
    "bundled": "What is no garment: the detector that came with the backbone is kept.",
    "made": "What is no garment: learnt from the photos of the catalogue and drawn pictures.",
    "none": "What is no garment: not learnt, 20 photos are needed; no picture will be refused.",
}
DOUBTED = (
    "The backbone knows these photos, or ones just like them, so the confidences of {} are lowered "
    "to hold for other photos too; here they are too modest, which is part of the ECE above."
)


class Command(JobCommand):
    help = "Trains the attribute heads on the catalogue's labels and measures them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--backbone", help="default: the setting BACKBONE")
        parser.add_argument("--seed", type=int, default=0, help="default: 0")
        parser.add_argument(
            "--zero-shot",
            nargs="?",
            const="lacking",
            choices=["lacking", "all"],
            help="name the values of an attribute by words, with the text tower of the backbone. "
            "Alone, or with 'lacking': only attributes that have too few labels and no head that "
            "came with the backbone; the others are trained as usual. With 'all': every attribute, "
            "and no label is learnt from (where there are labels, they measure it)",
        )

    def handle(
        self, *, backbone: str | None, seed: int, zero_shot: str | None, **options: Any
    ) -> None:
        result = self.run_job(
            "train_heads", here=options["here"], backbone=backbone, seed=seed, zero_shot=zero_shot
        )
        words = result["named_by_words"]
        self._print_figures(result["figures"], all_by_words=zero_shot == "all")
        for key, count in words.items():
            self.stdout.write(f"{key} is named by words alone: {count} values.")
        if result["doubted"]:
            self.stdout.write(DOUBTED.format(", ".join(result["doubted"])))
        self.stdout.write(GARMENT[result["garment"]])
        for key, why in result["skipped"].items():
            self.stdout.write(f"{key} was left out: {why}.")
        self.stdout.write(f"Heads and plots: {result['folder']}")
        self.stdout.write(
            "Version {version}: {products} products ({embedded} embedded, {cached} cached, "
            "{copied} copied, {unreadable} unreadable) in {seconds} s".format(**result)
        )
        self.stdout.write("To use them: python manage.py build_index")

    def _print_figures(self, figures: dict[str, dict[str, float]], *, all_by_words: bool) -> None:
        if not figures:
            return
        learnt = "on products held out, near-duplicates kept together:"
        self.stdout.write("on all products with a label:" if all_by_words else learnt)
        self.stdout.write("attribute    classes  rows  accuracy  macro-F1  top-3    ECE")
        for key, row in figures.items():
            self.stdout.write(
                f"{key:12} {row['classes']:7.0f} {row['rows']:5.0f}  {row['accuracy']:8.3f}"
                f"  {row['macro_f1']:8.3f}  {row['top_3']:5.3f}  {row['ece']:5.3f}"
            )
