"""The products that are shown as columns in memory: what filters, counts and sorting run on.

Counting how many of 40,000 products pass each of 200 filter options takes a database seconds and
numpy a millisecond. The table is made anew when the catalogue has changed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import connection
from django.db.models import BigIntegerField, Count, F, Max, Q, Sum
from django.utils import timezone

from catalog.currencies import own_of, worth
from catalog.labels import precedence
from catalog.models import (
    HIDE,
    Attribute,
    AttributeValue,
    Offer,
    Product,
    ProductAttribute,
    active_at,
)
from catalog.offers import is_for_sale, price_on, rank_on
from catalog.parameters import BRAND

SECONDS_BETWEEN_CHECKS = 2.0
Ids = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Table:
    """All columns are aligned with `ids` (n,), ascending. `codes`: attribute key, or "brand", ->
    (n,) int32 into `values[key]`, -1 for none; the merchant's value goes before a predicted one.
    `price` (n,) float64, today's in `currency`, nan for none; `for_sale` (n,): whether it can be
    bought; `by_name` (n,): the place of each in the order of names."""

    ids: Ids
    codes: dict[str, Codes]
    values: dict[str, list[str]]
    price: npt.NDArray[np.float64]
    for_sale: npt.NDArray[np.bool_]
    by_name: npt.NDArray[np.int64]
    currency: str


_lock = threading.Lock()
_known: dict[str, tuple[tuple[Any, ...], float, Table]] = {}


def table() -> Table:
    """The current one; a change is seen after two seconds at the latest, and by others than who
    reads it anew once that is done."""
    name = str(connection.settings_dict["NAME"])
    known = _known.get(name)
    if known and time.monotonic() - known[1] < SECONDS_BETWEEN_CHECKS:
        return known[2]
    if not _lock.acquire(blocking=known is None) and known:
        return known[2]
    try:
        version, known = _version(), _known.get(name)
        made = known[2] if known and known[0] == version else _read()
        _known[name] = (version, time.monotonic(), made)
        return made
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


def _version() -> tuple[Any, ...]:
    """Other after any change to products or labels that matters here, and once the moment has come
    from which or until which one is shown."""
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
    values = AttributeValue.objects.order_by("id").values_list(
        "id", "attribute", "value", "spellings"
    )
    # A sale begins and ends with a day.
    day = timezone.localdate()
    return (day, *products.values(), *links.values(), *offers.values(), str(list(values)))


def _read() -> Table:
    day, rows = timezone.localdate(), []
    offers = _offers(day)
    for row in Product.objects.active().order_by("pk").values_list("pk", "name", "brand"):
        is_bought = row[0] not in offers or is_for_sale(offers[row[0]])
        if is_bought or settings.NOT_FOR_SALE != HIDE:
            rows.append(row)
    ids = np.array([row[0] for row in rows], np.int64)
    names = [row[1].casefold() for row in rows]
    by_name = np.empty(len(rows), np.int64)
    by_name[sorted(range(len(rows)), key=names.__getitem__)] = np.arange(len(rows))
    shown = [offers.get(row[0]) for row in rows]
    price, currency = _prices(day, shown)
    for_sale = np.array([offer is None or is_for_sale(offer) for offer in shown], bool)
    brands = sorted({row[2] for row in rows if row[2]})
    code = {name: at for at, name in enumerate(brands)}
    codes = {BRAND: np.array([code.get(row[2], -1) for row in rows], np.int32)}
    values = {BRAND: brands}
    for attribute in Attribute.objects.all():
        codes[attribute.key], values[attribute.key] = _column(attribute, ids)
    return Table(ids, codes, values, price, for_sale, by_name, currency)


def _offers(day: date) -> dict[int, Any]:
    """Product id to the row of the offer that is shown."""
    names = ("price", "sale_price", "sale_from", "sale_until", "currency", "availability")
    rows = Offer.objects.order_by("pk").values_list(
        "variant__product_id", "quantity", *names, named=True
    )
    found: dict[int, Any] = {}
    for row in rows.iterator():
        other = found.get(row[0])
        if other is None or rank_on(day, row) < rank_on(day, other):
            found[row[0]] = row
    return found


def _prices(day: date, offers: Sequence[Any]) -> tuple[npt.NDArray[np.float64], str]:
    """What each costs that day, in the shop's own currency; nan for none and for no rate."""
    own = own_of(offer.currency for offer in offers if offer)
    amounts = [worth(price_on(day, one), one.currency, own) if one else None for one in offers]
    return np.array([np.nan if one is None else float(one) for one in amounts], np.float64), own


def _column(attribute: Attribute, ids: Ids) -> tuple[Codes, list[str]]:
    named = list(attribute.values.order_by("value").values_list("pk", "value"))
    code = {pk: at for at, (pk, _) in enumerate(named)}
    codes = np.full(len(ids), -1, np.int32)
    # Of two labels of one product that which counts is written last, over the other.
    links = ProductAttribute.objects.filter(attribute=attribute).order_by(precedence().desc())
    pairs = np.array(
        [(product, code[value]) for product, value in links.values_list("product_id", "value_id")],
        np.int64,
    ).reshape(-1, 2)
    at = np.searchsorted(ids, pairs[:, 0])
    there = (at < len(ids)) & (ids[np.minimum(at, len(ids) - 1)] == pairs[:, 0]) if len(ids) else []
    codes[at[there]] = pairs[:, 1][there]
    return codes, [value for _, value in named]
