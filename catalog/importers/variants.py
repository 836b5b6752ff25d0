"""What is news of the variants and offers of an incoming product, and how that is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest
from typing import Any

from django.utils import timezone

from catalog import changes
from catalog.importers.incoming import OFFER_FIELDS, VARIANT_FIELDS, fingerprints, news
from catalog.importers.offered import IncomingOffer, IncomingVariant
from catalog.models import Offer, Product, Variant
from catalog.slugs import free_slugs


@dataclass
class OfferNews:
    """An incoming offer beside the one that the catalogue has in its place; `known`: what the
    source said of it before, as fingerprints."""

    incoming: IncomingOffer
    offer: Offer | None
    known: Mapping[str, str]

    @property
    def said(self) -> dict[str, Any]:
        return {name: one for name, one in self.incoming.said.items() if name in OFFER_FIELDS}

    @cached_property
    def fields(self) -> dict[str, Any]:
        return news(self.said, _kept(self.offer, OFFER_FIELDS), self.known)

    @property
    def is_changed(self) -> bool:
        return self.offer is None or bool(self.fields)


@dataclass
class VariantNews:
    """An incoming variant beside what the catalogue has of it; `known` as for offers, by "fields"
    and, in order, "offers". `is_moved`: it was another product's."""

    incoming: IncomingVariant
    variant: Variant | None
    known: Mapping[str, Any]
    is_moved: bool = False
    offers: list[OfferNews] = field(init=False)

    def __post_init__(self) -> None:
        kept = list(self.variant.offers.all()) if self.variant else []
        pairs = zip_longest(kept, self.known.get("offers", []))
        before = [(offer, known or {}) for offer, known in pairs if offer]
        both = zip_longest(self.incoming.offers, before, fillvalue=None)
        self.offers = [OfferNews(one, *(had or (None, {}))) for one, had in both if one]

    @cached_property
    def said(self) -> dict[str, Any]:
        """What the source does not mention, it does not empty."""
        kept = self.variant.options if self.variant else {}
        fields = {"barcode": self.incoming.barcode, "options": _options(self.incoming, kept)}
        return {name: value for name, value in fields.items() if value}

    @cached_property
    def fields(self) -> dict[str, Any]:
        kept = _kept(self.variant, VARIANT_FIELDS)
        return news(self.said, kept, self.known.get("fields", {}))

    @property
    def is_changed(self) -> bool:
        changed = self.variant is None or self.is_moved or bool(self.fields)
        return changed or any(one.is_changed for one in self.offers)

    @property
    def imported(self) -> dict[str, Any]:
        """What the source has said of it by now."""
        return {
            "fields": {**self.known.get("fields", {}), **fingerprints(self.said)},
            "offers": [{**one.known, **fingerprints(one.said)} for one in self.offers],
        }


def variant_news(
    incoming: Sequence[IncomingVariant],
    known: Mapping[str, Variant],
    product: Product | None,
) -> list[VariantNews]:
    """`known`: variants by SKU, whatever product they are of."""
    said = product.imported.get("variants", {}) if product else {}
    found = []
    for one in incoming:
        variant = known.get(one.sku)
        is_moved = variant is not None and (product is None or variant.product_id != product.pk)
        found.append(VariantNews(one, variant, said.get(one.sku, {}), is_moved))
    return found


def save_variants(changed: Iterable[tuple[Product, VariantNews]]) -> None:
    """In bulk, what has changed; the products have their ids by now."""
    pairs = [(product, item) for product, item in changed if item.is_changed]
    rows = [(_filled_in(product, item), item) for product, item in pairs]
    new = [variant for variant, _item in rows if variant.pk is None]
    slugs = free_slugs(Variant, [variant.sku for variant in new])
    for variant in new:
        variant.slug = slugs[variant.sku]
    Variant.objects.bulk_create(new)
    old = [variant for variant, item in rows if item.variant and (item.fields or item.is_moved)]
    Variant.objects.bulk_update(old, ["product", *VARIANT_FIELDS])
    _save_offers([(variant, one) for variant, item in rows for one in item.offers])


def _save_offers(changed: Iterable[tuple[Variant, OfferNews]]) -> None:
    rows = []
    for variant, item in changed:
        if item.is_changed:
            offer = item.offer or Offer(variant=variant)
            for name, value in item.fields.items():
                setattr(offer, name, value)
            offer.updated_at = timezone.now()
            rows.append(offer)
    Offer.objects.bulk_create([row for row in rows if row.pk is None])
    Offer.objects.bulk_update(
        [row for row in rows if row.pk is not None], [*OFFER_FIELDS, "updated_at"]
    )


def _filled_in(product: Product, item: VariantNews) -> Variant:
    fields = item.fields
    variant = item.variant or Variant(sku=item.incoming.sku)
    if item.is_moved:
        changes.note([variant.product_id])  # what it was of costs something else now
    variant.product = product
    for name, value in fields.items():
        setattr(variant, name, value)
    return variant


def _kept(row: Variant | Offer | None, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: getattr(row, name) for name in fields} if row else fields


def _options(incoming: IncomingVariant, kept: Mapping[str, str]) -> dict[str, str]:
    """Those that are kept, with what is said besides; what differs in case only is the same, and so
    is what is kept under another name."""
    there = {str(value).casefold() for value in kept.values()}
    said = {name: one for name, one in incoming.options.items() if one.casefold() not in there}
    return {**kept, **said}
