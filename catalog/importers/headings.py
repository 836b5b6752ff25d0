"""Which column of a file is which: by its name, in any case and spelling, or by a synonym."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

SKU, NAME, DESCRIPTION, BRAND = "id", "productDisplayName", "description", "brand"
PRICE, CURRENCY, LINK, YEAR = "price", "currency", "link", "year"
GROUP, GTIN, SIZE, AGE = "item_group_id", "gtin", "size", "age_group"
SALE_PRICE, SALE_DATES = "sale_price", "sale_price_effective_date"
AVAILABILITY, QUANTITY = "availability", "quantity"
PHOTO, MORE_PHOTOS, ALTS = "image_link", "additional_image_link", "image_alt"
TAGS, COLLECTIONS, STATUS, ACTIVE = "tags", "collections", "status", "is_active"
SYNONYMS = {
    SKU: ("sku", "product id", "item number", "article number", "Artikelnummer", "Art.-Nr."),
    NAME: ("name", "title", "product name", "display name", "Bezeichnung", "Produktname"),
    DESCRIPTION: ("Beschreibung", "details"),
    BRAND: ("vendor", "manufacturer", "Marke", "Hersteller"),
    PRICE: ("regular price", "amount", "Preis"),
    CURRENCY: ("currency code", "Währung"),
    LINK: ("product url", "url", "web address"),
    YEAR: ("Jahr",),
    GROUP: ("group id", "parent sku", "style number"),
    GTIN: ("ean", "upc", "barcode", "isbn"),
    SIZE: ("Größe",),
    AGE: ("Altersgruppe",),
    SALE_PRICE: ("special price", "Angebotspreis"),
    SALE_DATES: ("sale dates",),
    AVAILABILITY: ("in stock", "Verfügbarkeit"),
    QUANTITY: ("stock", "inventory", "qty", "Lagerbestand"),
    PHOTO: ("image", "image url", "photo", "photo url", "picture", "Bild", "Bild-URL"),
    MORE_PHOTOS: ("additional images", "more images", "gallery"),
    ALTS: ("image alt text", "alt text", "Alternativtext"),
    TAGS: ("keywords", "Schlagworte"),
    COLLECTIONS: ("collection", "Kollektion"),
    STATUS: ("state",),
    ACTIVE: ("active", "published", "aktiv"),
}
# What tables call an attribute that means something, whatever the shop calls it.
OF_MEANING = {
    "kind": ("product type", "item type", "article type", "type", "category", "Kategorie"),
    "colour": ("color", "colours", "Farbe"),
    "wearer": ("gender", "sex", "Geschlecht"),
    "season": ("Saison",),
}
# What several columns of a table may be at once, and how the second of a name is called.
SEVERAL = {MORE_PHOTOS}
AGAIN = re.compile(r" \(\d+\)$")
NO_MORE: Mapping[str, Iterable[str]] = MappingProxyType({})


def fold(name: str) -> str:
    """ "Product_URL ", "product-url" and "ProductUrl" are one name."""
    return re.sub(r"[\W_]+", "", name.casefold())


def named(header: Iterable[str], more: Mapping[str, Iterable[str]] = NO_MORE) -> list[str]:
    """The columns by the names that the import knows; those that it does not know as they are.

    `more`: further names with their synonyms, as attributes have them.
    """
    header = [column.strip() for column in header]
    known = SYNONYMS | {name: (*SYNONYMS.get(name, ()), *names) for name, names in more.items()}
    found = matched(header, known)
    return [found.get(column) or column for column in header]


def matched(header: Iterable[str], known: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Column to the name of `known` that it is, by that name or by a synonym; "" for none.

    Of two columns that could be one, that which is spelt as the import does it is taken, and else
    the first.
    """
    header = list(header)
    meant = {
        fold(spelling): name for name, synonyms in known.items() for spelling in [*synonyms, name]
    }
    exact, found = set(header) & set(known), dict.fromkeys(header, "")
    for column in header:
        name = meant.get(fold(AGAIN.sub("", column)), "")
        is_free = name not in exact and name not in found.values()
        if name == column or is_free or name in SEVERAL:
            found[column] = name
    return found
