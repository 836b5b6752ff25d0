"""One search by photo, from its bytes to matches, with the finder and without, side by side.

    python -m benchmarks.query FOLDER [--count 40] [--rounds 5] [--json FILE]

FOLDER holds JPEG files. They are searched with as /predict/ does, in this process, in the live
index of DATA_DIR; what is kept of a search in the database is not counted.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "findmyvibe.settings")
django.setup()

from django.conf import settings  # noqa: E402

from benchmarks.common import jpegs, machine, side_by_side, table, write_json  # noqa: E402
from matching.models import Search  # noqa: E402
from matching.search.ask import Ask, Asker  # noqa: E402
from matching.search.find import look_up  # noqa: E402

WITH, WITHOUT = "with the finder", "without: the photo as a whole"


def searching(photos: Sequence[bytes], finder: str) -> Callable[[], None]:
    asker = Asker(Search.Source.COMMAND)

    def run() -> None:
        settings.FINDER = finder
        for photo in photos:
            look_up(Ask(photo), asker=asker)

    return run


def garments_of(photos: Sequence[bytes]) -> float:
    """How many are found in a photo, on average."""
    asker = Asker(Search.Source.COMMAND)
    found = [len(look_up(Ask(photo), asker=asker).search.garments) for photo in photos]
    return sum(found) / len(found)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=40, help="photos; default: 40")
    parser.add_argument("--rounds", type=int, default=5, help="default: 5")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    files = jpegs(chosen.folder, (480, 640), chosen.count, Path())
    photos, finder = [file.read_bytes() for file in files], settings.FINDER
    told, garments = machine(), garments_of(photos)
    print(", ".join(f"{name} {value}" for name, value in told.items()))
    print(f"{garments:.1f} garments a photo")
    spent = side_by_side(
        {WITHOUT: searching(photos, ""), WITH: searching(photos, finder)}, chosen.rounds
    )
    result = table(spent, len(photos), WITHOUT)
    about = {"machine": told, "photos": len(photos), "garments": garments}
    write_json(chosen.json, about | {"query": result})


if __name__ == "__main__":
    main()
