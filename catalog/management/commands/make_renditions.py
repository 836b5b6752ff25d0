from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from tqdm import tqdm

from catalog.models import Product
from catalog.photos import PhotoError, open_photo
from catalog.renditions import WIDTHS, draw_renditions, keep_renditions, widths_for


class Command(BaseCommand):
    help = "Makes the small WebP copies of photos that have none yet. Can be stopped and run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        started, made, unreadable = time.monotonic(), 0, 0
        large = Product.objects.with_photo().filter(photo_width__gt=WIDTHS[0]).order_by("pk")
        lacking = [row for row in large.iterator() if row.renditions != _wanted(row)]
        for product in tqdm(lacking, unit="photo", disable=not self.stderr.isatty()):
            if dry_run:
                continue
            try:
                _make(product)
            except (OSError, PhotoError) as error:
                unreadable += 1
                self.stderr.write(f"{product.sku}: the photo cannot be read: {error}")
                continue
            made += 1
        what = f"{len(lacking)} photos lack renditions" if dry_run else f"{made} photos done"
        seconds = time.monotonic() - started
        self.stdout.write(f"{what}, {unreadable} unreadable, {seconds:.1f} s")


def _make(product: Product) -> None:
    with product.photo.open("rb") as file:
        _, image = open_photo(file.read())
    keep_renditions(product.photo_digest, draw_renditions(image, product.photo_digest))
    Product.objects.filter(pk=product.pk).update(renditions=widths_for(*image.size))


def _wanted(product: Product) -> list[int]:
    return widths_for(product.photo_width or 0, product.photo_height or 0)
