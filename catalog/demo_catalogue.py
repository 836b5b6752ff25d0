"""Fills the catalogue with products that the project draws itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from catalog.importers.folder import label_of
from catalog.importers.writer import Incoming, Ingest
from catalog.models import Attribute
from jobs.queue import Report

if TYPE_CHECKING:
    from catalog.demo import DemoProduct


def load_demo(report: Report) -> dict[str, Any]:
    """Draws every demo product and writes what changed; returns counts and seconds."""
    from catalog.demo import demo_products, render_all

    started = time.monotonic()
    attributes = list(Attribute.objects.all())
    products = list(demo_products())
    ingest = Ingest(lambda line, text: report.log(f"drawing {line}: {text}"))
    pictures = render_all(product.svg for product in products)
    for _ in ingest.take(_drawn(products, pictures, attributes, report)):
        pass
    return ingest.counts.as_dict() | {"seconds": round(time.monotonic() - started, 1)}


def _drawn(
    products: list[DemoProduct],
    pictures: Iterator[bytes],
    attributes: list[Attribute],
    report: Report,
) -> Iterator[Incoming]:
    report.progress(0, len(products), "drawing")
    for at, (product, picture) in enumerate(zip(products, pictures, strict=True), start=1):
        yield _incoming(at, product, picture, attributes)
        report.progress(at, len(products), "drawing")


def _incoming(
    at: int, product: DemoProduct, picture: bytes, attributes: list[Attribute]
) -> Incoming:
    return Incoming(
        line=at,
        sku=product.sku,
        name=product.name,
        read_photo=lambda: picture,
        description=product.description,
        brand=product.brand,
        price=product.price,
        currency=product.currency,
        year=product.year,
        labels={row.key: label_of(product.labels, row.csv_column) for row in attributes},
    )
