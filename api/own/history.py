from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.access.shoppers import OWN
from api.own.base import OwnView
from api.own.examples import OWN_SEARCH
from api.pages import PARAMETERS, NewestFirst
from api.schema import Example, Operation, in_path
from api.searches.serializers import SearchSerializer, search_told
from api.searches.views import photo_of
from matching.models import Search
from matching.search.history import delete_searches, searches_of
from matching.search.history_views import title_of
from matching.search.naming import name_of

ID = in_path("pk", "The id of the search.", UUID)
OFFERS = "matches__product__variants__offers"


class OwnSearchSerializer(SearchSerializer):
    title = serializers.CharField(help_text="What the history calls it.")


class OwnSearchPageSerializer(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = OwnSearchSerializer(many=True)


class HistoryView(OwnView):
    @property
    def searches(self) -> QuerySet[Search]:
        return searches_of(self.visitor).prefetch_related(OFFERS)


class OwnSearchesView(HistoryView):
    scopes = {"GET": OWN, "DELETE": OWN}

    @Operation(
        "list_own_searches",
        "What the shopper has searched for on the pages, newest first",
        {200: OwnSearchPageSerializer},
        parameters=PARAMETERS,
        problems=[404],
        examples=[Example({"next": None, "previous": None, "results": [OWN_SEARCH]}, 200)],
    )
    def get(self, request: Request) -> Response:
        pages = NewestFirst()
        rows = pages.paginate_queryset(self.searches, request, self) or []
        return pages.get_paginated_response([own_search_told(row, request) for row in rows])

    @Operation(
        "delete_own_searches", "Delete the whole history with its photos, for ever", {204: None}
    )
    def delete(self, request: Request) -> Response:
        delete_searches(searches_of(self.visitor))
        return Response(status=204)


class OwnSearchView(HistoryView):
    scopes = {"GET": OWN, "DELETE": OWN}

    @Operation(
        "get_own_search",
        "A search as it was answered",
        {200: OwnSearchSerializer},
        parameters=[ID],
        problems=[404],
        examples=[Example(OWN_SEARCH, 200)],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(own_search_told(get_object_or_404(self.searches, pk=pk), request))

    @Operation(
        "delete_own_search",
        "Delete a search with its photo",
        {204: None},
        parameters=[ID],
        problems=[404],
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        row = get_object_or_404(searches_of(self.visitor), pk=pk)
        delete_searches(Search.objects.filter(pk=row.pk))
        return Response(status=204)


class OwnSearchPhotoView(HistoryView):
    scopes = {"GET": OWN}

    @Operation(
        "get_own_search_photo",
        "The photo that was searched with",
        {(200, "image/jpeg"): OpenApiTypes.BINARY},
        parameters=[ID],
        problems=[404],
    )
    def get(self, request: Request, pk: UUID) -> Any:
        return photo_of(get_object_or_404(searches_of(self.visitor), pk=pk))


def own_search_told(search: Search, request: Request) -> dict[str, Any]:
    """As `OwnSearchSerializer` describes it."""
    said = {"words": search.words, "crop": search.crop, "attributes": search.corrections}
    asked = {"k": search.k} | {name: one for name, one in said.items() if one}
    told = search_told(search, list(search.matches.all()), asked, request)
    photo = reverse("api:own-search-photo", [search.pk], request=request)
    return told | {
        "title": title_of(search, name_of(search)),
        "href": reverse("api:own-search", [search.pk], request=request),
        "photo": photo if search.photo else None,
        "next": None,
    }
