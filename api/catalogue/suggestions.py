from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.catalogue.serializers import ProductSerializer, products_told
from api.examples import example
from api.models import Scope
from api.schema import Example, Operation, query
from matching.search.suggest import suggest
from matching.search.uploads import MOST_WORDS
from shoppers.visitor import Visitor


class TypedSerializer(serializers.Serializer):
    q = serializers.CharField(max_length=MOST_WORDS, allow_blank=True)


class CompletionSerializer(serializers.Serializer):
    text = serializers.CharField(help_text="All that was typed, completed.")
    key = serializers.CharField(help_text="Of the attribute that is meant, or `brand`, or empty.")
    label = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField(help_text="At most so many products have it.")


class SuggestionsSerializer(serializers.Serializer):
    words = CompletionSerializer(many=True)
    products = ProductSerializer(many=True, help_text="That are called so.")


class SuggestionsView(ApiView):
    tag = "Searches"
    scopes = {"GET": Scope.READ}
    cache_control = "no-cache"

    @Operation(
        "list_suggestions",
        "What somebody who types may be about to say, as the pages suggest it",
        {200: SuggestionsSerializer},
        parameters=[query("q", "What is typed so far.", required=True)],
        examples=[Example(example("suggestions"), 200)],
        about="In the language of `Accept-Language`. To search for one of them, send its `text`.",
    )
    def get(self, request: Request) -> Response:
        asked = TypedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = suggest(asked.validated_data["q"], Visitor())
        words = CompletionSerializer(found.words, many=True).data
        return Response({"words": words, "products": products_told(found.products, request)})
