"""What a program asks for, in whatever way it is sent: JSON, a form with a photo, or a photo alone
with the rest in the query."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from api.filters import FiltersSerializer, filters_of
from api.models import AskedSearch
from api.problems import ProblemError, invalid, refused, too_large
from catalog.facets import Filters
from catalog.importers.fetching import Fetcher, FetchError, Limits
from catalog.importers.values import web_address
from catalog.importers.web_photos import KINDS
from catalog.models import AttributeValue, Product
from matching.search.ask import Ask
from matching.search.cropping import Crop
from matching.search.find import photo_of
from matching.search.uploads import MOST_WORDS, UploadError, read_upload
from matching.search.wording import in_english

DEFAULT_K, MAX_K = 10, 100
# Whoever waits for an answer waits no longer for a photo.
MOST_SECONDS = 10
STRUCTURED = ("crop", "filters", "attributes")
# What may be searched with beside a photo that is sent.
SOURCES = ("photo_url", "sku", "search")


class CropSerializer(serializers.Serializer):
    """A part of the upright photo, as shares of its sides."""

    left = serializers.FloatField(min_value=0, max_value=0.98)
    top = serializers.FloatField(min_value=0, max_value=0.98)
    width = serializers.FloatField(min_value=0.02, max_value=1)
    height = serializers.FloatField(min_value=0.02, max_value=1)

    def validate(self, attrs: dict[str, float]) -> dict[str, float]:
        if attrs["left"] + attrs["width"] > 1.001 or attrs["top"] + attrs["height"] > 1.001:
            raise serializers.ValidationError(_("The part lies outside of the photo."))
        return attrs


class WishSerializer(serializers.Serializer):
    """A photo, words, or both; or the SKU of a product to find more like; or the photo of a search
    that was kept."""

    words = serializers.CharField(
        required=False,
        max_length=MOST_WORDS,
        help_text="Alone, or on top of a photo or a product: `like this, but in red`.",
    )
    sku = serializers.CharField(
        required=False, max_length=64, help_text="Finds more like this product."
    )
    photo_url = serializers.URLField(
        required=False, max_length=500, help_text="A public address of a photo."
    )
    search = serializers.UUIDField(
        required=False, help_text="A search of your own, whose photo is searched with again."
    )
    crop = CropSerializer(required=False)
    garment = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=100,
        help_text="The number of the garment that is meant; the main one if it is left out.",
    )
    k = serializers.IntegerField(
        default=DEFAULT_K, min_value=1, max_value=MAX_K, help_text="How many products."
    )
    weight = serializers.FloatField(
        required=False,
        min_value=0,
        max_value=1,
        help_text="Of looks against style; the shop's own if it is left out.",
    )
    filters = FiltersSerializer(required=False)
    attributes = serializers.DictField(
        child=serializers.CharField(max_length=100),
        required=False,
        help_text="Attribute key to the value that is right, whatever is seen or said.",
    )
    store = serializers.BooleanField(
        default=True, help_text="Whether to keep the search, to be read again by its id."
    )


class FormWishSerializer(WishSerializer):
    """The same as a form; `crop`, `filters` and `attributes` are JSON."""

    photo = serializers.FileField(required=False, help_text="JPEG, PNG, WebP, GIF, AVIF, HEIC.")
    crop = serializers.JSONField(required=False)  # type: ignore[assignment]
    filters = serializers.JSONField(required=False)  # type: ignore[assignment]
    attributes = serializers.JSONField(required=False)  # type: ignore[assignment]


class PictureParser(BaseParser):
    """A photo that is the whole body."""

    media_type = "image/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        data = bytes(stream.read(settings.MAX_UPLOAD_BYTES + 1))
        if len(data) > settings.MAX_UPLOAD_BYTES:
            raise too_large(settings.MAX_UPLOAD_BYTES)
        return data


class BinaryParser(PictureParser):
    media_type = "application/octet-stream"


@dataclass(frozen=True)
class Wish:
    """`said` is what was asked for but for the photo, as JSON has it."""

    ask: Ask
    said: dict[str, Any]
    store: bool

    @property
    def fingerprint(self) -> str:
        """The same for the same request, however it was sent."""
        photo = hashlib.sha256(self.ask.photo or b"").hexdigest()
        whole = json.dumps([self.said, self.store, photo], sort_keys=True, default=str)
        return hashlib.sha256(whole.encode()).hexdigest()


def read_wish(request: Request, searches: QuerySet[AskedSearch]) -> Wish:
    """`searches`: those whose photos may be searched with again. Raises problems, and UploadError
    for a form that cannot be read."""
    photo, raw = _parts(request)
    reader = WishSerializer(data=raw)
    reader.is_valid(raise_exception=True)
    wish: dict[str, Any] = reader.validated_data
    sources = [name for name in SOURCES if name in wish]
    if sources and (photo is not None or len(sources) > 1):
        name = sources[0] if photo is None else "photo"
        raise refused(name, _("Give one of them: a photo, its address, a search or a SKU."))
    if "photo_url" in wish:
        photo = fetched(wish["photo_url"])
    if "search" in wish:
        photo = _photo_of(wish["search"], searches)
    ask = _ask(wish, photo)
    if ask.photo is None and ask.like is None and not ask.words:
        raise refused("", _("Send a photo, words or a SKU: there is nothing to search for."))
    said = {name: one for name, one in reader.data.items() if name not in ("store",)}
    return Wish(ask, json.loads(json.dumps(said, default=str)), wish["store"])


def _parts(request: Request) -> tuple[bytes | None, Mapping[str, Any]]:
    """The photo, if one was sent, and all else that was said."""
    if request.content_type.startswith("multipart/"):
        photo = _uploaded(request)
        return photo, _unpacked(request._request.POST.dict())
    data = request.data
    if isinstance(data, bytes):
        return data, _unpacked(request.query_params.dict())
    if not isinstance(data, Mapping):
        raise invalid([{"field": "", "detail": _("An object is wanted.")}])
    return None, data


def _uploaded(request: Request) -> bytes | None:
    try:
        return read_upload(request._request, "photo", settings.MAX_UPLOAD_BYTES)
    except UploadError as error:
        if error.code == "no_file":
            return None
        raise


def _unpacked(form: Mapping[str, str]) -> dict[str, Any]:
    """Fields of a form, which are texts, with those that have parts of their own read as JSON."""
    found: dict[str, Any] = dict(form)
    for name in STRUCTURED:
        if name in found:
            try:
                found[name] = json.loads(found[name])
            except ValueError as error:
                raise refused(name, _("This is no JSON.")) from error
    return found


def filters_said(wish: Mapping[str, Any]) -> Filters:
    """Raises a problem for a value that the catalogue does not have."""
    return filters_of(wish.get("filters", {}), "filters.")


def _ask(wish: Mapping[str, Any], photo: bytes | None) -> Ask:
    product = _product(wish)
    return Ask(
        photo=photo,
        words=" ".join(wish.get("words", "").replace("\0", "").split()),
        crop=_crop(wish.get("crop")),
        k=wish["k"],
        corrections=_corrections(wish.get("attributes", {})),
        like=product.pk if product else None,
        weight=wish.get("weight"),
        filters=filters_said(wish),
        garment=wish["garment"] - 1 if "garment" in wish else None,
        is_kept="search" in wish,
    )


def _product(wish: Mapping[str, Any]) -> Product | None:
    if "sku" not in wish:
        return None
    product = Product.objects.active().filter(sku=wish["sku"]).first()
    if product is None:
        raise refused("sku", _("The catalogue has no such product."))
    return product


def _photo_of(pk: UUID, searches: QuerySet[AskedSearch]) -> bytes:
    row = searches.filter(pk=pk).first()
    if row is None or not row.search.photo:
        raise refused("search", _("There is no such search with a photo."))
    return photo_of(row.search)


def _crop(said: Mapping[str, float] | None) -> Crop | None:
    if said is None:
        return None
    left, top = said["left"], said["top"]
    return Crop(left, top, min(said["width"], 1 - left), min(said["height"], 1 - top))


def _corrections(said: Mapping[str, str]) -> dict[str, str]:
    for key, value in said.items():
        if not AttributeValue.objects.filter(attribute__key=key, value=value).exists():
            raise refused(f"attributes.{key}", in_english("no_such_value"))
    return dict(said)


def fetched(address: str) -> bytes:
    """The photo that stands at a public address."""
    data = BytesIO()
    seconds = min(MOST_SECONDS, settings.FETCH_SECONDS)
    limits = Limits(settings.MAX_UPLOAD_BYTES, seconds, KINDS)
    try:
        Fetcher().fetch(web_address(address), data, limits)
    except FetchError as error:
        said = _("The address %(error)s.") % {"error": error}
        raise ProblemError("address-unusable", said) from error
    return data.getvalue()
