from __future__ import annotations

import base64
import binascii
from typing import Any

import numpy as np
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.catalogue.examples import ATTRIBUTES, PRODUCT
from api.catalogue.serializers import (
    RELATED,
    AttributesSerializer,
    CompanionsSerializer,
    ListQuerySerializer,
    ProductPageSerializer,
    ProductSerializer,
    ProductsSerializer,
    product_told,
    products_told,
)
from api.etags import tag
from api.filters import filters_of
from api.models import Scope
from api.problems import refused
from api.schema import Example, Operation, in_path, query
from catalog.columns import Ids
from catalog.facets import SORTS, facets, product_ids
from catalog.models import Product
from matching.browsing.similar import beside

SKU = in_path("sku", "The SKU, or the last part of its page's address.")
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


class CatalogueView(ApiView):
    """Anybody may read; answers have ETags."""

    tag = "Catalogue"
    scopes = {"GET": Scope.READ}
    cache_control = "no-cache"

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if request.method in ("GET", "HEAD") and answer.status_code == 200:
            tag(request, answer)
        return answer

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
                "next": _next(request, page[-1], end) if end < len(ids) else None,
                "results": products_told(there, request),
            }
        )


class ProductView(CatalogueView):
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
        examples=[Example(ATTRIBUTES, 200)],
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
    try:
        last, place = base64.urlsafe_b64decode(cursor).decode().split(":")
        found = np.flatnonzero(ids == int(last))
        return int(found[0]) + 1 if len(found) else max(0, min(int(place), len(ids)))
    except (ValueError, binascii.Error, OverflowError) as error:
        raise refused("cursor", _("There is no such page.")) from error


def _next(request: Request, last: int, place: int) -> str:
    address = request._request.GET.copy()
    address["cursor"] = base64.urlsafe_b64encode(f"{last}:{place}".encode()).decode()
    return request.build_absolute_uri(f"{request.path}?{address.urlencode()}")
