from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from catalog.models import Media, Pictured, Product
from catalog.photo_files import STORAGE, names_of, write_renditions
from catalog.photos import PhotoError
from catalog.renditions import WIDTHS, widths_for
from files import ledger


class Command(BaseCommand):
    help = "Makes the small WebP copies of photos that have none yet. Can be stopped and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        started, made, unreadable = time.monotonic(), 0, 0
        lacking = [*_lacking(Product), *_lacking(Media)]
        for row in tqdm(lacking, unit="photo", disable=not self.stderr.isatty()):
            if dry_run:
                continue
            try:
                _make(row)
            except (OSError, PhotoError) as error:
                unreadable += 1
                self.stderr.write(f"{row}: the photo cannot be read: {error}")
                continue
            made += 1
        what = f"{len(lacking)} photos lack renditions" if dry_run else f"{made} photos done"
        seconds = time.monotonic() - started
        self.stdout.write(f"{what}, {unreadable} unreadable, {seconds:.1f} s")


def _lacking(model: type[Pictured]) -> list[Pictured]:
    large = model._default_manager.filter(photo_width__gt=WIDTHS[0]).order_by("pk")
    return [row for row in large.iterator() if row.renditions != _wanted(row)]


def _make(row: Pictured) -> None:
    with row.photo.open("rb") as file:
        widths = write_renditions(file.read(), row.photo_digest)
    with transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(renditions=widths)
        ledger.keep(STORAGE, names_of(str(row.photo.name), row.photo_digest, widths))


def _wanted(row: Pictured) -> list[int]:
    return widths_for(row.photo_width or 0, row.photo_height or 0)
