"""Makes the bundled backbone from a Kaggle-shaped folder of product photos."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from matching.engine.vibe_mini.train import Progress, TrainConfig, train_backbone


def main(arguments: list[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    config = TrainConfig(**vars(options))
    folder = train_backbone(config, _Lines())
    sys.stdout.write(f"Written to {folder}.\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m matching.engine.vibe_mini", description=__doc__
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder with styles.csv and images/")
    add(
        "--snapshots",
        type=Path,
        help="folder with images.csv (image, sender_id, label) and images/",
    )
    add("--no-garment", type=Path, help="folder of JPEG photos that show nothing to wear")
    add("--demo", type=Path, help="the drawn demo catalogue, shaped like --data")
    add("--out", type=Path, default=Path("var/training/export/vibe-mini"), help="%(default)s")
    add("--work", type=Path, default=Path("var/training"), help="checkpoint and cache: %(default)s")
    add("--resume", action="store_true", help="go on from the checkpoint in --work")
    add("--epochs", type=float, default=20.0, help="passes at the constant rate: %(default)s")
    add("--cooldown", type=float, default=2.0, help="passes of the cool-down: %(default)s")
    add("--minutes", type=float, default=0.0, help="end the constant rate after this")
    add("--cooldown-minutes", type=float, default=0.0, help="end the cool-down after this")
    add("--export-only", action="store_true", help="write the last cool-down's folder anew")
    add("--seed", type=int, default=0, help="%(default)s")
    add("--side", type=int, default=80, help="pixels a side: %(default)s")
    add("--threads", type=int, default=2, help="%(default)s")
    return parser


class _Lines:
    """One line for each report, with the speed."""

    def __init__(self) -> None:
        self._last = (0, time.monotonic())

    def __call__(self, progress: Progress) -> None:
        if not progress.losses:
            sys.stdout.write(f"{time.strftime('%H:%M:%S')} {progress.stage}\n")
        else:
            (step, moment), self._last = self._last, (progress.step, time.monotonic())
            pace = (time.monotonic() - moment) / max(1, progress.step - step)
            losses = " ".join(f"{name} {value:.3f}" for name, value in progress.losses.items())
            where = f"{progress.stage} {progress.step}/{progress.steps}"
            sys.stdout.write(f"{time.strftime('%H:%M:%S')} {where} {pace:.2f} s/step {losses}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
