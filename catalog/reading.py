"""Queries in words, as this shop understands them: by its values and the names of its products."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils.translation import get_language, gettext, override

from catalog.columns import Table, table
from catalog.models import Attribute, AttributeValue, Product
from words import LANGUAGES, Reader, Reading, ShopValue, Vocabulary, WordIndex

_lock = threading.Lock()
_known: tuple[Table, Reader] | None = None


def read(text: str) -> Reading:
    """What a query means, typed on a page of the current language."""
    return reader().read(text, (get_language() or "en")[:2])


def reader() -> Reader:
    """The current one; it is made anew when the catalogue has changed."""
    global _known
    rows = table()
    with _lock:
        if _known is None or _known[0] is not rows:
            _known = rows, Reader(_vocabulary(), _index(), _sku_of)
        return _known[1]


def _vocabulary() -> Vocabulary:
    gate = Attribute.objects.filter(role=Attribute.Role.GATE).values_list("key", flat=True).first()
    return Vocabulary(_values(), gate or "")


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


def _index() -> WordIndex:
    rows = Product.objects.active().order_by("pk").values_list("pk", "name", "brand")
    return WordIndex((pk, f"{name} {brand}") for pk, name, brand in rows.iterator())


def _sku_of(candidates: Sequence[str]) -> str:
    """That of a product that is shown, however it is written: in capitals or not."""
    spelt = {form for one in candidates for form in (one, one.upper(), one.lower())}
    found = Product.objects.active().filter(sku__in=spelt).values_list("sku", flat=True)
    return found.first() or ""
