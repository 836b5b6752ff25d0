from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.utils.translation import override
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from catalog.attributes import Meaning, key_of
from catalog.models import Attribute
from catalog.parameters import CONFIDENCE, STYLE_TOP3
from matching.models import Search, SearchMatch
from matching.search.ask import DEFAULT_K, MAX_K
from matching.search.look import Spot
from matching.search.wording import message_said, reasons_teller, widened_said

# What every client of /predict/ was promised; further attributes may come and go.
PROMISED = ("item_type", "gender", "colour", "season")


class PredictQuery(serializers.Serializer):
    each = serializers.BooleanField(
        default=False, help_text="Also the matches of every further garment of the picture."
    )
    k = serializers.IntegerField(
        default=DEFAULT_K,
        min_value=1,
        max_value=MAX_K,
        help_text="How many products to return.",
        error_messages={
            name: f"k must be a whole number from 1 to {MAX_K}."
            for name in ("invalid", "min_value", "max_value", "max_string_length")
        },
    )


class PredictUpload(serializers.Serializer):
    file = serializers.FileField(help_text="The picture: JPEG, PNG, WebP, GIF, AVIF, HEIC, ...")


@extend_schema_serializer(component_name="PredictMatch")
class MatchSerializer(serializers.ModelSerializer):
    url = serializers.CharField(read_only=True)
    reasons = serializers.SerializerMethodField()

    class Meta:
        model = SearchMatch
        fields = ["sku", "name", "url", "image", "score", "visual", "style", "reasons", "similar"]

    def get_reasons(self, match: SearchMatch) -> list[str]:
        return list(self.context["tell"](match.reasons))


class ConfidenceField(serializers.Serializer):
    def get_fields(self) -> dict[str, Any]:
        keys = (key for key in _keys() if key != STYLE_TOP3)
        return {key: serializers.FloatField(required=key in PROMISED) for key in keys}


class PredictionSerializer(serializers.Serializer):
    """The shape for the schema; further attributes of the shop appear under their own key."""

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = {
            key: serializers.DictField(child=serializers.FloatField())
            if key == STYLE_TOP3
            else serializers.CharField(required=key in PROMISED, allow_null=True)
            for key in _keys()
        }
        return fields | {CONFIDENCE: ConfidenceField()}


def _keys() -> list[str]:
    """As the answer names the attributes of the shop, that of the style last."""
    style = Attribute.Role.STYLE
    try:
        rows = list(Attribute.objects.values_list("key", "role"))
    except DatabaseError:
        # Checks before a deployment write the schema where no database may be yet.
        return [*PROMISED, STYLE_TOP3]
    plain = [key for key, role in rows if role != style]
    return plain + [STYLE_TOP3 for _, role in rows if role == style]


class GarmentLabelSerializer(serializers.Serializer):
    value = serializers.CharField()
    confidence = serializers.FloatField()


class GarmentSerializer(serializers.Serializer):
    box = serializers.ListField(
        child=serializers.FloatField(),
        help_text="Left, top, right and bottom as shares of the picture's width and height.",
    )
    turned = serializers.IntegerField(
        help_text="By how many degrees clockwise the picture was turned to look at it."
    )
    item_type = serializers.CharField(allow_blank=True)
    confidence = serializers.FloatField(help_text="That there is a garment, 0 to 1.")
    attributes = serializers.DictField(child=GarmentLabelSerializer())
    matches = MatchSerializer(many=True, required=False)


class AnswerSerializer(serializers.Serializer):
    prediction = PredictionSerializer()
    recommendations = serializers.ListField(child=serializers.CharField())
    matches = MatchSerializer(many=True)
    widened = serializers.CharField(allow_null=True)
    is_fashion = serializers.BooleanField()
    garments = GarmentSerializer(many=True)
    message = serializers.CharField(required=False)

    def to_representation(self, search: Search) -> dict[str, Any]:
        with override("en"):
            return self._in_english(search)

    def _in_english(self, search: Search) -> dict[str, Any]:
        rows, tell = search.matches.select_related("product"), reasons_teller(shown_only=False)
        matches = MatchSerializer(rows, many=True, context={"tell": tell}).data
        answer = {
            "prediction": prediction(search),
            "recommendations": [match["image"] for match in matches],
            "matches": matches,
            "widened": widened_said(search.widened) or None,
            "is_fashion": search.is_fashion,
            "garments": self._garments(search, matches, tell),
        }
        return answer | ({"message": message_said(search.message)} if search.message else {})

    def _garments(self, search: Search, matches: Any, tell: Any) -> list[dict[str, Any]]:
        """Matches stand with the first alone, unless the context has those of `each`."""
        found = [garment_told(kept) for kept in search.garments]
        if found:
            found[0]["matches"] = matches
        for garment, rows in zip(found[1:], self.context.get("each", [])[1:], strict=False):
            garment["matches"] = MatchSerializer(rows, many=True, context={"tell": tell}).data
        return found


def garment_told(kept: dict[str, Any]) -> dict[str, Any]:
    """A garment of `Search.garments` as programs get it."""
    labels = {
        key: {"value": ranked[0]["value"], "confidence": ranked[0]["probability"]}
        for key, ranked in kept["prediction"].items()
        if ranked
    }
    return {
        "box": kept["box"],
        "turned": Spot.from_json(kept).degrees,
        "item_type": labels.get(key_of(Meaning.KIND), {}).get("value", ""),
        "confidence": kept["confidence"],
        "attributes": labels,
    }


class ProblemSerializer(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong, in one sentence for a person.")


def prediction(search: Search) -> dict[str, Any]:
    """Attribute to label, None where the photo does not tell; of style the three most probable; the
    confidence of each label."""
    style = search.style
    nothing = {"value": None, "probability": 0.0}
    plain = {
        key: ranked[0] if ranked else nothing
        for key, ranked in search.prediction.items()
        if key != style
    }
    found: dict[str, Any] = {key: best["value"] for key, best in plain.items()}
    if style:
        ranked = search.prediction.get(style, [])
        found[STYLE_TOP3] = {entry["value"]: entry["probability"] for entry in ranked}
    found[CONFIDENCE] = {key: best["probability"] for key, best in plain.items()}
    return found
