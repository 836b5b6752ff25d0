from __future__ import annotations

from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import TaggedView
from api.catalogue.bulk import order_rows, read_rows
from api.catalogue.serializers import (
    RELATED,
    AttributesSerializer,
    AttributeValuesSerializer,
    CompanionsSerializer,
    ListQuerySerializer,
    ProductPageSerializer,
    ProductSerializer,
    ProductsSerializer,
    product_told,
    products_told,
)
from api.catalogue.writing import NewProductSerializer, ProductWishSerializer, Row, write
from api.etags import check_unchanged
from api.examples import example
from api.filters import filters_of
from api.models import Scope
from api.pages import next_page, read_cursor
from api.problems import ProblemError, refused
from api.schema import Example, Operation, header, in_path, query
from api.searches.wishes import BinaryParser, PictureParser
from api.work.views import ClientJobSerializer, job_told
from catalog import columns
from catalog.columns import Ids
from catalog.facets import SORTS, counted_values, facets, product_ids
from catalog.models import Attribute, Product
from catalog.photos import PhotoError, open_photo
from catalog.removal import remove
from matching.browsing.similar import beside

SKU = in_path("sku", "The SKU, or the last part of its page's address.")
PRODUCT = example("product")
IF_MATCH = header("If-Match", "The ETag that you have seen: 412 if it has changed meanwhile.")
BINARY = {"type": "string", "format": "binary"}


