from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from matching import runtime
from matching.engine.backbone import Backbone
from matching.engine.errors import BackboneError
from matching.engine.installing.export import folder_size
from matching.engine.installing.trial import milliseconds_per_image

COLUMNS = "{:<28} {:<9} {:>5} {:<9} {:>9} {:>9}  {}"

KEPT = "the index"


class Command(BaseCommand):
    help = "Lists the backbones that can be used, and what each costs per picture here."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-timing", action="store_true", help="do not measure")

    def handle(self, *, no_timing: bool, **options: Any) -> None:
        self.stdout.write(
            COLUMNS.format("name", "from", "dim", "precision", "size", "per image", "").rstrip()
        )
        live = live_backbone()
        seen: dict[str, Path] = {}
        for place, folder in folders():
            hidden = seen.setdefault(folder.name, folder) != folder
            self.stdout.write(row(place, folder, live, hidden=hidden, timed=not no_timing))
        if live and not any(is_same(folder, live) for folder in seen.values()):
            self.stdout.write(row(KEPT, live.folder, live, hidden=False, timed=not no_timing))
            self.stdout.write(
                f"{live.name} was replaced or removed; the index serves with the one it keeps "
                "until you run: python manage.py build_index"
            )


def folders() -> list[tuple[str, Path]]:
    """Installed ones first: they hide bundled ones of the same name."""
    roots = {"installed": runtime.backbones_root(), "bundled": Path(settings.BUNDLED_BACKBONES_DIR)}
    return [
        (place, manifest.parent)
        for place, root in roots.items()
        for manifest in sorted(root.glob("[!.]*/manifest.json"))
    ]


def live_backbone() -> Backbone | None:
    try:
        return runtime.built().backbone
    except runtime.NotReadyError:
        return None


def is_same(folder: Path, live: Backbone) -> bool:
    try:
        return Backbone(folder).fingerprint == live.fingerprint
    except BackboneError:
        return False


def row(place: str, folder: Path, live: Backbone | None, *, hidden: bool, timed: bool) -> str:
    name = live.name if live and place == KEPT else folder.name
    try:
        backbone = Backbone(folder, threads=settings.VISION_THREADS or None)
        cost = f"{milliseconds_per_image(backbone):.1f} ms" if timed else "-"
    except BackboneError as error:
        return f"{name:<28} {place:<9} cannot be used: {error}"
    marks = {
        "live": live is not None and backbone.fingerprint == live.fingerprint and not hidden,
        "chosen": name == settings.BACKBONE and not hidden and place != KEPT,
        "hidden by the installed one": hidden,
    }
    return COLUMNS.format(
        name,
        place,
        backbone.dimension,
        str(backbone.manifest.get("precision", "fp32")),
        f"{folder_size(folder) / 1e6:.1f} MB",
        cost,
        ", ".join(mark for mark, holds in marks.items() if holds),
    ).rstrip()
