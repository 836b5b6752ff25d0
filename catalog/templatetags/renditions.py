from __future__ import annotations

from django import template
from django.core.files.storage import default_storage

from catalog.models import Pictured
from catalog.renditions import path_of

register = template.Library()


@register.filter
def srcset(row: Pictured) -> str:
    """The value of the attribute; "" where the photo itself is all there is."""
    if not row.renditions or not row.photo:
        return ""
    shown = [
        f"{default_storage.url(path_of(row.photo_digest, width))} {width}w"
        for width in row.renditions
    ]
    return ", ".join([*shown, f"{row.photo.url} {row.photo_width}w"])
