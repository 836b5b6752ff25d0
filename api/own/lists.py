from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse as path_to
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.access.shoppers import OWN
from api.catalogue.serializers import RELATED, ProductSerializer, product_told
from api.catalogue.views import IF_MATCH, SKU
from api.etags import check_unchanged
from api.examples import example
from api.own.base import OwnView
from api.own.examples import LIST
from api.pages import PARAMETERS, NewestFirst
from api.problems import refused
from api.schema import Example, Operation, in_path
from catalog.models import Product
from shoppers import favourites
from shoppers.favourites import NAME_LENGTH, ListError
from shoppers.models import Favourite, FavouriteList

ID = in_path("pk", "The id of the list.", int)


class ListSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    href = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField(help_text="Products in it.")
    link = serializers.CharField(
        allow_null=True, help_text="Whoever has it sees the list; null while it is private."
    )
    created_at = serializers.DateTimeField()


class ListsSerializer(serializers.Serializer):
    results = ListSerializer(many=True, help_text="Oldest first: hearts go into the first.")


class NewListSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=NAME_LENGTH)


class ListWishSerializer(serializers.Serializer):
    """What is left out stays as it is."""

    name = serializers.CharField(required=False, max_length=NAME_LENGTH)
    is_shared = serializers.BooleanField(
        required=False, help_text="Makes a new link, or ends the one there is for ever."
    )


class LikedSerializer(serializers.Serializer):
    since = serializers.DateTimeField()
    product = ProductSerializer()


