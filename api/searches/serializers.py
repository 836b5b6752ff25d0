from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from api.catalogue.serializers import (
    OfferSerializer,
    PhotoSerializer,
    TermsSerializer,
    offers_told,
    photo_told,
    terms_told,
)
from api.pages import next_page
from catalog.models import Product
from matching.models import Search, SearchMatch
from matching.search.api.serializers import GarmentSerializer, garment_told
from matching.search.chips import Chip, chips_of
from matching.search.choose import MOST_TWINS
from matching.search.wording import message_said, reasons_teller, widening_said
from words import Role

# Further down nothing is like it.
MOST_MATCHES = 1000


class SaidSerializer(serializers.Serializer):
    """A code, which never changes, and what it says in the language asked for."""

    code = serializers.CharField()
    text = serializers.CharField()


class RankedSerializer(serializers.Serializer):
    value = serializers.CharField()
    probability = serializers.FloatField()


class ChipSerializer(serializers.Serializer):
    """A part of the words, and how it was taken."""

    role = serializers.ChoiceField(list(Role), help_text="What it does.")
    text = serializers.CharField(help_text="What was understood, in the language asked for.")
    typed = serializers.CharField(help_text="The misspelt word it was taken for; empty: none.")
    without = serializers.CharField(help_text="The words without it.")
    as_typed = serializers.CharField(
        help_text="The words with the word as it was typed; empty: nothing was corrected."
    )
    turned = serializers.CharField(
        help_text="The words with what was wanted unwanted, or the other way about; empty: neither."
    )


class FoundGarmentSerializer(GarmentSerializer):
    """A garment that was seen in the photo, the main one first."""

    matches = None  # type: ignore[assignment]
    number = serializers.IntegerField(help_text="To search with it: `garment`.")


class UnderstoodSerializer(serializers.Serializer):
    """Attributes by their keys."""

    attributes = serializers.DictField(
        child=RankedSerializer(many=True), help_text="What is seen: values, most probable first."
    )
    wishes = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="What the words ask for.",
    )
    chips = ChipSerializer(many=True, help_text="The words part by part.")
    overridden = serializers.DictField(
        child=serializers.CharField(), help_text="What you said is right."
    )
    types = serializers.ListField(
        child=serializers.CharField(), help_text="What was searched among; empty: everything."
    )


class MatchSerializer(TermsSerializer):
    rank = serializers.IntegerField()
    sku = serializers.CharField()
    name = serializers.CharField()
    href = serializers.CharField(allow_null=True, help_text="None if the product is gone.")
    brand = serializers.CharField(help_text="Empty if none is known, or the product is gone.")
    offers = OfferSerializer(many=True, help_text="All of them; beside it, the one that is shown.")
    page = serializers.CharField(help_text="Its page here.")
    photo = PhotoSerializer(allow_null=True)
    score = serializers.FloatField(help_text="`weight` of visual and the rest of style.")
    visual = serializers.FloatField()
    style = serializers.FloatField()  # type: ignore[assignment]
    reasons = SaidSerializer(many=True, help_text="In which attributes it agrees.")
    similar = serializers.IntegerField(help_text="How many near-twins are folded under it.")
    twins = serializers.ListField(
        child=serializers.CharField(), help_text=f"Their SKUs, the first {MOST_TWINS}."
    )


class MatchPageSerializer(serializers.Serializer):
    next = serializers.CharField(allow_null=True, help_text="Where the matches go on.")
    results = MatchSerializer(many=True)


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
    garments = FoundGarmentSerializer(many=True)
    garment = serializers.IntegerField(
        allow_null=True, help_text="The number of the one that was searched with."
    )
    matches = MatchSerializer(many=True)
    next = serializers.CharField(allow_null=True, help_text="Where the matches go on.")
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
            "chips": [_chip(one) for one in chips_of(search)],
            "overridden": search.corrections,
            "types": search.types,
        },
        "garments": [
            {"number": number, **garment_told(one)}
            for number, one in enumerate(search.garments, start=1)
        ],
        "garment": search.garment + 1 if search.garments else None,
        "matches": matches_told(matches, request),
        "next": next_matches(search, matches, request) if is_kept else None,
        "generation": search.generation,
        "backbone": search.backbone,
    }


def matches_told(matches: Sequence[SearchMatch], request: Request) -> list[dict[str, Any]]:
    """As `MatchSerializer` describes them."""
    tell, twins = reasons_teller(shown_only=False), _twins(matches)
    return [
        {
            **{name: getattr(one, name) for name in ("rank", "sku", "name", "similar")},
            **_product(one, request),
            **{name: getattr(one, name) for name in ("score", "visual", "style")},
            "reasons": [
                {"code": code, "text": tell([code])[0]} for code in one.reasons if tell([code])
            ],
            "twins": [twins[pk] for pk in one.twins if pk in twins],
        }
        for one in matches
    ]


def next_matches(search: Search, matches: Sequence[SearchMatch], request: Request) -> str | None:
    """The address of what comes behind these matches; None if nothing does."""
    if len(matches) < search.k or matches[-1].rank >= MOST_MATCHES:
        return None
    last = matches[-1]
    path = reverse("api:search-matches", [search.pk])
    return next_page(request, path, last.product_id or 0, last.rank)


def _product(match: SearchMatch, request: Request) -> dict[str, Any]:
    """What is known of the product now; of one that is gone what was kept."""
    product = match.product
    return {
        "href": reverse("api:product", [product.slug], request=request) if product else None,
        "brand": product.brand if product else "",
        **terms_told(product.offer if product else None),
        "offers": offers_told(product) if product else [],
        "page": request.build_absolute_uri(match.url),
        "photo": photo_told(product, request) if product and product.photo else None,
    }


def _twins(matches: Sequence[SearchMatch]) -> dict[int, str]:
    """Product id to SKU, of those that are still shown."""
    ids = {pk for one in matches for pk in one.twins}
    rows = Product.objects.findable().filter(pk__in=ids) if ids else Product.objects.none()
    return dict(rows.values_list("pk", "sku"))


def _chip(chip: Chip) -> dict[str, str]:
    told = {
        name: getattr(chip, name) for name in ("role", "typed", "without", "as_typed", "turned")
    }
    return told | {"text": chip.said}


def _photo(search: Search, request: Request) -> str | None:
    return reverse("api:search-photo", [search.pk], request=request) if search.photo else None


def _said(code: str, text: str) -> dict[str, str] | None:
    return {"code": code, "text": text or _(code)} if code else None
