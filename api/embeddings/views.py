from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.models import Scope
from api.problems import flat, refused
from api.schema import Example, Operation
from api.searches.views import SearchView
from api.searches.wishes import BinaryParser, PictureParser
from matching.engine.arrays import Floats
from matching.search.embed import Embedded, embed
from matching.search.uploads import ROOM_FOR_THE_FORM

MOST_PHOTOS, MOST_TEXTS, LONGEST_TEXT = 16, 100, 1000
BYTES = "application/octet-stream"
DIGITS = 7  # of a float32 below 1, beyond which there is nothing


class TextsSerializer(serializers.Serializer):
    texts = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_TEXT), max_length=MOST_TEXTS
    )


class EmbeddingFormSerializer(serializers.Serializer):
    """Photos, texts or both, each field as often as needed."""

    photo = serializers.ListField(
        child=serializers.FileField(), required=False, max_length=MOST_PHOTOS
    )
    text = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_TEXT), required=False, max_length=MOST_TEXTS
    )


class VectorField(serializers.ListField):
    """A row of unit length."""

    child = serializers.FloatField()


class EmbeddingsSerializer(serializers.Serializer):
    backbone = serializers.CharField(help_text="The fingerprint of the network.")
    network = serializers.CharField(help_text="Its name.")
    dimension = serializers.IntegerField()
    photos = serializers.ListField(child=VectorField(), help_text="In their order.")
    texts = serializers.ListField(child=VectorField(), help_text="In their order.")


EMBEDDINGS = {
    "backbone": "0f3a9c21d4e7b850",
    "network": "vibe-mini",
    "dimension": 4,
    "photos": [],
    "texts": [[0.5, -0.5, 0.5, 0.5]],
}


class BytesRenderer(JSONRenderer):
    """Chosen by `Accept`; what the view gives is bytes already, and a problem is JSON."""

    media_type = BYTES
    format = "bytes"


class EmbeddingsView(SearchView):
    tag = "Embeddings"
    scopes = {"POST": Scope.SEARCH}
    parser_classes = [JSONParser, MultiPartParser, PictureParser, BinaryParser]
    renderer_classes = [JSONRenderer, BytesRenderer]

    @property
    def most_bytes(self) -> int:
        return settings.MAX_UPLOAD_BYTES + ROOM_FOR_THE_FORM

    @Operation(
        "embed",
        "Vectors of photos and texts, by the network that the shop is searched with",
        {(200, "application/json"): EmbeddingsSerializer, (200, BYTES): OpenApiTypes.BINARY},
        request={
            "application/json": TextsSerializer,
            "multipart/form-data": EmbeddingFormSerializer,
            **{
                kind: {"type": "string", "format": "binary"}
                for kind in ("image/*", "application/octet-stream")
            },
        },
        problems=[503],
        examples=[Example({"texts": ["white summer dress"]}), Example(EMBEDDINGS, 200)],
        about=f"At most {MOST_PHOTOS} photos and {MOST_TEXTS} texts; each photo counts as a "
        f"request. `Accept: {BYTES}` has the rows as little-endian float32, first the photos', "
        "with the headers Embedding-Backbone, Embedding-Dimension and Embedding-Rows.",
    )
    def post(self, request: Request) -> HttpResponseBase:
        photos, texts = _sent(request)
        if not photos and not texts:
            raise refused("", _("Send photos or texts."))
        self.charge(len(photos) - 1)
        found = embed(photos, texts)
        if request.accepted_renderer.media_type == BYTES:
            return _as_bytes(found)
        return Response(_told(found))


def _sent(request: Request) -> tuple[list[bytes], list[str]]:
    """Photos and texts, however they were sent, no more than are taken at once."""
    if request.content_type.startswith("multipart/"):
        sent = request._request
        texts = _texts("text", sent.POST.getlist("text"))
        files = sent.FILES.getlist("photo")
        if len(files) > MOST_PHOTOS:
            raise refused("photo", _("At most %(most)s at once.") % {"most": MOST_PHOTOS})
        return [file.read() for file in files], texts
    data: Any = request.data
    if isinstance(data, bytes):
        return [data], []
    if not isinstance(data, Mapping):
        raise refused("", _("An object is wanted."))
    return [], _texts("texts", data.get("texts", []))


def _texts(name: str, said: Any) -> list[str]:
    reader = TextsSerializer(data={"texts": said})
    if not reader.is_valid():
        raise refused(name, next(one["detail"] for one in flat(reader.errors)))
    found: list[str] = reader.validated_data["texts"]
    return found


def _told(found: Embedded) -> dict[str, Any]:
    """As `EmbeddingsSerializer` describes it."""
    return {
        "backbone": found.backbone.fingerprint,
        "network": found.backbone.name,
        "dimension": found.backbone.dimension,
        "photos": _rounded(found.photos),
        "texts": _rounded(found.texts),
    }


def _rounded(rows: Floats) -> list[list[float]]:
    return [[round(one, DIGITS) for one in row] for row in rows.tolist()]


def _as_bytes(found: Embedded) -> HttpResponse:
    both: Sequence[Floats] = (found.photos, found.texts)
    body = b"".join(rows.astype("<f4").tobytes() for rows in both)
    return HttpResponse(
        body,
        content_type=BYTES,
        headers={
            "Embedding-Backbone": found.backbone.fingerprint,
            "Embedding-Dimension": str(found.backbone.dimension),
            "Embedding-Rows": str(sum(len(rows) for rows in both)),
        },
    )
