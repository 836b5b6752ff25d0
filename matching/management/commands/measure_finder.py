from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from jobs.command import shown_work
from matching.management.commands.evaluate_matcher import positive
from matching.measuring.finding import measure_changes, measure_masks

TOLD = {
    "recall": "garments found, at an overlap of .5",
    "recall_near": "garments found, at an overlap of .3",
    "precision": "boxes that are garments, at .3",
    "kind": "of those found at .5, kind right",
    "type": "of those found at .5, item type right",
    "refused": "photos refused",
    "boxes": "boxes a photo",
}


class Command(BaseCommand):
    help = (
        "Measures how garments are found: in a folder with photos/, masks/ and labels.csv where "
        "each is, in one with styles.csv and images/ what turning, framing and light do to a "
        "product's photo. docs/measuring.md says how to read it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="folder of photos with masks, or of products")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
        parser.add_argument(
            "--limit", type=positive, metavar="N", help="N photos drawn at random; default: all"
        )
        parser.add_argument("--seed", type=int, default=0, help="of that draw; default: 0")

    def handle(self, *, path: Path, limit: int | None, seed: int, **options: Any) -> None:
        has_masks = (path / "masks").is_dir()
        measure = measure_masks if has_masks else measure_changes
        with shown_work(self.stdout) as report:
            result = measure(report, path=path, limit=limit, seed=seed)
            if options["json"]:
                options["json"].write_text(json.dumps(result, indent=1) + "\n")
        if has_masks:
            self._print_masks(result)
        else:
            self._print_changes(result)

    def _print_masks(self, result: dict[str, Any]) -> None:
        for key, told in TOLD.items():
            value = "-" if result[key] is None else f"{result[key]:.3f}"
            self.stdout.write(f"{told:40} {value:>6}")
        counts = result["counts"]
        self.stdout.write(
            f"Measured {counts['photos']} photos with {counts.get('garments', 0)} garments "
            f"in {result['seconds']} s."
        )

    def _print_changes(self, result: dict[str, Any]) -> None:
        self.stdout.write(f"{'':26}{'accepted':>10}{'item type':>11}")
        for name, figures in result["changes"].items():
            accepted, right = figures["accepted"], figures["type"]
            self.stdout.write(f"{name:26}{accepted:10.3f}{right:11.3f}")
        self.stdout.write(
            f"Measured {result['counts']['measured']} products, each in {len(result['changes'])} "
            f"ways, in {result['seconds']} s."
        )