class LikedPageSerializer(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = LikedSerializer(many=True)


LIKED_PAGE = Example(
    {
        "next": None,
        "previous": None,
        "results": [{"since": "2026-11-30T09:00:00Z", "product": example("product")}],
    },
    200,
)


class NewestLiked(NewestFirst):
    ordering = ("-liked_at", "-pk")


class ListsView(OwnView):
    scopes = {"GET": OWN, "POST": OWN}

    @Operation(
        "list_lists",
        "The lists of the shopper",
        {200: ListsSerializer},
        examples=[Example({"results": [LIST]}, 200)],
    )
    def get(self, request: Request) -> Response:
        rows = counted(self.visitor.lists)
        return Response({"results": [list_told(row, request) for row in rows]})

    @Operation(
        "create_list",
        "A new list",
        {201: ListSerializer},
        request=NewListSerializer,
        examples=[Example({"name": "For the wedding"}), Example(LIST, 201)],
    )
    def post(self, request: Request) -> Response:
        asked = NewListSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            made = favourites.create_list(self.visitor, asked.validated_data["name"])
        except ListError as error:
            raise refused("name", str(error)) from error
        told = list_told(counted(self.visitor.lists).get(pk=made.pk), request)
        return Response(told, 201, headers={"Location": told["href"]})


class OneListView(OwnView):
    def list(self, pk: int) -> FavouriteList:
        return get_object_or_404(counted(self.visitor.lists), pk=pk)


class ListView(OneListView):
    scopes = {"GET": OWN, "PATCH": OWN, "DELETE": OWN}

    @Operation(
        "get_list",
        "One list",
        {200: ListSerializer},
        parameters=[ID],
        problems=[404],
        examples=[Example(LIST, 200)],
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(list_told(self.list(pk), request))

    @Operation(
        "update_list",
        "Rename a list, share it or end that",
        {200: ListSerializer},
        request=ListWishSerializer,
        parameters=[ID, IF_MATCH],
        problems=[404, 412],
        examples=[Example({"name": "For the wedding"}), Example(LIST, 200)],
    )
    def patch(self, request: Request, pk: int) -> Response:
        found = self.list(pk)
        self.check_unchanged(found)
        asked = ListWishSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        self.change(found, asked.validated_data)
        return Response(list_told(self.list(pk), request))

    @Operation(
        "delete_list",
        "Delete a list; the products in it stay in others",
        {204: None},
        parameters=[ID, IF_MATCH],
        problems=[404, 412],
    )
    def delete(self, request: Request, pk: int) -> Response:
        found = self.list(pk)
        self.check_unchanged(found)
        favourites.delete_list(found)
        return Response(status=204)

    def change(self, found: FavouriteList, wish: dict[str, Any]) -> None:
        try:
            if "name" in wish:
                favourites.rename(self.visitor, found, wish["name"])
        except ListError as error:
            raise refused("name", str(error)) from error
        if "is_shared" in wish:
            favourites.share(found, on=wish["is_shared"])

    def check_unchanged(self, found: FavouriteList) -> None:
        """Raises a problem if the program has seen another state of it."""
        told = list_told(found, self.request)
        check_unchanged(self.request, JSONRenderer().render(told))


class ListedView(OneListView):
    scopes = {"GET": OWN}

    @Operation(
        "list_listed",
        "The products of a list, newest first",
        {200: LikedPageSerializer},
        parameters=[ID, *PARAMETERS],
        problems=[404],
        examples=[LIKED_PAGE],
    )
    def get(self, request: Request, pk: int) -> Response:
        related = [f"product__{one}" for one in RELATED]
        rows = self.list(pk).favourites.select_related("product").prefetch_related(*related)
        pages = NewestFirst()
        found = pages.paginate_queryset(rows, request, self) or []
        return pages.get_paginated_response(
            [liked_told(one.product, one.created_at, request) for one in found]
        )


class ListedOneView(OneListView):
    scopes = {"PUT": OWN, "DELETE": OWN}

    @Operation(
        "put_listed",
        "Put a product into a list; one that is there stays where it is",
        {204: None},
        parameters=[ID, SKU],
        problems=[404],
    )
    def put(self, request: Request, pk: int, sku: str) -> Response:
        found = self.list(pk)
        favourites.add(product_to_like(sku), found)
        return Response(status=204)

    @Operation(
        "delete_listed",
        "Take a product out of a list",
        {204: None},
        parameters=[ID, SKU],
        problems=[404],
    )
    def delete(self, request: Request, pk: int, sku: str) -> Response:
        get_object_or_404(Favourite, list=self.list(pk), product__sku=sku).delete()
        return Response(status=204)


class FavouritesView(OwnView):
    scopes = {"GET": OWN}

    @Operation(
        "list_favourites",
        "What the shopper likes, in whichever list, newest first",
        {200: LikedPageSerializer},
        parameters=PARAMETERS,
        problems=[404],
        examples=[LIKED_PAGE],
    )
    def get(self, request: Request) -> Response:
        rows = favourites.liked_products(self.visitor).prefetch_related(*RELATED)
        pages = NewestLiked()
        found: list[Any] = pages.paginate_queryset(rows, request, self) or []
        return pages.get_paginated_response(
            [liked_told(one, one.liked_at, request) for one in found]
        )


class FavouriteView(OwnView):
    scopes = {"PUT": OWN, "DELETE": OWN}

    @Operation(
        "put_favourite",
        "Like a product: into the first list, unless it is in one",
        {204: None},
        parameters=[SKU],
        problems=[404],
    )
    def put(self, request: Request, sku: str) -> Response:
        favourites.like(self.visitor, product_to_like(sku), True)
        return Response(status=204)

    @Operation(
        "delete_favourite",
        "Like a product no more: out of all lists",
        {204: None},
        parameters=[SKU],
        problems=[404],
    )
    def delete(self, request: Request, sku: str) -> Response:
        product = get_object_or_404(favourites.liked_products(self.visitor), sku=sku)
        favourites.like(self.visitor, product, False)
        return Response(status=204)


def product_to_like(sku: str) -> Product:
    """One that shoppers see."""
    return get_object_or_404(Product.objects.active(), sku=sku)


def counted(lists: QuerySet[FavouriteList]) -> QuerySet[FavouriteList]:
    """With `count`: how many products are in each."""
    return lists.annotate(count=Count("favourites"))


def list_told(row: Any, request: Request) -> dict[str, Any]:
    """As `ListSerializer` describes a row of `counted`."""
    link = path_to("shoppers:shared-list", args=[row.share_token]) if row.share_token else None
    return {
        "id": row.pk,
        "href": reverse("api:list", [row.pk], request=request),
        "name": row.name,
        "count": row.count,
        "link": link and request.build_absolute_uri(link),
        "created_at": row.created_at,
    }


def liked_told(product: Product, since: Any, request: Request) -> dict[str, Any]:
    return {"since": since, "product": product_told(product, request)}
