"""`python -m lab draw_demo`: the drawn catalogue as a folder with styles.csv and images/."""

from __future__ import annotations

import csv
import shutil
import time
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from io import StringIO
from itertools import chain
from pathlib import Path

from lab import LabError
from lab.drawings import DemoProduct, demo_products, further_drawings, render_all

HELP = (
    "Draws the demo catalogue that ships with the project, or, in a folder of its own and with "
    "more drawings of the kind, something to train on."
)
DEMO = Path(__file__).parent.parent / "demo"
COLUMNS = (
    "id", "gender", "masterCategory", "subCategory", "articleType", "baseColour", "season", "year",
    "usage", "productDisplayName", "brand", "price", "currency", "description",
)  # fmt: skip
REPORT_EVERY = 100


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        type=Path,
        nargs="?",
        help="made if it is not there; must be empty. Without it, demo/ is drawn anew",
    )
    parser.add_argument(
        "--further", type=int, default=0, metavar="N", help="and N drawings more of the kind"
    )


def run(*, folder: Path | None, further: int) -> None:
    """Raises LabError."""
    started = time.monotonic()
    _check(folder, further)
    products = list(chain(demo_products(), further_drawings(further)))
    target = folder or DEMO
    try:
        _make_room(target)
        _write(target, products)
    except OSError as error:
        raise LabError(str(error)) from error
    print(f"{target}: {len(products)} drawings in {time.monotonic() - started:.0f} s")


def _check(folder: Path | None, further: int) -> None:
    if find_spec("resvg_py") is None:
        raise LabError("resvg-py is not installed. Run: pip install -r lab/requirements.txt")
    if further < 0:
        raise LabError("--further takes a number of drawings, 0 or more.")
    if further and folder is None:
        raise LabError("--further needs a folder: demo/ holds the catalogue and nothing else.")
    if folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LabError(f"{folder} is not empty. Give a new folder.")


def _make_room(folder: Path) -> None:
    (folder / "styles.csv").unlink(missing_ok=True)
    shutil.rmtree(folder / "images", ignore_errors=True)
    (folder / "images").mkdir(parents=True)


def _write(folder: Path, products: Sequence[DemoProduct]) -> None:
    """styles.csv comes last: a folder that has it is whole."""
    pictures = render_all(product.svg for product in products)
    for at, (product, picture) in enumerate(zip(products, pictures, strict=True), start=1):
        (folder / "images" / f"{product.sku}.webp").write_bytes(picture)
        if at % REPORT_EVERY == 0:
            print(f"{at} of {len(products)}", flush=True)
    (folder / "styles.csv").write_text(styles_csv(products), encoding="utf-8", newline="")


def styles_csv(products: Iterable[DemoProduct]) -> str:
    """The table of a Kaggle-shaped folder, with what the importer reads beyond its columns."""
    out = StringIO()
    table = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(_row(product) for product in products)
    return out.getvalue()


def _row(product: DemoProduct) -> dict[str, object]:
    return product.labels | {
        "id": product.sku,
        "year": product.year,
        "productDisplayName": product.name,
        "brand": product.brand,
        "price": product.price,
        "currency": product.currency,
        "description": product.description,
    }
