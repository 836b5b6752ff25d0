from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from catalog.models import HIDE, SHOW, SINK


def shop_settings(**kwargs: Any) -> list[CheckMessage]:
    if settings.NOT_FOR_SALE in (HIDE, SINK, SHOW):
        return []
    hint = f"Set it to {HIDE}, {SINK} or {SHOW}."
    return [Error(f"NOT_FOR_SALE is {settings.NOT_FOR_SALE!r}.", hint=hint, id="catalog.E001")]
