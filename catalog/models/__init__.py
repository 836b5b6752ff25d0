"""What the catalogue consists of, each thing in a module of its own."""

from catalog.models.attributes import Attribute, AttributeValue
from catalog.models.labels import ProductAttribute
from catalog.models.matches import ColumnMatch
from catalog.models.media import Media, make_first
from catalog.models.pictured import OF_PHOTO, Pictured, forget_photo
from catalog.models.products import (
    HIDE,
    SHOW,
    SINK,
    Product,
    ProductQuerySet,
    active_at,
    not_ended_at,
)
from catalog.offers import Offer, Variant

__all__ = [
    "HIDE",
    "OF_PHOTO",
    "SHOW",
    "SINK",
    "Attribute",
    "AttributeValue",
    "ColumnMatch",
    "Media",
    "Offer",
    "Pictured",
    "Product",
    "ProductAttribute",
    "ProductQuerySet",
    "Variant",
    "active_at",
    "forget_photo",
    "make_first",
    "not_ended_at",
]
