"""Keeps a vector for every active product's photo, embedding only what is new or changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from django.core.files.storage import default_storage
from django.db.models import F, OuterRef, QuerySet, Subquery

from catalog.models import Product
from jobs.queue import Report
from matching.engine.arrays import Floats, Ids
from matching.engine.backbone import Backbone
from matching.models import Embedding
from pictures import PictureError

BATCH = 256


@dataclass(frozen=True)
class EmbedCounts:
    """`cached` had a vector already; `copied` got that of another product with the same photo."""

    embedded: int
    cached: int
    copied: int
    unreadable: int


def embed_catalogue(backbone: Backbone, report: Report) -> EmbedCounts:
    """Embeds what has no current vector; each batch is kept at once, so a stopped run resumes."""
    cached = Product.objects.active().with_photo().count() - _missing(backbone).count()
    copied = _copy_from_equal_photos(backbone)
    work = {
        digest: (pk, name)
        for pk, name, digest in _missing(backbone).values_list("pk", "photo", "photo_digest")
    }
    embedded = unreadable = 0
    report.progress(0, len(work), "embedding")
    stream = _embed(backbone, work, report)
    while batch := list(islice(stream, BATCH)):
        rows = [row for row in batch if row is not None]
        _store(rows)
        embedded, unreadable = embedded + len(rows), unreadable + len(batch) - len(rows)
        report.progress(embedded + unreadable, len(work), "embedding")
    copied += _copy_from_equal_photos(backbone)
    return EmbedCounts(embedded, cached, copied, unreadable)


def _missing(backbone: Backbone) -> QuerySet[Product]:
    wanted = Product.objects.active().with_photo()
    current = Embedding.objects.filter(
        backbone=backbone.fingerprint, image_digest=F("product__photo_digest")
    )
    return wanted.exclude(pk__in=current.values("product_id")).order_by("pk")


def _copy_from_equal_photos(backbone: Backbone) -> int:
    """Products whose very photo was embedded for another one take over its vector."""
    twin = Embedding.objects.filter(
        backbone=backbone.fingerprint, image_digest=OuterRef("photo_digest")
    )
    rows = _missing(backbone).annotate(twin=Subquery(twin.values("vector")[:1]))
    found = list(rows.filter(twin__isnull=False).values_list("pk", "photo_digest", "twin"))
    _store([_row(backbone, pk, digest, bytes(vector)) for pk, digest, vector in found])
    return len(found)


def _embed(
    backbone: Backbone, work: dict[str, tuple[int, str]], report: Report
) -> Iterator[Embedding | None]:
    """A row for each distinct photo; None where it cannot be read."""
    for digest, result in backbone.embed_stream(_opened(work)):
        pk, name = work[digest]
        if isinstance(result, PictureError):
            report.log(f"product {pk}, photo {name}: {result}")
            yield None
        else:
            yield _row(backbone, pk, digest, result.astype("<f4").tobytes())


def _opened(work: dict[str, tuple[int, str]]) -> Iterator[tuple[str, bytes]]:
    """The bytes of each photo; none if the file is gone, which the embedding then reports."""
    for digest, (_, name) in work.items():
        try:
            with default_storage.open(name) as file:
                data = bytes(file.read())
        except OSError:
            data = b""
        yield digest, data


def _row(backbone: Backbone, product_id: int, digest: str, vector: bytes) -> Embedding:
    return Embedding(
        product_id=product_id, backbone=backbone.fingerprint, image_digest=digest, vector=vector
    )


def _store(rows: Iterable[Embedding]) -> None:
    Embedding.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["product", "backbone"],
        update_fields=["image_digest", "vector"],
    )


def load_vectors(backbone: Backbone) -> tuple[Ids, Floats]:
    """Product ids (n,), ascending, and current vectors (n, d) of all active products."""
    rows = Embedding.objects.filter(
        backbone=backbone.fingerprint,
        product__in=Product.objects.active(),
        image_digest=F("product__photo_digest"),
    ).order_by("product_id")
    ids: list[int] = []
    chunks: list[bytes] = []
    for product_id, vector in rows.values_list("product_id", "vector").iterator(chunk_size=2000):
        ids.append(product_id)
        chunks.append(bytes(vector))
    vectors = np.frombuffer(b"".join(chunks), "<f4").reshape(len(ids), backbone.dimension)
    return np.array(ids, np.int64), vectors
