from __future__ import annotations

import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from PIL import Image

from catalog.models import Product
from matching import runtime
from matching.engine.errors import EngineError
from matching.engine.installing.export import ExportReport, export_checkpoint, name_for
from matching.engine.installing.quantize import Int8Trial, quantize_images
from matching.engine.installing.trial import drawn_pictures, smoke_test
from pictures import PictureError

DEFAULT = "patrickjohncyh/fashion-clip"
SAMPLES = 200
FEWEST_SAMPLES = 20


class Command(BaseCommand):
    help = "Installs a CLIP-like checkpoint of the Hugging Face hub, or of a folder, as a backbone."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "source", nargs="?", default=DEFAULT, help=f"hub id or folder; default: {DEFAULT}"
        )
        parser.add_argument("--name", help="default: the last part of the source")
        parser.add_argument("--revision", help="of a hub id: a branch, tag or commit")
        parser.add_argument(
            "--precision",
            choices=["fp32", "int8", "auto"],
            default="fp32",
            help="int8 where sample photos allow it; auto: and where it is faster; default: fp32",
        )
        parser.add_argument("--force", action="store_true", help="replace one of the same name")

    def handle(
        self, *, source: str, name: str | None, precision: str, force: bool, **options: Any
    ) -> None:
        name = name or name_for(source)
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
            raise CommandError(
                f"A backbone cannot be called {name!r}: letters, digits, . _ - only."
            )
        if (Path(settings.BUNDLED_BACKBONES_DIR) / name).exists() and not force:
            raise CommandError(f"{name} is bundled; hide it with --force or choose another --name.")

        def finish(folder: Path) -> None:
            if precision != "fp32":
                self._try_int8(folder, only_if_faster=precision == "auto")
            self.stdout.write("trying what was installed")
            smoke_test(folder)

        try:
            report = export_checkpoint(
                source,
                runtime.backbones_root() / name,
                name=name,
                revision=options["revision"],
                replace=force,
                finish=finish,
                on_progress=self.stdout.write,
            )
        except (EngineError, PictureError) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The backbone cannot be written: {error}.") from error
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was installed.", returncode=130) from None
        self.stdout.write(summary(report))

    def _try_int8(self, folder: Path, *, only_if_faster: bool) -> None:
        photos: list[bytes] | list[Image.Image] = catalogue_photos(SAMPLES)
        kind = "photos of the catalogue"
        if len(photos) < FEWEST_SAMPLES:
            photos, kind = drawn_pictures(SAMPLES), "drawn pictures"
        self.stdout.write(f"trying int8 on {len(photos)} {kind}")
        self.stdout.write(verdict(quantize_images(folder, photos, only_if_faster=only_if_faster)))


def catalogue_photos(most: int) -> list[bytes]:
    """Photos of the catalogue, the same ones each time; none where there is no database yet."""
    photos = []
    try:
        products = Product.objects.active().with_photo().order_by("photo_digest")[:most]
        names = list(products.values_list("photo", flat=True))
    except DatabaseError:
        return []
    for name in names:
        try:
            with default_storage.open(name) as file:
                photos.append(bytes(file.read()))
        except OSError:
            continue
    return photos


def verdict(trial: Int8Trial) -> str:
    facts = (
        f"lowest cosine to fp32 {trial.cosine:.4f}, the same best three in {trial.agreement:.1%}, "
        f"{trial.gain:.2f} times as fast"
    )
    return f"int8 is kept: {facts}" if trial.kept else f"fp32 is kept, int8 falls short: {facts}"


def summary(report: ExportReport) -> str:
    return (
        f"Installed {report.name}: {report.size / 1e6:.1f} MB, {report.dimension} dimensions, "
        f"cosine to torch {report.cosine:.6f}, {report.seconds:.0f} s. To use it: set "
        f"BACKBONE={report.name}, then run: python manage.py train_heads && "
        "python manage.py build_index"
    )
