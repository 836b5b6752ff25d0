"""Keeps a vector for every photo of the active products, embedding only what is new or changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from django.core.files.storage import default_storage
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from PIL import Image

from catalog.models import Media, Product
from jobs.queue import Report
from matching.engine.arrays import Floats, Ids
from matching.engine.backbone import Backbone
from matching.models import Embedding, PhotoFault
from pictures import PictureError, open_picture

BATCH = 256
MOST_DETAIL = 300


@dataclass(frozen=True)
class EmbedCounts:
    """`embedded` and `unreadable` photos; `cached`: products that had all their vectors already;
    `copied`: photos that got the vector of the same photo of another product."""

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
    lacking = photos_without_vector(backbone, missing)
    work = {digest: (pk, name) for pk, name, digest in lacking}
    embedded = unreadable = 0
    report.progress(0, len(work), "embedding")
    stream = _embed(backbone, work, report)
    while batch := list(islice(stream, BATCH)):
        rows = [row for row in batch if isinstance(row, Embedding)]
        _store(rows)
        _store_faults(lacking, [row for row in batch if not isinstance(row, Embedding)])
        embedded, unreadable = embedded + len(rows), unreadable + len(batch) - len(rows)
        report.progress(embedded + unreadable, len(work), "embedding")
    copied += _copy_from_equal_photos(backbone, missing)
    _forget_outdated(products)
    return EmbedCounts(embedded, cached, copied, unreadable)


def without_vector(
    backbone: Backbone, products: QuerySet[Product], *, but_unreadable: bool = False
) -> QuerySet[Product]:
    """Those of the `products` with a photo that has no current vector, by id. `but_unreadable`:
    photos do not count of which it is known that they cannot be read."""
    first, further = _lacks(backbone, "pk"), _lacks(backbone, "product_id")
    if but_unreadable:
        first, further = first & ~_is_unreadable("pk"), further & ~_is_unreadable("product_id")
    others = Media.objects.filter(further, product=OuterRef("pk"))
    return products.filter(first | Exists(others)).order_by("pk")


def photos_without_vector(
    backbone: Backbone, products: QuerySet[Product]
) -> list[tuple[int, str, str]]:
    """Product id, name and digest of each photo of these `products` that has no current vector."""
    first = products.filter(_lacks(backbone, "pk")).values_list("pk", "photo", "photo_digest")
    further = Media.objects.filter(
        _lacks(backbone, "product_id"), product__in=products.values("pk")
    )
    others = further.order_by("product_id").values_list("product_id", "photo", "photo_digest")
    return [*first, *others]


def _lacks(backbone: Backbone, owner: str) -> Q:
    """Of a row with a photo whether that has no vector; `owner`: where the row has its product."""
    return Q(~Exists(_vectors(backbone).filter(product=OuterRef(owner))))


def _vectors(backbone: Backbone) -> QuerySet[Embedding]:
    """Of the photo of a row outside."""
    return Embedding.objects.filter(
        backbone=backbone.fingerprint, image_digest=OuterRef("photo_digest")
    )


def _is_unreadable(owner: str) -> Q:
    faults = PhotoFault.objects.exclude(code=PhotoFault.Code.FAILED)
    return Q(Exists(faults.filter(product=OuterRef(owner), image_digest=OuterRef("photo_digest"))))


def _copy_from_equal_photos(backbone: Backbone, missing: QuerySet[Product]) -> int:
    """Products whose very photo was embedded for another one take over its vector; returns how many
    photos did."""
    twin = Subquery(_vectors(backbone).values("vector")[:1])
    first = missing.filter(_lacks(backbone, "pk")).annotate(twin=twin)
    further = Media.objects.filter(_lacks(backbone, "product_id"), product__in=missing.values("pk"))
    found = [
        *first.filter(twin__isnull=False).values_list("pk", "photo_digest", "twin"),
        *further.annotate(twin=twin)
        .filter(twin__isnull=False)
        .values_list("product_id", "photo_digest", "twin"),
    ]
    rows = {(pk, digest): bytes(vector) for pk, digest, vector in found}
    _store([_row(backbone, *place, vector) for place, vector in rows.items()])
    return len(rows)


def _forget_outdated(products: QuerySet[Product]) -> None:
    """The vectors of photos that these no longer have."""
    further = Media.objects.filter(
        product=OuterRef("product_id"), photo_digest=OuterRef("image_digest")
    )
    rows = Embedding.objects.filter(product__in=products.values("pk"))
    outdated = rows.exclude(image_digest=F("product__photo_digest")).filter(~Exists(further))
    Embedding.objects.filter(pk__in=list(outdated.values_list("pk", flat=True))).delete()


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
    Embedding.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["product", "backbone", "image_digest"],
        update_fields=["vector"],
    )
    vector = Embedding.objects.filter(
        product=OuterRef("product_id"), image_digest=OuterRef("image_digest")
    )
    faults = PhotoFault.objects.filter(product__in={row.product_id for row in rows})
    faults.filter(Exists(vector)).delete()


def _store_faults(
    lacking: Iterable[tuple[int, str, str]], unreadable: Sequence[tuple[str, PictureError]]
) -> None:
    errors = dict(unreadable)
    for pk, _name, digest in lacking:
        if error := errors.get(digest):
            keep_faults([(pk, digest)], error.code, str(error))


def keep_faults(photos: Iterable[tuple[int, str]], code: str, detail: str) -> None:
    """Why these photos have no vectors: product id and digest of each."""
    PhotoFault.objects.bulk_create(
        [
            PhotoFault(product_id=pk, image_digest=digest, code=code, detail=detail[:MOST_DETAIL])
            for pk, digest in dict.fromkeys(photos)
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["product", "image_digest"],
        update_fields=["code", "detail", "created_at"],
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
    """Product ids (n,), ascending, and current vectors (n, d) of the first photos of all active
    products, or of those `among` the ids."""
    rows = Embedding.objects.filter(
        backbone=backbone.fingerprint, image_digest=F("product__photo_digest")
    ).order_by("product_id")
    rows = rows.filter(product__in=_embedded(among))
    return _arrays(backbone, rows.values_list("product_id", "vector"))


def with_further(
    backbone: Backbone, ids: Ids, vectors: Floats, among: Collection[int] | None = None
) -> tuple[Ids, Floats]:
    """What `load_vectors` gave and, behind the first photo of each product, its further ones: whose
    each is (r,), ascending, and the vectors (r, d)."""
    rows = Media.objects.filter(product__in=_embedded(among)).order_by("product_id", "place", "pk")
    of_each = _vectors(backbone).filter(product=OuterRef("product_id"))
    rows = rows.annotate(vector=Subquery(of_each.values("vector")[:1]))
    rows = rows.filter(vector__isnull=False)
    owners, further = _arrays(backbone, rows.values_list("product_id", "vector"))
    known = np.isin(owners, ids)
    owners = np.concatenate([ids, owners[known]])
    order = np.argsort(owners, kind="stable")
    return owners[order], np.concatenate([vectors, further[known]])[order]


def _embedded(among: Collection[int] | None) -> Any:
    """As one query where they are all, as ids where they are few."""
    return to_embed() if among is None else list(to_embed().filter(pk__in=among))


def _arrays(backbone: Backbone, rows: Any) -> tuple[Ids, Floats]:
    ids: list[int] = []
    chunks: list[bytes] = []
    for product_id, vector in rows.iterator(chunk_size=2000):
        ids.append(product_id)
        chunks.append(bytes(vector))
    vectors = np.frombuffer(b"".join(chunks), "<f4").reshape(len(ids), backbone.dimension)
    return np.array(ids, np.int64), vectors
