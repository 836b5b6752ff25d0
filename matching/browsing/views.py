from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.facets import SORTS, Filters, facets, product_ids
from catalog.labels import precedence
from catalog.models import Product, ProductAttribute, Variant
from catalog.panel import Panel
from matching.browsing.similar import beside
from matching.search.wording import sureness

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
    found = Product.objects.with_offers().in_bulk(ids)
    extra = [("sort", sort)] if "sort" in request.GET else []
    here = reverse("browsing:products")
    shown = {
        "page": page,
        "products": [found[one] for one in ids if one in found],
        "panel": Panel(filters, facets(filters), here, "#catalogue", extra, page.paginator.count),
        "sort": sort,
        "sorts": SORTS,
    }
    if request.headers.get("HX-Target") == "catalogue":
        return render(request, "browsing/_catalogue.html", {"shown": shown})
    context = {
        "shown": shown,
        "ask": _("Looking for something like it? Search with a photo."),
        "has_any": bool(filters) or page.paginator.count > 0,
    }
    return render(request, "browsing/products.html", context)


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    found = Product.objects.active().with_offers().with_photos().filter(slug=slug).first()
    if found is None:
        shown = Variant.objects.filter(product__in=Product.objects.active())
        return redirect(get_object_or_404(shown.select_related("product"), slug=slug).product)
    context = {"product": found, "facts": facts(found), "beside": beside(found)}
    return render(request, "browsing/product.html", context)


@dataclass(frozen=True)
class Fact:
    """What a product is in one attribute; `note`: how that is known, "" if it is said."""

    label: str
    value: str
    note: str


def facts(product: Product) -> list[Fact]:
    """Of two labels of one attribute that which counts."""
    links = (
        product.attributes.filter(attribute__is_shown=True)
        .select_related("attribute", "value")
        .order_by("attribute__position", "attribute__key", precedence())
    )
    first: dict[int, ProductAttribute] = {}
    for link in links:
        first.setdefault(link.attribute_id, link)
    return [Fact(one.attribute.label, one.value.value, _note(one)) for one in first.values()]


def _note(link: ProductAttribute) -> str:
    if link.source != ProductAttribute.Source.PREDICTED:
        return ""
    seen = _("seen in the photo")
    return seen if link.confidence is None else f"{seen}, {sureness(link.confidence)}"
