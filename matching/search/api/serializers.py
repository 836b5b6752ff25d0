from __future__ import annotations

from typing import Any

from rest_framework import serializers

from catalog.models import Attribute
from matching.models import Search, SearchMatch
from matching.search.find import DEFAULT_K, MAX_K


class PredictQuery(serializers.Serializer):
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


class MatchSerializer(serializers.ModelSerializer):
    url = serializers.CharField(read_only=True)

    class Meta:
        model = SearchMatch
        fields = ["sku", "name", "url", "image", "score", "visual", "style", "reasons", "similar"]


class ConfidenceField(serializers.Serializer):
    item_type = serializers.FloatField()
    gender = serializers.FloatField()
    colour = serializers.FloatField()
    season = serializers.FloatField()


class PredictionSerializer(serializers.Serializer):
    """The shape for the schema; further attributes of the shop appear under their own key."""

    item_type = serializers.CharField()
    gender = serializers.CharField()
    colour = serializers.CharField()
    season = serializers.CharField()
    style_top3 = serializers.DictField(child=serializers.FloatField())
    confidence = ConfidenceField()


class AnswerSerializer(serializers.Serializer):
    prediction = PredictionSerializer()
    recommendations = serializers.ListField(child=serializers.CharField())
    matches = MatchSerializer(many=True)
    widened = serializers.CharField(allow_null=True)
    is_fashion = serializers.BooleanField()
    message = serializers.CharField(required=False)

    def to_representation(self, search: Search) -> dict[str, Any]:
        matches = MatchSerializer(search.matches.all(), many=True).data
        answer = {
            "prediction": prediction(search),
            "recommendations": [match["image"] for match in matches],
            "matches": matches,
            "widened": search.widened or None,
            "is_fashion": search.is_fashion,
        }
        return answer | ({"message": search.message} if search.message else {})


class ProblemSerializer(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What is wrong, in one sentence for a person.")


def prediction(search: Search) -> dict[str, Any]:
    """Attribute to label; of style the three most probable; the confidence of each label."""
    style = Attribute.objects.filter(role=Attribute.Role.STYLE).values_list("key", flat=True)
    plain = {key: ranked[0] for key, ranked in search.prediction.items() if key not in style}
    found: dict[str, Any] = {key: best["value"] for key, best in plain.items()}
    for key in style:
        ranked = search.prediction.get(key, [])
        found["style_top3"] = {entry["value"]: entry["probability"] for entry in ranked}
    found["confidence"] = {key: best["probability"] for key, best in plain.items()}
    return found
