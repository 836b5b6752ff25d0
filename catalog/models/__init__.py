"""What the catalogue consists of, each thing in a module of its own."""

from catalog.models.attributes import Attribute, AttributeValue
from catalog.models.labels import ProductAttribute
from catalog.models.matches import ColumnMatch
from catalog.models.media import Media, make_first
from catalog.models.pictured import OF_PHOTO, PHOTOS, Pictured
from catalog.models.products import (
    HIDE,
    SHOW,
    SINK,
    Product,
    ProductQuerySet,
    active_at,
    is_for_sale,
    not_ended_at,
)
from catalog.models.sources import Leaving, Source
from catalog.offers import Offer, Variant

__all__ = [
    "HIDE",
    "OF_PHOTO",
    "PHOTOS",
    "SHOW",
    "SINK",
    "Attribute",
    "AttributeValue",
    "ColumnMatch",
    "Leaving",
    "Media",
    "Offer",
    "Pictured",
    "Product",
    "ProductAttribute",
    "ProductQuerySet",
    "Source",
    "Variant",
    "active_at",
    "is_for_sale",
    "make_first",
    "not_ended_at",
]
