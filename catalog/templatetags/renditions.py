from __future__ import annotations

from django import template
from django.core.files.storage import default_storage

from catalog.models import Product
from catalog.renditions import path_of

register = template.Library()


@register.filter
def srcset(product: Product) -> str:
    """The value of the attribute; "" where the photo itself is all there is."""
    if not product.renditions or not product.photo:
        return ""
    shown = [
        f"{default_storage.url(path_of(product.photo_digest, width))} {width}w"
        for width in product.renditions
    ]
    return ", ".join([*shown, f"{product.photo.url} {product.photo_width}w"])
