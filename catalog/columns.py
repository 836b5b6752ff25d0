"""The products that are shown as columns in memory: what filters, counts and sorting run on.

Counting how many of 40,000 products pass each of 200 filter options takes a database seconds and
numpy a millisecond. The table follows each change; it is read anew where a change is of everything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, Count, F, Max, Q, Sum
from django.utils import timezone

from catalog.changes import EVERYTHING, newer_than, newest
from catalog.column_table import Ids, Table, read, renewed
from catalog.models import Attribute, AttributeValue, Offer, Product, ProductAttribute, active_at

__all__ = ["Ids", "Table", "commonest", "forget", "table", "values_of"]

SECONDS_BETWEEN_CHECKS = 2.0
# More changes than these at once, and the table is read anew.
MOST_CHANGES = 2000


@dataclass(frozen=True)
class _Known:
    """A table with all changes up to the number `change`, as of the moment `at`; `version`: of what
    no change is told. `checked` by the clock of `time.monotonic`."""

    table: Table
    version: tuple[Any, ...]
    change: int
    at: datetime
    checked: float


_lock = threading.Lock()
_known: dict[str, _Known] = {}


def table() -> Table:
    """The current one; a change is seen after two seconds at the latest, and by others than who
    reads it anew once that is done."""
    name = str(connection.settings_dict["NAME"])
    known = _known.get(name)
    if known and time.monotonic() - known.checked < SECONDS_BETWEEN_CHECKS:
        return known.table
    if not _lock.acquire(blocking=known is None) and known:
        return known.table
    try:
        _known[name] = _checked(_known.get(name))
        return _known[name].table
    finally:
        _lock.release()


def commonest(key: str) -> str:
    """The value of an attribute that most of the active products have; "" if none has any."""
    codes = table().codes.get(key, np.empty(0, np.int32))
    counts = np.bincount(codes[codes >= 0])
    return table().values[key][int(counts.argmax())] if len(counts) else ""


def values_of(key: str, ids: list[int]) -> dict[int, str]:
    """Of those active products that have a value of the attribute: id to value."""
    rows = table()
    codes, values = rows.codes.get(key), rows.values.get(key, [])
    if codes is None or not len(rows.ids):
        return {}
    wanted = np.array(ids, np.int64)
    at = np.searchsorted(rows.ids, wanted).clip(max=len(rows.ids) - 1)
    found = zip(wanted.tolist(), codes[at].tolist(), (rows.ids[at] == wanted).tolist(), strict=True)
    return {one: values[code] for one, code, is_there in found if is_there and code >= 0}


def forget() -> None:
    """The next call looks at the database again: after a change of our own, and in tests."""
    with _lock:
        _known.clear()


def _checked(known: _Known | None) -> _Known:
    """The table as it is now."""
    now, change, version = timezone.now(), newest(), _version()
    fresh = None
    if known and known.version == version:
        fresh = _followed(known, now) if settings.LIVE_UPDATES else known.table
    return _Known(fresh or read(), version, change, now, time.monotonic())


def _followed(known: _Known, now: datetime) -> Table | None:
    """With what has changed since, and what the clock has brought or taken; None where that is too
    much, or not known one by one."""
    changed = [pk for pk, _number in newer_than(known.change, MOST_CHANGES)]
    if EVERYTHING in changed or len(changed) == MOST_CHANGES:
        return None
    moments = [
        Q((f"{name}__gt", known.at), (f"{name}__lte", now)) for name in ("published_at", "ends_at")
    ]
    turned = Product.objects.filter(moments[0] | moments[1]).values_list("pk", flat=True)
    ids = sorted({*changed, *turned})
    return renewed(known.table, np.array(ids, np.int64)) if ids else known.table


def _version() -> tuple[Any, ...]:
    """Other after any change that is not told of single products; where no change is told at all,
    after any to products or labels."""
    values = AttributeValue.objects.order_by("id").values_list(
        "id", "attribute", "value", "spellings"
    )
    # A sale begins and ends with a day.
    attributes = Attribute.objects.order_by("id").values_list("id", "key")
    told = (timezone.localdate(), settings.NOT_FOR_SALE, str([*attributes, *values]))
    return told if settings.LIVE_UPDATES else (*told, *_counted())


def _counted() -> Iterator[Any]:
    now = timezone.now()
    products = Product.objects.aggregate(
        Max("id"),
        Max("updated_at"),
        Count("id"),
        active=Count("id", filter=active_at(now)),
        ended=Count("id", filter=Q(ends_at__lte=now)),
    )
    links = ProductAttribute.objects.aggregate(
        Max("id"),
        Count("id"),
        which=Sum(F("id") * F("value_id"), output_field=BigIntegerField()),
    )
    offers = Offer.objects.aggregate(Max("id"), Max("updated_at"), Count("id"))
    for counts in (products, links, offers):
        yield from counts.values()
