"""Prices of several currencies beside each other: by the rates of the settings, never by bare
numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from django.conf import settings


def own_of(currencies: Iterable[str]) -> str:
    """The shop's own currency: the first that has a rate, or else that of most of these prices; ""
    where none is named."""
    if settings.CURRENCY_RATES:
        return next(iter(settings.CURRENCY_RATES))
    counts = Counter(one for one in currencies if one)
    return counts.most_common(1)[0][0] if counts else ""


def worth(price: Decimal | None, currency: str, own: str) -> Decimal | None:
    """A price in the currency `own`; None where nobody knows. One that names no currency is in it
    already."""
    if price is None or currency in ("", own):
        return price
    rate = settings.CURRENCY_RATES.get(currency)
    return price * rate if rate else None
