"""Reads the products that are shown into columns: all of them, or those that have changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.utils import timezone

from catalog.currencies import own_of, worth
from catalog.labels import precedence
from catalog.models import HIDE, Attribute, Offer, Product, ProductAttribute
from catalog.offers import is_for_sale, price_on, rank_on
from catalog.parameters import BRAND

Ids = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Ranks = npt.NDArray[np.int64]
Names = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Table:
    """All columns are aligned with `ids` (n,), ascending. `codes`: attribute key, or "brand", ->
    (n,) int32 into `values[key]`, -1 for none; the merchant's value goes before a predicted one.
    `price` (n,) float64, today's in `currency`, nan for none; `for_sale` (n,): whether it can be
    bought; `names` (n,), all in small letters; `by_name` (n,): the place of each in their order."""

    ids: Ids
    codes: dict[str, Codes]
    values: dict[str, list[str]]
    price: npt.NDArray[np.float64]
    for_sale: npt.NDArray[np.bool_]
    names: Names
    by_name: Ranks
    currency: str


def read(among: Collection[int] | None = None, own: str = "") -> Table:
    """Of all products, or of those `among` the ids, with prices in the currency `own`."""
    day, rows = timezone.localdate(), []
    offers = _offers(day, among)
    shown = Product.objects.active().order_by("pk")
    shown = shown if among is None else shown.filter(pk__in=among)
    for row in shown.values_list("pk", "name", "brand"):
        is_bought = row[0] not in offers or is_for_sale(offers[row[0]])
        if is_bought or settings.NOT_FOR_SALE != HIDE:
            rows.append(row)
    ids = np.array([row[0] for row in rows], np.int64)
    names = np.array([row[1].casefold() for row in rows], object)
    of_each = [offers.get(row[0]) for row in rows]
    price, currency = _prices(day, of_each, own)
    for_sale = np.array([offer is None or is_for_sale(offer) for offer in of_each], bool)
    brands = sorted({row[2] for row in rows if row[2]})
    code = {name: at for at, name in enumerate(brands)}
    codes = {BRAND: np.array([code.get(row[2], -1) for row in rows], np.int32)}
    values = {BRAND: brands}
    for attribute in Attribute.objects.all():
        codes[attribute.key], values[attribute.key] = _column(attribute, ids, among is not None)
    return Table(ids, codes, values, price, for_sale, names, _ranks(names), currency)


def renewed(rows: Table, asked: Ids) -> Table | None:
    """The table after another look at the products `asked` (a,), at a cost that hardly grows with
    the others; None where other prices are compared now."""
    fresh = read(asked.tolist(), rows.currency)
    if fresh.currency not in ("", rows.currency):
        return None
    kept = ~np.isin(rows.ids, asked)
    ids = np.concatenate([rows.ids[kept], fresh.ids])
    order = np.argsort(ids)
    brands = sorted({*rows.values[BRAND], *fresh.values[BRAND]})
    codes = {}
    for key in rows.codes:
        of_kept, of_fresh = rows.codes[key][kept], fresh.codes[key]
        if key == BRAND:
            of_kept = _recoded(of_kept, rows.values[key], brands)
            of_fresh = _recoded(of_fresh, fresh.values[key], brands)
        codes[key] = np.concatenate([of_kept, of_fresh])[order]
    return Table(
        ids[order],
        codes,
        {**fresh.values, BRAND: brands},
        np.concatenate([rows.price[kept], fresh.price])[order],
        np.concatenate([rows.for_sale[kept], fresh.for_sale])[order],
        np.concatenate([rows.names[kept], fresh.names])[order],
        _ranks_with(rows.names[kept], rows.by_name[kept], fresh.names)[order],
        rows.currency,
    )


def _recoded(codes: Codes, before: list[str], now: list[str]) -> Codes:
    places = np.array([*(now.index(name) for name in before), -1], np.int32)
    return places[codes]


def _ranks(names: Names) -> Ranks:
    """The place of each in the order of names."""
    ranks = np.empty(len(names), np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks


def _ranks_with(names: Names, places: Ranks, more: Names) -> Ranks:
    """The same of `names`, whose order is known by their `places`, and behind them `more`."""
    known = np.argsort(places)
    in_order = names[known]
    at = [bisect_right(in_order, name) for name in more]
    by_name = sorted(range(len(more)), key=lambda one: (at[one], more[one]))
    order = np.insert(known, [at[one] for one in by_name], len(names) + np.array(by_name, np.int64))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks


def _offers(day: date, among: Collection[int] | None) -> dict[int, Any]:
    """Product id to the row of the offer that is shown."""
    names = ("price", "sale_price", "sale_from", "sale_until", "currency", "availability")
    offers = Offer.objects.order_by("pk")
    offers = offers if among is None else offers.filter(variant__product__in=among)
    rows = offers.values_list("variant__product_id", "quantity", *names, named=True)
    found: dict[int, Any] = {}
    for row in rows.iterator():
        other = found.get(row[0])
        if other is None or rank_on(day, row) < rank_on(day, other):
            found[row[0]] = row
    return found


def _prices(day: date, offers: Sequence[Any], own: str) -> tuple[npt.NDArray[np.float64], str]:
    """What each costs that day, in the shop's own currency, `own` if it is known; nan for none and
    for no rate."""
    own = own or own_of(offer.currency for offer in offers if offer)
    amounts = [worth(price_on(day, one), one.currency, own) if one else None for one in offers]
    return np.array([np.nan if one is None else float(one) for one in amounts], np.float64), own


def _column(attribute: Attribute, ids: Ids, are_few: bool) -> tuple[Codes, list[str]]:
    named = list(attribute.values.order_by("value").values_list("pk", "value"))
    code = {pk: at for at, (pk, _) in enumerate(named)}
    codes = np.full(len(ids), -1, np.int32)
    # Of two labels of one product that which counts is written last, over the other.
    links = ProductAttribute.objects.filter(attribute=attribute).order_by(precedence().desc())
    links = links.filter(product__in=ids.tolist()) if are_few else links
    pairs = np.array(
        [(product, code[value]) for product, value in links.values_list("product_id", "value_id")],
        np.int64,
    ).reshape(-1, 2)
    at = np.searchsorted(ids, pairs[:, 0])
    there = (at < len(ids)) & (ids[np.minimum(at, len(ids) - 1)] == pairs[:, 0]) if len(ids) else []
    codes[at[there]] = pairs[:, 1][there]
    return codes, [value for _, value in named]
