from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog.models import Product

PAGE_SIZE = 48


@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """The catalogue, newest first."""
    page = Paginator(Product.objects.active(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "catalog/products.html", {"page": page})


@require_safe
def product(request: HttpRequest, sku: str) -> HttpResponse:
    found = get_object_or_404(Product.objects.active(), sku=sku)
    # Of one attribute the merchant's value comes before a predicted one.
    values = found.attributes.select_related("attribute", "value").order_by(
        "attribute__position", "attribute__key", "source"
    )
    return render(request, "catalog/product.html", {"product": found, "values": values})
