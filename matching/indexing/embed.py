"""Keeps a vector for every active product's photo, embedding only what is new or changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from django.core.files.storage import default_storage
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from PIL import Image

from catalog.models import Product
from jobs.queue import Report
from matching.engine.arrays import Floats, Ids
from matching.engine.backbone import Backbone
from matching.models import Embedding, PhotoFault
from pictures import PictureError, open_picture

BATCH = 256
MOST_DETAIL = 300


@dataclass(frozen=True)
class EmbedCounts:
    """`cached` had a vector already; `copied` got that of another product with the same photo."""

    embedded: int
    cached: int
    copied: int
    unreadable: int


def embed_catalogue(backbone: Backbone, report: Report) -> EmbedCounts:
    """Embeds what has no current vector; each batch is kept at once, so a stopped run resumes."""
    return embed_products(backbone, to_embed(), report)


def to_embed() -> QuerySet[Product]:
    """The products that are found by their photos, now or once they are shown: only the clock tells
    of that."""
    return Product.objects.listed().with_photo()


def embed_products(backbone: Backbone, products: QuerySet[Product], report: Report) -> EmbedCounts:
    """Of those `products`, embeds what has no current vector; what cannot be read is kept as a
    PhotoFault."""
    missing = without_vector(backbone, products)
    cached = products.count() - missing.count()
    copied = _copy_from_equal_photos(backbone, missing)
    work = {
        digest: (pk, name)
        for pk, name, digest in missing.values_list("pk", "photo", "photo_digest")
    }
    embedded = unreadable = 0
    report.progress(0, len(work), "embedding")
    stream = _embed(backbone, work, report)
    while batch := list(islice(stream, BATCH)):
        rows = [row for row in batch if isinstance(row, Embedding)]
        _store(rows)
        _store_faults(missing, [row for row in batch if not isinstance(row, Embedding)])
        embedded, unreadable = embedded + len(rows), unreadable + len(batch) - len(rows)
        report.progress(embedded + unreadable, len(work), "embedding")
    copied += _copy_from_equal_photos(backbone, missing)
    return EmbedCounts(embedded, cached, copied, unreadable)


def without_vector(backbone: Backbone, products: QuerySet[Product]) -> QuerySet[Product]:
    """Those of the `products` that have no current vector, by id."""
    current = Embedding.objects.filter(
        product=OuterRef("pk"),
        backbone=backbone.fingerprint,
        image_digest=OuterRef("photo_digest"),
    )
    return products.filter(~Exists(current)).order_by("pk")


def _copy_from_equal_photos(backbone: Backbone, missing: QuerySet[Product]) -> int:
    """Products whose very photo was embedded for another one take over its vector."""
    twin = Embedding.objects.filter(
        backbone=backbone.fingerprint, image_digest=OuterRef("photo_digest")
    )
    rows = missing.annotate(twin=Subquery(twin.values("vector")[:1]))
    found = list(rows.filter(twin__isnull=False).values_list("pk", "photo_digest", "twin"))
    _store([_row(backbone, pk, digest, bytes(vector)) for pk, digest, vector in found])
    return len(found)


def _embed(
    backbone: Backbone, work: dict[str, tuple[int, str]], report: Report
) -> Iterator[Embedding | tuple[str, PictureError]]:
    """A row for each distinct photo; its digest and why, where it cannot be read."""
    for digest, result in backbone.embed_stream(_opened(work)):
        pk, name = work[digest]
        if isinstance(result, PictureError):
            report.log(f"product {pk}, photo {name}: {result}")
            yield digest, result
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


def _store(rows: Sequence[Embedding]) -> None:
    PhotoFault.objects.filter(product__in=[row.product_id for row in rows]).delete()
    Embedding.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["product", "backbone"],
        update_fields=["image_digest", "vector"],
    )


def _store_faults(
    missing: QuerySet[Product], unreadable: Iterable[tuple[str, PictureError]]
) -> None:
    for digest, error in unreadable:
        keep_faults(missing.filter(photo_digest=digest), error.code, str(error))


def keep_faults(products: QuerySet[Product], code: str, detail: str) -> None:
    """Why the photos of these products have no vectors."""
    PhotoFault.objects.bulk_create(
        [
            PhotoFault(product_id=pk, image_digest=digest, code=code, detail=detail[:MOST_DETAIL])
            for pk, digest in products.values_list("pk", "photo_digest")
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=["image_digest", "code", "detail", "created_at"],
    )


def photos_of(ids: Ids) -> Iterator[tuple[int, Image.Image]]:
    """The photos of some products, each with the id, without those that cannot be read."""
    names = Product.objects.filter(pk__in=ids.tolist()).values_list("pk", "photo")
    for pk, name in names:
        try:
            with default_storage.open(name) as file:
                yield pk, open_picture(file.read())
        except (OSError, PictureError):
            continue


def load_vectors(backbone: Backbone, among: Collection[int] | None = None) -> tuple[Ids, Floats]:
    """Product ids (n,), ascending, and current vectors (n, d) of all active products, or of those
    `among` the ids."""
    rows = Embedding.objects.filter(
        backbone=backbone.fingerprint, image_digest=F("product__photo_digest")
    ).order_by("product_id")
    if among is None:
        rows = rows.filter(product__in=to_embed())
    else:
        rows = rows.filter(product__in=list(to_embed().filter(pk__in=among)))
    ids: list[int] = []
    chunks: list[bytes] = []
    for product_id, vector in rows.values_list("product_id", "vector").iterator(chunk_size=2000):
        ids.append(product_id)
        chunks.append(bytes(vector))
    vectors = np.frombuffer(b"".join(chunks), "<f4").reshape(len(ids), backbone.dimension)
    return np.array(ids, np.int64), vectors
