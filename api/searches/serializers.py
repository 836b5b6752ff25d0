from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from matching.models import Search, SearchMatch
from matching.search.wording import message_said, reasons_teller, widening_said


class SaidSerializer(serializers.Serializer):
    """A code, which never changes, and what it says in the language asked for."""

    code = serializers.CharField()
    text = serializers.CharField()


class RankedSerializer(serializers.Serializer):
    value = serializers.CharField()
    probability = serializers.FloatField()


class UnderstoodSerializer(serializers.Serializer):
    """Attributes by their keys."""

    attributes = serializers.DictField(
        child=RankedSerializer(many=True), help_text="What is seen: values, most probable first."
    )
    wishes = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="What the words ask for.",
    )
    overridden = serializers.DictField(
        child=serializers.CharField(), help_text="What you said is right."
    )
    types = serializers.ListField(
        child=serializers.CharField(), help_text="What was searched among; empty: everything."
    )


class MatchSerializer(serializers.Serializer):
    rank = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    brand = serializers.CharField(help_text="Empty if none is known, or the product is gone.")
    price = serializers.CharField(allow_null=True, help_text="As a decimal: `1249.50`.")
    currency = serializers.CharField(help_text="ISO 4217.")
    page = serializers.CharField(help_text="Its page here.")
    shop_page = serializers.CharField(help_text="Its page in the shop.")
    photo = serializers.CharField(help_text="The address of its photo.")
    score = serializers.FloatField(help_text="`weight` of visual and the rest of style.")
    visual = serializers.FloatField()
    style = serializers.FloatField()  # type: ignore[assignment]
    reasons = SaidSerializer(many=True, help_text="In which attributes it agrees.")
    similar = serializers.IntegerField(help_text="Near-twins folded under it.")


class SearchSerializer(serializers.Serializer):
    id = serializers.UUIDField(allow_null=True, help_text="None if it was not to be kept.")
    href = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField(allow_null=True)
    photo = serializers.CharField(allow_null=True, help_text="Your photo, with your key.")
    asked = serializers.DictField(help_text="What you asked for, but for the photo.")
    weight = serializers.FloatField()
    is_fashion = serializers.BooleanField(help_text="No: there are no matches.")
    message = SaidSerializer(allow_null=True, help_text="What there is to say of the whole.")
    widened = SaidSerializer(
        allow_null=True, help_text="What was looked among beside what was asked for."
    )
    understood = UnderstoodSerializer()
    matches = MatchSerializer(many=True)
    generation = serializers.IntegerField(help_text="The number of the index.")
    backbone = serializers.CharField(help_text="The fingerprint of the network.")


class SearchPageSerializer(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = SearchSerializer(many=True)


def search_told(
    search: Search, matches: Sequence[SearchMatch], asked: dict[str, Any], request: Request
) -> dict[str, Any]:
    """As `SearchSerializer` describes it. One that is not kept has no id and no date."""
    is_kept = search.created_at is not None
    return {
        "id": str(search.pk) if is_kept else None,
        "href": reverse("api:search", [search.pk], request=request) if is_kept else None,
        "created_at": search.created_at,
        "photo": _photo(search, request) if is_kept else None,
        "asked": asked,
        "weight": search.visual_weight,
        "is_fashion": search.is_fashion,
        "message": _said(search.message, message_said(search.message)),
        "widened": _said(search.widened, widening_said(search.widened, search.kind)),
        "understood": {
            "attributes": search.prediction,
            "wishes": search.wishes,
            "overridden": search.corrections,
            "types": search.types,
        },
        "matches": matches_told(matches, request),
        "generation": search.generation,
        "backbone": search.backbone,
    }


def matches_told(matches: Sequence[SearchMatch], request: Request) -> list[dict[str, Any]]:
    tell = reasons_teller(shown_only=False)
    return [
        {
            **{name: getattr(one, name) for name in ("rank", "sku", "name", "similar")},
            **product_told(one, request),
            **{name: getattr(one, name) for name in ("score", "visual", "style")},
            "reasons": [
                {"code": code, "text": tell([code])[0]} for code in one.reasons if tell([code])
            ],
        }
        for one in matches
    ]


def product_told(match: SearchMatch, request: Request) -> dict[str, Any]:
    """What is known of the product now; of one that is gone what was kept."""
    product = match.product
    price = product.price if product else None
    return {
        "brand": product.brand if product else "",
        "price": None if price is None else f"{price:.2f}",
        "currency": product.currency if product else "",
        "page": request.build_absolute_uri(match.url),
        "shop_page": product.product_url if product else "",
        "photo": request.build_absolute_uri(match.image) if match.image else "",
    }


def _photo(search: Search, request: Request) -> str | None:
    return reverse("api:search-photo", [search.pk], request=request) if search.photo else None


def _said(code: str, text: str) -> dict[str, str] | None:
    return {"code": code, "text": text or _(code)} if code else None
