"""Fills the catalogue with products that the project draws itself."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from catalog.demo import DemoProduct, demo_products, render
from catalog.importing import label_of
from catalog.ingest import Incoming, Ingest
from catalog.jobs import Report, job
from catalog.models import Attribute


@job("load_demo")
def load_demo(report: Report) -> dict[str, Any]:
    """Draws every demo product and writes what changed; returns counts and seconds."""
    started = time.monotonic()
    attributes = list(Attribute.objects.all())
    products = list(demo_products())
    ingest = Ingest(lambda line, text: report.log(f"drawing {line}: {text}"))
    done = 0
    report.progress(0, len(products), "drawing")

    def rendered(svg: str) -> bytes:
        nonlocal done
        done += 1
        report.progress(done, len(products), "drawing")
        return render(svg)

    incoming = (
        _incoming(at, product, attributes, partial(rendered, product.svg))
        for at, product in enumerate(products, start=1)
    )
    for _ in ingest.take(incoming):
        pass
    return ingest.counts.as_dict() | {"seconds": round(time.monotonic() - started, 1)}


def _incoming(at: int, product: DemoProduct, attributes: list[Attribute], read: Any) -> Incoming:
    return Incoming(
        line=at,
        sku=product.sku,
        name=product.name,
        read_photo=read,
        description=product.description,
        brand=product.brand,
        price=product.price,
        currency=product.currency,
        year=product.year,
        labels={row.key: label_of(product.labels, row.csv_column) for row in attributes},
    )
