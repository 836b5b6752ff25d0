from __future__ import annotations

from django import template

from catalog.models import Product
from matching.browsing.similar import Beside, beside

register = template.Library()


@register.simple_tag
def products_beside(product: Product) -> Beside:
    """`{% products_beside product as beside %}`: beside.more and beside.goes_with."""
    return beside(product)
