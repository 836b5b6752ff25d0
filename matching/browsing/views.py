from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.facets import SORTS, Filters, facets, product_ids
from catalog.models import Product
from matching.browsing.similar import beside

PAGE_SIZE = 48


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """The catalogue: filtered, sorted and paged by what the address says. `#catalogue` alone for
    scripts."""
    filters = Filters.from_query(request.GET)
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else next(iter(SORTS))
    # Ids are what is paged: the last page of 40,000 products costs what the first does.
    page = Paginator(product_ids(filters, sort), PAGE_SIZE).get_page(request.GET.get("page"))
    ids = [int(one) for one in page]
    found = Product.objects.in_bulk(ids)
    context: dict[str, Any] = {
        "ask": _("Looking for something like it? Search with a photo."),
        "page": page,
        "products": [found[one] for one in ids if one in found],
        "filters": filters,
        "facets": facets(filters),
        "sort": sort,
        "sorts": SORTS,
        "extra": [("sort", sort)] if "sort" in request.GET else [],
        "has_any": bool(filters) or page.paginator.count > 0,
    }
    whole = request.headers.get("HX-Target") != "catalogue"
    template = "browsing/products.html" if whole else "browsing/_catalogue.html"
    return render(request, template, context)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Product.objects.active(), slug=slug)
    # Of one attribute the merchant's value comes before a predicted one.
    values = (
        found.attributes.filter(attribute__is_shown=True)
        .select_related("attribute", "value")
        .order_by("attribute__position", "attribute__key", "source")
    )
    context = {"product": found, "values": values, "beside": beside(found)}
    return render(request, "browsing/product.html", context)
