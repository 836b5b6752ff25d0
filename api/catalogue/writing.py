"""Products as programs write them, through the one writer of all imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from catalog import columns
from catalog.importers.incoming import Incoming
from catalog.importers.offered import (
    IncomingMedia,
    IncomingOffer,
    IncomingProduct,
    IncomingVariant,
    OfferedPhoto,
)
from catalog.importers.overruling import overrule
from catalog.importers.styles_csv import label_of
from catalog.importers.values import web_address
from catalog.importers.web_photos import WebPhotos
from catalog.importers.writer import Ingest
from catalog.models import Attribute, Offer, Product
from catalog.slugs import LONGEST_SKU, clean_sku

OF_PRODUCT = ("name", "description", "brand", "year", "status")
OF_OFFER = ("price", "sale_price", "currency", "availability", "quantity")


class ProductWishSerializer(serializers.Serializer):
    """What is left out stays as it is; a new product needs no more than a SKU."""

    name = serializers.CharField(required=False, max_length=255)
    description = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    brand = serializers.CharField(required=False, allow_blank=True, max_length=100)
    price = serializers.DecimalField(12, 2, required=False, allow_null=True, min_value=0)
    sale_price = serializers.DecimalField(
        12, 2, required=False, allow_null=True, min_value=0, help_text="What it costs for now."
    )
    availability = serializers.ChoiceField(Offer.Availability.choices, required=False)
    quantity = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=2_000_000_000
    )
    currency = serializers.RegexField(
        r"^([A-Z]{3})?$", required=False, allow_blank=True, help_text="ISO 4217."
    )
    year = serializers.IntegerField(required=False, allow_null=True, min_value=1000, max_value=9999)
    status = serializers.ChoiceField(Product.Status.choices, required=False)
    shop_page = serializers.URLField(required=False, allow_blank=True, max_length=500)
    photo_url = serializers.URLField(
        required=False, max_length=500, help_text="Where its photo is fetched from."
    )
    attributes = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=100),
        required=False,
        help_text="Attribute key to value; empty takes it away.",
    )

    def validate_attributes(self, said: dict[str, str]) -> dict[str, str]:
        known = self.context.get("keys") or attribute_keys()
        if unknown := sorted(set(said) - set(known)):
            raise serializers.ValidationError(
                _("The shop has no attribute %(key)s.") % {"key": unknown[0]}
            )
        return said


class NewProductSerializer(ProductWishSerializer):
    sku = serializers.CharField(max_length=LONGEST_SKU, help_text="The shop's own number for it.")

    def validate_sku(self, said: str) -> str:
        sku = clean_sku(said)
        if not sku:
            raise serializers.ValidationError(_("The SKU is empty."))
        return sku


@dataclass(frozen=True)
class Row:
    """One product to be written; `line` names it in what is told of it. `photo`: its bytes."""

    line: int
    sku: str
    said: Mapping[str, Any]
    photo: bytes | None = None


@dataclass
class Written:
    """By line: the outcome, and what there is to know of the photo."""

    outcomes: dict[int, str] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


def attribute_keys() -> set[str]:
    return set(Attribute.objects.values_list("key", flat=True))


def write(rows: Sequence[Row]) -> Written:
    """All of them, each SKU once; what they name becomes so, and nothing else."""
    written = Written()
    overrule({row.sku: {*_product_said(row), *_offer_said(row), *_labels(row)} for row in rows})
    ingest = Ingest(written.problems.__setitem__, on_result=written.outcomes.__setitem__)
    for _count in ingest.take(_incoming(rows)):
        pass
    columns.forget()
    return written


def _incoming(rows: Sequence[Row]) -> Iterator[Incoming]:
    homes = _homes([row.sku for row in rows])
    pairs: Iterable[tuple[IncomingProduct, Sequence[OfferedPhoto]]]
    pairs = ((_product(row, homes), _own_photo(row)) for row in rows)
    if any("photo_url" in row.said for row in rows):
        pairs = WebPhotos().beside(pairs)
    for product, photos in pairs:
        yield Incoming(product, photos)


def _homes(skus: Sequence[str]) -> dict[str, str]:
    """SKU of each product that is there -> SKU of the variant that its offer is of: its namesake,
    or else the first; "" for none."""
    homes: dict[str, str] = {}
    for product in Product.objects.filter(sku__in=skus).prefetch_related("variants"):
        of_its_own = [one.sku for one in product.variants.all()]
        first = of_its_own[0] if of_its_own else product.sku
        homes[product.sku] = product.sku if product.sku in of_its_own else first
    return homes


def _product(row: Row, homes: Mapping[str, str]) -> IncomingProduct:
    said = _offer_said(row)
    variant = IncomingVariant(row.line, homes.get(row.sku, row.sku), offers=[IncomingOffer(said)])
    address = web_address(row.said.get("photo_url", ""))
    return IncomingProduct(
        line=row.line,
        key=row.sku,
        sku=row.sku,
        said=_product_said(row),
        labels=_labels(row),
        variants=[variant] if said or row.sku not in homes else [],
        media=[IncomingMedia(address)] if address else [],
    )


def _product_said(row: Row) -> dict[str, Any]:
    return {name: row.said[name] for name in OF_PRODUCT if name in row.said}


def _offer_said(row: Row) -> dict[str, Any]:
    said = {name: row.said[name] for name in OF_OFFER if name in row.said}
    if "shop_page" in row.said:
        said["product_url"] = row.said["shop_page"]
    return said


def _labels(row: Row) -> dict[str, str]:
    said = row.said.get("attributes", {})
    return {key: label_of(said, key) for key in said}


def _own_photo(row: Row) -> Sequence[OfferedPhoto]:
    return [] if row.photo is None else [OfferedPhoto(lambda: row.photo)]
