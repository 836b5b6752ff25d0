from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.files.storage import default_storage
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from api.filters import FiltersSerializer
from api.pages import MOST
from catalog.facets import SORTS
from catalog.models import Attribute, Offer, Pictured, Product, ProductAttribute, Variant
from catalog.offers import SOLD_OUT
from catalog.renditions import path_of

RELATED = ("attributes__attribute", "attributes__value", "variants__offers", "media")
NO_TERMS = {
    **dict.fromkeys(("price", "price_before", "sale_until")),
    **dict.fromkeys(("currency", "availability", "shop_page"), ""),
}


class LabelSerializer(serializers.Serializer):
    value = serializers.CharField()
    source = serializers.ChoiceField(  # type: ignore[assignment]
        ProductAttribute.Source.choices, help_text="Who says it: the merchant's word counts more."
    )
    confidence = serializers.FloatField(allow_null=True, help_text="None if it is certain.")


class SizeSerializer(serializers.Serializer):
    width = serializers.IntegerField(help_text="Pixels.")
    url = serializers.CharField()


class PhotoSerializer(serializers.Serializer):
    url = serializers.CharField()
    width = serializers.IntegerField(help_text="Pixels.")
    height = serializers.IntegerField()
    sizes = SizeSerializer(many=True, help_text="Smaller ones, as WebP.")
    alt = serializers.CharField(help_text="The photo in words; empty if nobody said them.")


class TermsSerializer(serializers.Serializer):
    """What something costs today, and whether it can be had."""

    price = serializers.CharField(allow_null=True, help_text="As a decimal: `1249.50`.")
    price_before = serializers.CharField(
        allow_null=True, help_text="What it costs without the sale, while there is one."
    )
    sale_until = serializers.DateField(
        allow_null=True, help_text="Its last day, while there is one."
    )
    currency = serializers.CharField(help_text="ISO 4217.")
    availability = serializers.CharField(
        help_text="`in_stock`, `out_of_stock`, `preorder` or `backorder`; empty: nothing is known."
    )
    shop_page = serializers.CharField(help_text="Its page in the shop.")


class OfferSerializer(TermsSerializer):
    """A size or colour of a product at a price."""

    sku = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())


class VariantSerializer(OfferSerializer):
    """One of the sizes or colours that a product is sold in, with the offer that is shown."""

    barcode = serializers.CharField()


class ProductSerializer(TermsSerializer):
    sku = serializers.CharField()
    href = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    brand = serializers.CharField()
    variants = VariantSerializer(many=True)
    year = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(Product.Status.choices)
    page = serializers.CharField(help_text="Its page here.")
    photo = PhotoSerializer(allow_null=True)
    photos = PhotoSerializer(many=True, help_text="All, the first one too, in their order.")
    attributes = serializers.DictField(
        child=LabelSerializer(), help_text="Attribute key to the label that counts."
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ProductPageSerializer(serializers.Serializer):
    count = serializers.IntegerField(help_text="Of all pages.")
    next = serializers.CharField(allow_null=True, help_text="The address of the next page.")
    results = ProductSerializer(many=True)


class ProductsSerializer(serializers.Serializer):
    results = ProductSerializer(many=True)


class CompanionSerializer(serializers.Serializer):
    where = serializers.CharField(help_text="Where it is worn.")
    product = ProductSerializer()


class CompanionsSerializer(serializers.Serializer):
    results = CompanionSerializer(many=True)


class CountSerializer(serializers.Serializer):
    value = serializers.CharField()
    count = serializers.IntegerField(help_text="Products that pass the other filters.")


class AttributeSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    values = CountSerializer(many=True, help_text="Most products first.")


class AttributesSerializer(serializers.Serializer):
    results = AttributeSerializer(many=True)


class ValueSerializer(serializers.Serializer):
    value = serializers.CharField()
    groups = serializers.ListField(
        child=serializers.CharField(), help_text="What it belongs to, nearest first."
    )
    count = serializers.IntegerField(help_text="Products that shoppers see.")


class AttributeValuesSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    role = serializers.ChoiceField(Attribute.Role.choices, help_text="What it does in a search.")
    is_shown = serializers.BooleanField(help_text="Whether shoppers can filter by it.")
    values = ValueSerializer(many=True, help_text="Most products first, and those without any.")


class ListQuerySerializer(FiltersSerializer):
    attributes = None  # type: ignore[assignment]
    attribute = serializers.ListField(
        child=serializers.RegexField(r"^[\w-]+:.+$", max_length=151), required=False, max_length=50
    )
    sort = serializers.ChoiceField(list(SORTS), default="newest")
    limit = serializers.IntegerField(default=20, min_value=1, max_value=MOST)
    cursor = serializers.CharField(default="", max_length=200)


def products_told(products: Iterable[Product], request: Request) -> list[dict[str, Any]]:
    """As `ProductSerializer` describes them."""
    return [product_told(product, request) for product in products]


def product_told(product: Product, request: Request) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "href": reverse("api:product", [product.slug], request=request),
        **{name: getattr(product, name) for name in ("name", "description", "brand")},
        **terms_told(product.offer),
        "variants": [_variant(one) for one in product.variants.all()],
        **{name: getattr(product, name) for name in ("year", "status")},
        "page": request.build_absolute_uri(product.get_absolute_url()),
        "photo": photo_told(product, request) if product.photo else None,
        "photos": [photo_told(one, request) for one in product.photos],
        "attributes": _labels(product.attributes.all()),
        "created_at": product.created_at,
        "updated_at": product.updated_at,
    }


def _variant(variant: Variant) -> dict[str, Any]:
    named = {name: getattr(variant, name) for name in ("sku", "barcode", "options")}
    return named | terms_told(variant.offer)


def offers_told(product: Product) -> list[dict[str, Any]]:
    """As `OfferSerializer` describes them."""
    return [
        {"sku": variant.sku, "options": variant.options, **terms_told(offer)}
        for variant in product.variants.all()
        for offer in variant.offers.all()
    ]


def terms_told(offer: Offer | None) -> dict[str, Any]:
    """As `TermsSerializer` describes them."""
    if offer is None:
        return NO_TERMS
    before = offer.price_before
    return {
        "price": _amount(offer.current_price),
        "price_before": _amount(before),
        "sale_until": None if before is None else offer.sale_until,
        "currency": offer.currency,
        "availability": SOLD_OUT if offer.is_sold_out else offer.availability,
        "shop_page": offer.product_url,
    }


def _amount(price: Decimal | None) -> str | None:
    return None if price is None else f"{price:.2f}"


def photo_told(row: Pictured, request: Request) -> dict[str, Any]:
    """As `PhotoSerializer` describes it."""
    sizes = [
        {"width": width, "url": default_storage.url(path_of(row.photo_digest, width))}
        for width in row.renditions
    ]
    return {
        "url": request.build_absolute_uri(row.photo.url),
        "width": row.photo_width,
        "height": row.photo_height,
        "sizes": [one | {"url": request.build_absolute_uri(one["url"])} for one in sizes],
        "alt": row.photo_alt,
    }


def _labels(links: Iterable[ProductAttribute]) -> dict[str, Any]:
    """Of two labels of one attribute that which counts."""
    found: dict[str, Any] = {}
    for link in sorted(links, key=_place):
        found.setdefault(
            link.attribute.key,
            {"value": link.value.value, "source": link.source, "confidence": link.confidence},
        )
    return found


def _place(link: ProductAttribute) -> tuple[int, str, int]:
    source = ProductAttribute.Source(link.source)
    return link.attribute.position, link.attribute.key, source.place
