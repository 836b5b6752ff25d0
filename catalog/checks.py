from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from catalog.models import HIDE, SHOW, SINK


def shop_settings(**kwargs: Any) -> list[CheckMessage]:
    return list(_faults())


def _faults() -> Iterator[CheckMessage]:
    if settings.NOT_FOR_SALE not in (HIDE, SINK, SHOW):
        hint = f"Set it to {HIDE}, {SINK} or {SHOW}."
        yield Error(f"NOT_FOR_SALE is {settings.NOT_FOR_SALE!r}.", hint=hint, id="catalog.E001")
    rates = settings.CURRENCY_RATES
    codes = all(re.fullmatch("[A-Z]{3}", code) for code in rates)
    if rates and not (codes and min(rates.values()) > 0 and next(iter(rates.values())) == 1):
        said = ",".join(f"{code}={rate}" for code, rate in rates.items())
        hint = "Name the shop's own currency first: EUR=1,USD=0.92."
        yield Error(f"CURRENCY_RATES is {said}.", hint=hint, id="catalog.E002")
