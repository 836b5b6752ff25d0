"""Which column of a file is which: by its name, in any case and spelling, or by a synonym."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

SKU, NAME, DESCRIPTION, BRAND = "id", "productDisplayName", "description", "brand"
PRICE, CURRENCY, LINK, YEAR = "price", "currency", "link", "year"
SYNONYMS = {
    SKU: ("sku", "product id", "item number", "article number", "Artikelnummer"),
    NAME: ("name", "title", "product name", "display name", "Bezeichnung"),
    DESCRIPTION: ("Beschreibung", "details"),
    BRAND: ("vendor", "manufacturer", "Marke", "Hersteller"),
    PRICE: ("regular price", "amount", "Preis"),
    CURRENCY: ("currency code", "Währung"),
    LINK: ("product url", "url", "web address"),
    YEAR: ("Jahr",),
}
NO_MORE: Mapping[str, Iterable[str]] = MappingProxyType({})


def fold(name: str) -> str:
    """ "Product_URL ", "product-url" and "ProductUrl" are one name."""
    return re.sub(r"[\W_]+", "", name.casefold())


def named(header: Iterable[str], more: Mapping[str, Iterable[str]] = NO_MORE) -> list[str]:
    """The columns by the names that the import knows; those that it does not know as they are.

    `more`: further names with their synonyms, as attributes have them. Of two columns that could be
    one, that which is spelt as the import does it is taken, and else the first.
    """
    header = [column.strip() for column in header]
    meant = {
        fold(spelling): name
        for name, synonyms in [*more.items(), *SYNONYMS.items()]
        for spelling in [*synonyms, name]
    }
    exact = set(header)
    found: list[str] = []
    for column in header:
        name = meant.get(fold(column), column)
        taken = name != column and (name in exact or name in found)
        found.append(column if taken else name)
    return found