class RowsParser(BaseParser):
    """A JSON array of products."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        is_lines = self.media_type != RowsParser.media_type
        return read_rows(stream.read(settings.MAX_UPLOAD_BYTES), is_lines)


class LinesParser(RowsParser):
    """One JSON object on each line."""

    media_type = "application/x-ndjson"


FILTERS = (
    query("q", "Words that all occur in name, brand, SKU or description."),
    query("brand", "May be repeated; one of them.", many=True),
    query("attribute", "`colour:red`; may be repeated: one value of each attribute.", many=True),
    query("price_min", "At least."),
    query("price_max", "At most."),
)
PAGED = (
    query("sort", "The order.", enum=list(SORTS)),
    query("limit", "How many at once, 1 to 100.", int),
    query("cursor", "Where the page begins: take the whole `next`."),
)


class CatalogueView(TaggedView):
    """Anybody may read; answers have ETags."""

    tag = "Catalogue"
    scopes = {"GET": Scope.READ}
    cache_control = "no-cache"

    def product(self, sku: str) -> Product:
        """By its SKU, or else by its slug; what is not shown is there for those who write."""
        key = self.request.auth
        may_write = key is not None and key.may(Scope.WRITE)  # type: ignore[union-attr]
        rows = Product.objects.all() if may_write else Product.objects.active()
        found = list(rows.filter(Q(sku=sku) | Q(slug=sku)).prefetch_related(*RELATED))
        if not found:
            raise Http404
        return next((one for one in found if one.sku == sku), found[0])


class ProductsView(CatalogueView):
    scopes = {"GET": Scope.READ, "POST": Scope.WRITE}

    @Operation(
        "create_product",
        "A new product",
        {201: ProductSerializer},
        request=NewProductSerializer,
        problems=[409, 422],
        examples=[Example({"sku": "tee-1", "name": "Red Tee", "price": "19.90"})],
    )
    def post(self, request: Request) -> Response:
        reader = NewProductSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        said: dict[str, Any] = dict(reader.validated_data)
        sku = said.pop("sku")
        if Product.objects.filter(sku=sku).exists():
            raise ProblemError("conflict", _("There is a product with this SKU."))
        written(Row(1, sku, said))
        told = product_told(self.product(sku), request)
        return Response(told, 201, headers={"Location": told["href"]})

    @Operation(
        "list_products",
        "Products that pass the filters",
        {200: ProductPageSerializer},
        parameters=[*FILTERS, *PAGED],
        examples=[Example({"count": 1, "next": None, "results": [PRODUCT]}, 200)],
    )
    def get(self, request: Request) -> Response:
        asked = read_query(request)
        ids = product_ids(filters_of(asked), asked["sort"])
        begin = _begin(ids, asked["cursor"])
        page = [int(one) for one in ids[begin : begin + asked["limit"]]]
        found = Product.objects.prefetch_related(*RELATED).in_bulk(page)
        there = [found[one] for one in page if one in found]
        end = begin + len(page)
        return Response(
            {
                "count": len(ids),
                "next": next_page(request, request.path, page[-1], end) if end < len(ids) else None,
                "results": products_told(there, request),
            }
        )


class ProductView(CatalogueView):
    scopes = {"GET": Scope.READ, "PATCH": Scope.WRITE, "DELETE": Scope.WRITE}

    @Operation(
        "get_product",
        "One product",
        {200: ProductSerializer},
        parameters=[SKU],
        problems=[404],
        examples=[Example(PRODUCT, 200)],
    )
    def get(self, request: Request, sku: str) -> Response:
        return Response(product_told(self.product(sku), request))

    @Operation(
        "update_product",
        "Change what is named of a product, and nothing else",
        {200: ProductSerializer},
        request=ProductWishSerializer,
        parameters=[SKU, IF_MATCH],
        problems=[404, 412, 422],
        examples=[Example({"price": "14.90"}), Example(PRODUCT, 200)],
    )
    def patch(self, request: Request, sku: str) -> Response:
        found = self.product(sku)
        self.check_unchanged(found)
        reader = ProductWishSerializer(data=request.data)
        reader.is_valid(raise_exception=True)
        written(Row(1, found.sku, reader.validated_data))
        return Response(product_told(self.product(found.sku), request))

    @Operation(
        "delete_product",
        "Delete a product with its photo",
        {204: None},
        parameters=[SKU, IF_MATCH],
        problems=[404, 412],
    )
    def delete(self, request: Request, sku: str) -> Response:
        found = self.product(sku)
        self.check_unchanged(found)
        remove(Product.objects.filter(pk=found.pk))
        columns.forget()
        return Response(status=204)

    def check_unchanged(self, found: Product) -> None:
        """Raises a problem if the program has seen another state of it."""
        told = product_told(found, self.request)
        check_unchanged(self.request, JSONRenderer().render(told))


class ProductPhotoView(CatalogueView):
    scopes = {"PUT": Scope.WRITE}
    parser_classes = [PictureParser, BinaryParser]

    @property
    def most_bytes(self) -> int:
        return int(settings.MAX_UPLOAD_BYTES)

    @Operation(
        "put_product_photo",
        "The photo of a product, as the whole body",
        {200: ProductSerializer},
        request={kind: BINARY for kind in ("image/*", "application/octet-stream")},
        parameters=[SKU],
        problems=[404],
    )
    def put(self, request: Request, sku: str) -> Response:
        found, data = self.product(sku), _sent(request)
        try:
            open_photo(data if isinstance(data, bytes) else b"")
        except PhotoError as error:
            raise ProblemError("bad-picture", str(error)) from error
        written(Row(1, found.sku, {}, photo=data))
        return Response(product_told(self.product(found.sku), request))


class BulkView(CatalogueView):
    scopes = {"POST": Scope.WRITE}
    parser_classes = [LinesParser, RowsParser]

    @property
    def most_bytes(self) -> int:
        return int(settings.MAX_UPLOAD_BYTES)

    @Operation(
        "upsert_products",
        "Add or change up to 10,000 products, as a job with a result for each row",
        {202: ClientJobSerializer},
        request={
            "application/json": NewProductSerializer(many=True),
            "application/x-ndjson": {"type": "string"},
        },
        about="A JSON array, or an object on each line. A row changes what it names of the product "
        "with its SKU, and nothing else; one that cannot be is refused, and the others go on.",
    )
    def post(self, request: Request) -> Response:
        made = order_rows(self.client, _sent(request))
        told = job_told(made, request)
        return Response(told, 202, headers={"Location": told["href"]})


def written(row: Row) -> None:
    """One product, all of it: a photo that cannot be fetched or used is an error."""
    problems = write([row]).problems
    if row.line in problems and "photo_url" in row.said:
        raise ProblemError("address-unusable", problems[row.line])


class SimilarView(CatalogueView):
    @Operation(
        "list_similar",
        "What looks like a product: what its page shows",
        {200: ProductsSerializer},
        parameters=[SKU],
        problems=[404],
        about="For more of them, and with scores, search by SKU.",
    )
    def get(self, request: Request, sku: str) -> Response:
        more = beside(self.product(sku)).more
        return Response({"results": products_told(more, request)})


class GoesWithView(CatalogueView):
    @Operation(
        "list_goes_with",
        "What is worn with a product: what its page shows",
        {200: CompanionsSerializer},
        parameters=[SKU],
        problems=[404],
    )
    def get(self, request: Request, sku: str) -> Response:
        found = [
            {"where": str(one.label), "product": product_told(one.product, request)}
            for one in beside(self.product(sku)).goes_with
        ]
        return Response({"results": found})


class AttributesView(CatalogueView):
    @Operation(
        "list_attributes",
        "What shoppers can filter by, with how many products each value has",
        {200: AttributesSerializer},
        parameters=FILTERS,
        examples=[Example(example("attributes"), 200)],
        about="The counts of an attribute are of products that pass all other filters. The brand "
        "is the last.",
    )
    def get(self, request: Request) -> Response:
        found = facets(filters_of(read_query(request)))
        told = [
            {
                "key": one.key,
                "label": one.label,
                "values": [{"value": each.value, "count": each.count} for each in one.options],
            }
            for one in found
        ]
        return Response({"results": told})


class AttributeView(CatalogueView):
    @Operation(
        "get_attribute",
        "One attribute with all values that a product may have",
        {200: AttributeValuesSerializer},
        parameters=[in_path("key", "Its key.")],
        problems=[404],
        examples=[Example(example("attribute"), 200)],
    )
    def get(self, request: Request, key: str) -> Response:
        found = get_object_or_404(Attribute.objects.prefetch_related("values"), key=key)
        values = [
            {"value": one.value, "groups": one.ancestors, "count": count}
            for one, count in counted_values(found)
        ]
        told = {name: getattr(found, name) for name in ("key", "label", "role", "is_shown")}
        return Response(told | {"values": values})


def read_query(request: Request) -> dict[str, Any]:
    """What the address says, with `attributes` as filters have them."""
    reader = ListQuerySerializer(data=request.query_params)
    reader.is_valid(raise_exception=True)
    asked: dict[str, Any] = dict(reader.validated_data)
    attributes: dict[str, list[str]] = {}
    for one in asked.pop("attribute", []):
        key, _colon, value = one.partition(":")
        attributes.setdefault(key, []).append(value)
    unknown = set(request.query_params) - {*reader.fields}
    if unknown:
        raise refused(min(unknown), _("There is no such filter."))
    return asked | {"attributes": attributes}


def _begin(ids: Ids, cursor: str) -> int:
    """Behind the product that the page before ended with; where it went meanwhile, at its place."""
    if not cursor:
        return 0
    last, place = read_cursor(cursor)
    found = np.flatnonzero(ids == last)
    return int(found[0]) + 1 if len(found) else min(place, len(ids))


def _sent(request: Request) -> Any:
    """What a parser of our own made of the body; stubs promise an object."""
    return request.data
