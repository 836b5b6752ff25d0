"""Writes incoming products into the catalogue, a batch at a time, changing only what changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog.importers.album import Album, album_of, save_further, save_words
from catalog.importers.incoming import FIELDS, LEFT, Incoming, fingerprints, news
from catalog.importers.tally import Tally
from catalog.importers.variants import VariantNews, save_variants, variant_news
from catalog.labels import Label, merchant_labels, value_of, write_merchant_labels
from catalog.models import (
    OF_PHOTO,
    Attribute,
    AttributeValue,
    Product,
    Variant,
)
from catalog.photo_files import STORAGE
from catalog.slugs import free_slugs
from catalog.spellings import Spellings
from files import ledger

BATCH = 500


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
    """An incoming product with what was read of it and what the catalogue has: the product, if
    there is one, and the merchant's labels of it by attribute key. `lists_all`: the source has no
    other variants of it."""

    incoming: Incoming
    album: Album
    digest: str
    product: Product | None
    merchant: Mapping[str, str]
    variants: list[VariantNews]
    lists_all: bool

    @property
    def says_the_same(self) -> bool:
        is_same = self.product is not None and self.product.import_digest == self.digest
        return is_same and not self.gone

    @property
    def _said(self) -> dict[str, dict[str, Any]]:
        return self.product.imported if self.product else {}

    @cached_property
    def fields(self) -> dict[str, Any]:
        kept = {name: getattr(self.product, name) for name in FIELDS} if self.product else FIELDS
        found = news(self._fields, kept, self._said.get("fields", {}))
        if self.product and self.product.status == Product.Status.ARCHIVED and LEFT in self._said:
            # It was archived because it was listed no longer.
            found["status"] = self._fields.get("status") or self._said[LEFT]["status"]
        return found

    @cached_property
    def labels(self) -> dict[str, str]:
        labels = self.incoming.product.labels
        kept = {**dict.fromkeys(labels, ""), **self.merchant}
        return news(labels, kept, self._said.get("labels", {}))

    @property
    def is_changed(self) -> bool:
        changed = self.product is None or self.fields or self.labels or self.album.is_changed
        return bool(changed or self.gone) or any(one.is_changed for one in self.variants)

    @cached_property
    def gone(self) -> set[str]:
        """The variants that the source listed before, and lists no longer."""
        if not self.lists_all:
            return set()
        return set(self._said.get("variants", {})) - {one.incoming.sku for one in self.variants}

    @property
    def news(self) -> Iterator[Mapping[str, Any]]:
        """What changes, by the names of fields and the keys of attributes."""
        yield from (self.fields, self.labels)
        yield {"photos": True} if self.album.is_changed else {}
        is_other = bool(self.gone) or any(one.variant is None for one in self.variants)
        yield {"variants": True} if is_other else {}
        for one in self.variants:
            yield one.fields
            yield from (offer.fields for offer in one.offers)

    @property
    def _fields(self) -> dict[str, Any]:
        said = self.incoming.product
        whole = said.said | {"collections": said.collections, "tags": said.tags}
        return {name: whole[name] for name in FIELDS if name in whole and whole[name] is not None}

    @property
    def imported(self) -> dict[str, dict[str, Any]]:
        """What the source has said of each field by now."""
        said = {"fields": self._fields, "labels": self.incoming.product.labels}
        by_now: dict[str, Any] = {part: fingerprints(values) for part, values in said.items()}
        by_now |= self.album.imported
        by_now["variants"] = {one.incoming.sku: one.imported for one in self.variants}
        said = {part: self._said.get(part, {}) | values for part, values in by_now.items()}
        for sku in self.gone:
            del said["variants"][sku]
        return said


@dataclass(frozen=True)
class _Known:
    """What the catalogue has of a batch: products and variants by SKU."""

    products: Mapping[str, Product]
    variants: Mapping[str, Variant]

    @classmethod
    def of(cls, batch: Sequence[Incoming]) -> _Known:
        numbers = [row.product.number for row in batch]
        skus = [one.sku for row in batch for one in row.product.variants]
        found = Variant.objects.select_related("product").prefetch_related(
            "offers", "product__media"
        )
        return cls(
            Product.objects.with_photos().in_bulk(numbers, field_name="sku"),
            found.in_bulk(skus, field_name="sku"),
        )

    def product(self, incoming: Incoming) -> Product | None:
        """By its own number, or else that which any of its variants is of."""
        product = self.products.get(incoming.product.number)
        skus = (one.sku for one in incoming.product.variants)
        of_variant = (self.variants[sku].product for sku in skus if sku in self.variants)
        return product or next(of_variant, None)


class Ingest:
    """Takes products in batches; `on_problem(line, text)` hears of photos that cannot be used, and
    `on_result(line, outcome)` of what became of each: "added", "updated" or "unchanged".

    `lists_all`: variants that come no longer go. `seen` has the ids of the products that came.
    """

    def __init__(
        self,
        on_problem: Callable[[int, str], None],
        dry_run: bool = False,
        on_result: Callable[[int, str], None] = lambda _line, _outcome: None,
        *,
        lists_all: bool = False,
    ) -> None:
        self.counts = Counts()
        self.tally = Tally()
        self.seen: set[int] = set()
        self._lists_all = lists_all
        self._on_problem = on_problem
        self._on_result = on_result
        self._dry_run = dry_run
        self._attributes = {row.key: row for row in Attribute.objects.all()}
        values = list(AttributeValue.objects.select_related("attribute"))
        self._values = {(row.attribute.key, row.value): row for row in values}
        self._spellings = Spellings(values)
        self._groups: dict[tuple[str, str], Counter[tuple[str, ...]]] = defaultdict(Counter)

    def take(self, products: Iterable[Incoming]) -> Iterator[int]:
        """Writes all of them, each batch in a transaction; yields how many each batch held."""
        for batch in _batches(products):
            self._take_batch(batch)
            yield len(batch)
        self._fill_in_groups()

    def notes(self) -> Iterator[str]:
        """What changes of which fields, and which labels were taken for which values."""
        yield from self.tally.notes()
        yield from self._spellings.notes()

    def _take_batch(self, batch: Sequence[Incoming]) -> None:
        known = _Known.of(batch)
        merchant = merchant_labels(one for row in batch if (one := known.product(row)))
        candidates = [self._examine(row, known, merchant) for row in batch]
        fresh = [item for item in candidates if not item.says_the_same]
        changed = [item for item in fresh if item.is_changed]
        new = [item for item in changed if item.product is None]
        self.counts.added += len(new)
        self.counts.updated += len(changed) - len(new)
        self.counts.unchanged += len(batch) - len(changed)
        for item in changed:
            if item.product:
                self.tally.take(item.news)
        self.seen.update(item.product.pk for item in candidates if item.product)
        if fresh and not self._dry_run:
            self._write(changed, [item for item in fresh if not item.is_changed])
        outcomes = {id(item): "updated" for item in changed} | {id(item): "added" for item in new}
        for item in candidates:
            self._on_result(item.incoming.product.line, outcomes.get(id(item), "unchanged"))

    def _examine(
        self, incoming: Incoming, known: _Known, merchant: Mapping[int, Mapping[str, str]]
    ) -> _Candidate:
        product, said = known.product(incoming), incoming.product
        album = self._album(incoming, product)
        digest = incoming.digest(album.digest)
        said.labels = {key: self._spellings.meant(key, one) for key, one in said.labels.items()}
        for key, groups in said.groups.items():
            if said.labels.get(key) and any(groups):
                self._groups[key, said.labels[key]][tuple(groups)] += 1
        labels = merchant.get(product.pk, {}) if product else {}
        variants = variant_news(said.variants, known.variants, product)
        return _Candidate(incoming, album, digest, product, labels, variants, self._lists_all)

    def _album(self, incoming: Incoming, product: Product | None) -> Album:
        """The photos that come with it; a product that has one misses none."""

        def tell(text: str) -> None:
            self._on_problem(incoming.product.line, text)

        album = album_of(incoming, product, tell, draw=not self._dry_run)
        has_one = product is not None and bool(product.photo)
        is_left = not incoming.photos and bool(incoming.product.media)
        self.counts.without_photo += not (has_one or album.first or is_left)
        return album

    def _write(self, changed: Sequence[_Candidate], confirmed: Sequence[_Candidate]) -> None:
        """One batch: files first, rows in one transaction; if that fails the files go again."""
        written: list[str] = []
        with ledger.undone(STORAGE, written):
            for item in changed:
                written += item.album.write_files(item.incoming.product.number)
            with transaction.atomic():
                products = [self._filled_in(item) for item in changed]
                self._save_products(products)
                self.seen.update(product.pk for product in products)
                pairs = list(zip(products, changed, strict=True))
                gone = {sku for item in changed for sku in item.gone}
                Variant.objects.filter(product__in=products, sku__in=gone).delete()
                save_variants((product, one) for product, item in pairs for one in item.variants)
                save_further((product, item.album) for product, item in pairs)
                save_words(item.album for item in changed)
                self._save_labels(products, changed)
                # What says nothing new is remembered all the same, and counts as no change.
                rows = [_remembered(item) for item in confirmed]
                Product.objects.bulk_update(rows, ["import_digest", "imported"])

    def _filled_in(self, item: _Candidate) -> Product:
        sku = item.incoming.product.number
        fields = item.fields
        product = _remembered(item)
        product.name = product.name or sku
        for name, value in fields.items():
            setattr(product, name, value)
        product.updated_at = timezone.now()
        item.album.fill_in(product)
        return product

    def _save_products(self, products: Sequence[Product]) -> None:
        new = [row for row in products if row.pk is None]
        slugs = free_slugs(Product, [row.sku for row in new])
        for row in new:
            row.slug = slugs[row.sku]
        Product.objects.bulk_create(new)
        Product.objects.bulk_update(
            [row for row in products if row.pk is not None],
            [*FIELDS, *OF_PHOTO, "photo_alt", "import_digest", "imported", "updated_at"],
        )

    def _save_labels(self, products: Sequence[Product], changed: Sequence[_Candidate]) -> None:
        """The merchant's labels become those of the row; predicted ones stay."""
        write_merchant_labels(
            [
                Label.of(product, self._attributes[key], self._value(key, label))
                for product, item in zip(products, changed, strict=True)
                for key, label in item.labels.items()
            ]
        )

    def _value(self, key: str, label: str) -> AttributeValue | None:
        value = self._values.get((key, label)) or value_of(self._attributes[key], label)
        if value is not None:
            self._values[key, label] = value
        return value

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


def _batches(products: Iterable[Incoming]) -> Iterator[list[Incoming]]:
    """So many products at once, or fewer with so many photos, which are in memory until then."""
    batch: list[Incoming] = []
    photos = 0
    for one in products:
        batch.append(one)
        photos += len(one.photos)
        if len(batch) >= BATCH or photos >= BATCH:
            yield batch
            batch, photos = [], 0
    if batch:
        yield batch


def _remembered(item: _Candidate) -> Product:
    """The product, with what the source has said of it by now."""
    # What is news is worked out before what the source has said is overwritten by what it says.
    _news, imported = (item.fields, item.labels, item.album.is_changed), item.imported
    product = item.product or Product(sku=item.incoming.product.number)
    product.import_digest, product.imported = item.digest, imported
    return product
