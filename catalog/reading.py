"""Queries in words, as this shop understands them: by its values and the names of its products."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language, gettext, override

from catalog.changes import newer_than, newest
from catalog.columns import Table, table
from catalog.models import Attribute, AttributeValue, Product, ProductQuerySet, Variant
from catalog.texts import texts
from words import LANGUAGES, MANY, Reader, Reading, ShopValue, Text, Vocabulary, WordIndex


@dataclass
class _Kept:
    """A reader, the table and the change up to which it knows the products, and its values."""

    reader: Reader
    table: Table
    change: int
    values: list[ShopValue]


# More changes than these at once, and the words of all products are read anew.
MOST_CHANGES = 2000
_lock = threading.Lock()
_known: _Kept | None = None


def read(text: str) -> Reading:
    """What a query means, typed on a page of the current language."""
    return reader().read(text, language_of_page())


def language_of_page() -> str:
    return (get_language() or "en")[:2]


def reader() -> Reader:
    """The current one; it follows what changes in the catalogue."""
    global _known
    rows = table()
    with _lock:
        if _known is None or _known.table is not rows or _known.change != newest():
            _known = _renewed(_known, rows)
        return _known.reader


def forget() -> None:
    """The next call reads everything: in tests."""
    global _known
    with _lock:
        _known = None


def _renewed(known: _Kept | None, rows: Table) -> _Kept:
    change, values = newest(), list(_values())
    index = _followed(known, rows) or WordIndex(_texts(Product.objects.active()))
    if known is not None and known.values == values and known.reader.index is index:
        return _Kept(known.reader, rows, change, values)
    return _Kept(
        Reader(Vocabulary(values, _gate(), _labels()), index, _sku_of, _told), rows, change, values
    )


def _followed(known: _Kept | None, rows: Table) -> WordIndex | None:
    """The known index with what has changed since; None where that is not known or too much."""
    if known is None or not settings.LIVE_UPDATES:
        return None
    index = known.reader.index
    changed, gone = {pk for pk, _ in newer_than(known.change, MOST_CHANGES)}, []
    if known.table is not rows:  # which is up to two seconds behind the changes
        gone = np.setdiff1d(index.pks, rows.ids).tolist()
        changed |= set(np.setdiff1d(rows.ids, index.pks).tolist())
    if len(changed) + len(gone) >= MOST_CHANGES:
        return None
    index.update(_texts(Product.objects.active().filter(pk__in=changed)), [*gone, *changed])
    return index


def _texts(products: ProductQuerySet) -> Iterator[Text]:
    for pk, name, brand in products.values_list("pk", "name", "brand").iterator():
        yield Text(pk, f"{name} {brand}")


def _told(word: str) -> int:
    return texts().count(word, MANY)


def _labels() -> list[tuple[str, str]]:
    """Languages, each with what its pages call an attribute, the brand among them."""
    found = ["Brand", *Attribute.objects.values_list("label", flat=True)]
    labels: list[tuple[str, str]] = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            labels += [(language, gettext(label)) for label in found]
    return labels


def _gate() -> str:
    gates = Attribute.objects.filter(role=Attribute.Role.GATE)
    return gates.values_list("key", flat=True).first() or ""


def _values() -> Iterator[ShopValue]:
    others = [code for code, _ in settings.LANGUAGES if code in LANGUAGES and code != "en"]
    for row in AttributeValue.objects.select_related("attribute").order_by(
        "attribute__position", "pk"
    ):
        translations = {}
        for language in others:
            with override(language):
                translations[language] = gettext(row.value)
        yield ShopValue(
            row.attribute.key, row.value, tuple(row.ancestors), tuple(row.spellings), translations
        )


def numbered_as(numbers: Sequence[str]) -> list[tuple[int, str]]:
    """Ids and SKUs of the products that have one of these as SKU, in capitals or not, or as SKU or
    barcode of a variant."""
    spelt = {form for one in numbers for form in (one, one.upper(), one.lower())}
    variants = Variant.objects.filter(Q(sku__in=spelt) | Q(barcode__in=spelt))
    found = Product.objects.filter(sku__in=spelt).values_list("pk", "sku")
    return sorted({*found, *variants.values_list("product_id", "product__sku")})


def _sku_of(candidates: Sequence[str]) -> str:
    """That of a product that is shown."""
    shown = table().ids
    return next((sku for pk, sku in numbered_as(candidates) if pk in shown), "")
