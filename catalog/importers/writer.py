"""Writes incoming products into the catalogue, a batch at a time, changing only what changed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from catalog.models import Attribute, AttributeValue, Product, ProductAttribute, forget_photo
from catalog.photos import Photo, PhotoError, examine_photo
from catalog.renditions import make_renditions

BATCH = 500
FIELDS = ("name", "description", "brand", "price", "currency", "product_url", "year")


@dataclass
class Incoming:
    """One product on its way in.

    `labels`: attribute key to value, "" for unknown. `groups`: attribute key to the groups of its
    value, nearest first. `read_photo` gives the bytes, or raises PhotoError or OSError.
    """

    line: int
    sku: str
    name: str
    read_photo: Callable[[], bytes]
    description: str = ""
    brand: str = ""
    price: Decimal | None = None
    currency: str = ""
    product_url: str = ""
    year: int | None = None
    labels: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Counts:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    without_photo: int = 0

    def as_dict(self) -> dict[str, int]:
        return dict(vars(self))


@dataclass
class _Candidate:
    """An incoming product with what was read of it and what the catalogue has."""

    incoming: Incoming
    photo: Photo | None
    data: bytes
    digest: str
    product: Product | None

    @property
    def is_unchanged(self) -> bool:
        return self.product is not None and self.product.import_digest == self.digest


class Ingest:
    """Takes products in batches; `on_problem(line, text)` hears of photos that cannot be used."""

    def __init__(self, on_problem: Callable[[int, str], None], dry_run: bool = False) -> None:
        self.counts = Counts()
        self._on_problem = on_problem
        self._dry_run = dry_run
        self._attributes = {row.key: row for row in Attribute.objects.all()}
        self._values: dict[tuple[str, str], AttributeValue] = {
            (row.attribute.key, row.value): row
            for row in AttributeValue.objects.select_related("attribute")
        }
        self._groups: dict[tuple[str, str], Counter[tuple[str, ...]]] = defaultdict(Counter)

    def take(self, products: Iterable[Incoming]) -> Iterator[int]:
        """Writes all of them, each batch in a transaction; yields how many each batch held."""
        stream = iter(products)
        while batch := list(islice(stream, BATCH)):
            self._take_batch(batch)
            yield len(batch)
        self._fill_in_groups()

    def _take_batch(self, batch: Sequence[Incoming]) -> None:
        known = Product.objects.in_bulk([row.sku for row in batch], field_name="sku")
        candidates = [self._examine(row, known.get(row.sku)) for row in batch]
        changed = [item for item in candidates if not item.is_unchanged]
        new = [item for item in changed if item.product is None]
        self.counts.added += len(new)
        self.counts.updated += len(changed) - len(new)
        self.counts.unchanged += len(batch) - len(changed)
        if changed and not self._dry_run:
            self._write(changed)

    def _examine(self, incoming: Incoming, product: Product | None) -> _Candidate:
        data, photo = b"", None
        try:
            data = incoming.read_photo()
            photo = examine_photo(data)
        except (PhotoError, OSError) as error:
            reason = str(error) if isinstance(error, PhotoError) else "the photo cannot be opened"
            self.counts.without_photo += 1
            self._on_problem(incoming.line, f"{reason}; taken without a photo")
        for key, groups in incoming.groups.items():
            if incoming.labels.get(key) and any(groups):
                self._groups[key, incoming.labels[key]][tuple(groups)] += 1
        return _Candidate(incoming, photo, data, _digest(incoming, photo), product)

    def _write(self, changed: Sequence[_Candidate]) -> None:
        """One batch: files first, rows in one transaction; if that fails the files go again."""
        written: list[str] = []
        outdated: list[tuple[str, str]] = []
        try:
            with transaction.atomic():
                products = [self._filled_in(item, written, outdated) for item in changed]
                self._save_products(products)
                self._save_labels(products, changed)
        except BaseException:
            _delete_files(written)
            raise
        for photo in outdated:
            forget_photo(*photo)

    def _filled_in(
        self, item: _Candidate, written: list[str], outdated: list[tuple[str, str]]
    ) -> Product:
        product = item.product or Product(sku=item.incoming.sku)
        for name in FIELDS:
            setattr(product, name, getattr(item.incoming, name))
        product.import_digest, product.updated_at = item.digest, timezone.now()
        if item.photo and item.photo.digest != product.photo_digest:
            if product.photo:
                outdated.append((product.photo.name, product.photo_digest))
            path = f"products/{item.photo.digest[:2]}/{item.incoming.sku}{item.photo.suffix}"
            name = default_storage.save(path, ContentFile(item.data))
            written.append(name)
            product.photo = name
            product.photo_width, product.photo_height = item.photo.width, item.photo.height
            product.photo_digest = item.photo.digest
            product.renditions, made = make_renditions(
                item.data, item.photo.digest, item.photo.width, item.photo.height
            )
            written.extend(made)
        return product

    def _save_products(self, products: Sequence[Product]) -> None:
        photo_fields = ("photo", "photo_width", "photo_height", "photo_digest", "renditions")
        Product.objects.bulk_create([row for row in products if row.pk is None])
        Product.objects.bulk_update(
            [row for row in products if row.pk is not None],
            [*FIELDS, *photo_fields, "import_digest", "updated_at"],
        )

    def _save_labels(self, products: Sequence[Product], changed: Sequence[_Candidate]) -> None:
        """The merchant's labels become those of the row; predicted ones stay."""
        merchant = ProductAttribute.Source.MERCHANT
        ProductAttribute.objects.filter(product__in=products, source=merchant).delete()
        links = [
            ProductAttribute(product=product, attribute=value.attribute, value=value)
            for product, item in zip(products, changed, strict=True)
            for value in self._values_of(item.incoming)
        ]
        ProductAttribute.objects.bulk_create(links)

    def _values_of(self, incoming: Incoming) -> Iterator[AttributeValue]:
        for key, label in incoming.labels.items():
            if not label:
                continue
            if (key, label) not in self._values:
                self._values[key, label] = AttributeValue.objects.get_or_create(
                    attribute=self._attributes[key], value=label
                )[0]
            yield self._values[key, label]

    def _fill_in_groups(self) -> None:
        """A value without groups gets those that most rows gave it; the shop's own are kept."""
        if self._dry_run:
            return
        rows: list[AttributeValue] = []
        for (key, label), groups in self._groups.items():
            value = self._values.get((key, label))
            if value is not None and not value.ancestors:
                value.ancestors = list(groups.most_common(1)[0][0])
                rows.append(value)
        AttributeValue.objects.bulk_update(rows, ["ancestors"], batch_size=BATCH)


def _digest(incoming: Incoming, photo: Photo | None) -> str:
    """What a row says, in one hash: a row that says the same again changes nothing."""
    said: dict[str, Any] = {name: str(getattr(incoming, name)) for name in FIELDS}
    said["labels"] = incoming.labels
    said["photo"] = photo.digest if photo else ""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _delete_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
