"""Which products have what words say: in their names, by their values, within their limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np
from django.db.models import Q
from django.utils import timezone

from catalog.columns import table
from catalog.facets import Filters, product_ids
from catalog.models import Offer, Product
from catalog.offers import FOR_SALE
from catalog.reading import reader
from catalog.sizes import in_size, sizes
from catalog.texts import mentioning
from matching.engine.arrays import Ids
from matching.runtime import Live
from words import Limit, Meaning, Reading
from words.limits import What
from words.vocabulary import TOLD

NOTHING = np.empty(0, np.int64)
# What is new: the newest tenth of its kind, and of few a page.
SHARE_NEW, LEAST_NEW = 10, 24


def named(live: Live, reading: Reading) -> Ids | None:
    """Those that say all that is wanted and is no value, in their names where names say it at all;
    None if nothing is."""
    index = reader().index
    wanted = [index.ids(alternatives) for alternatives in reading.named]
    wanted += [_saying(meaning) for meaning in reading.told]
    if any(kind.names for kind in reading.kinds):
        wanted.append(_joined(_of_kind(live, kind) for kind in reading.kinds))
    return reduce(np.intersect1d, wanted) if wanted else None


def nicer(reading: Reading) -> Ids | None:
    """Those that have what would be good to have; None if nothing was said of that."""
    if reading.skus:
        return _ids(Product.objects.filter(sku__in=reading.skus).values_list("pk", flat=True))
    return _joined(_saying(meaning) for meaning in reading.nicer) if reading.nicer else None


def within(live: Live, reading: Reading) -> Ids | None:
    """Those that have nothing of what is not wanted and keep to the limits; None for all."""
    excluded, limits = reading.excluded, [one for one in reading.limits if is_usable(one)]
    if not excluded and not limits:
        return None
    left = live.generation.catalogue.ids
    for meaning in excluded:
        left = np.setdiff1d(left, _having(live, meaning))
    for key, values in reading.unwanted.items():
        left = np.setdiff1d(left, having(live, key, values))
    for limit in limits:
        is_new = limit.what is What.NEW
        left = np.intersect1d(left, _newest(live, reading) if is_new else _keeping_to(limit))
    return left


def is_usable(limit: Limit) -> bool:
    """Whether this shop can keep to it."""
    if limit.what is What.NEW:
        return True
    if limit.what is What.SIZE:
        return bool(sizes())
    known = {
        What.PRICE: Q(price__isnull=False),
        What.SALE: Q(sale_price__isnull=False),
        What.STOCK: Q(),
    }
    return limit.what in known and Offer.objects.filter(known[limit.what]).exists()


def _newest(live: Live, reading: Reading) -> Ids:
    """Of what has the values that are wanted."""
    wanted = (having(live, key, values) for key, values in reading.wanted.items())
    ids = reduce(np.intersect1d, wanted, table().ids)
    return ids[-max(LEAST_NEW, len(ids) // SHARE_NEW) :]


def _keeping_to(limit: Limit) -> Ids:
    if limit.what is What.PRICE:
        return product_ids(Filters({}, limit.low, limit.high))
    if limit.what is What.SIZE:
        return in_size(limit.size)
    today = timezone.localdate()
    begun = Q(sale_from=None) | Q(sale_from__lte=today)
    is_lasting = Q(sale_until=None) | Q(sale_until__gte=today)
    kept = {
        What.SALE: Q(sale_price__isnull=False) & begun & is_lasting,
        What.STOCK: Q(availability=Offer.Availability.IN_STOCK),
    }
    offers = Offer.objects.filter(FOR_SALE & kept[limit.what])
    return _ids(set(offers.values_list("variant__product_id", flat=True)))


def having(live: Live, key: str, values: Sequence[str]) -> Ids:
    """Ids, ascending, of the products that have one of these values."""
    catalogue = live.generation.catalogue
    if key not in catalogue.codes:
        return NOTHING
    known = catalogue.values[key]
    codes = [known.index(value) for value in values if value in known]
    return catalogue.ids[np.isin(catalogue.codes[key], codes)]


def _saying(meaning: Meaning) -> Ids:
    """Those that are called so or, of what no name says, those that tell it."""
    if meaning.role == TOLD:
        return mentioning(meaning.said)
    return reader().index.ids(meaning.called)


def _of_kind(live: Live, meaning: Meaning) -> Ids:
    """Of a kind and, where that is not all, called so."""
    found = [having(live, key, values) for key, values in meaning.values.items()]
    if meaning.names:
        found.append(reader().index.ids(meaning.names))
    return reduce(np.intersect1d, found)


def _having(live: Live, meaning: Meaning) -> Ids:
    """What is excluded with it: all that is called so, and is of the kind where it is one."""
    called = np.union1d(_saying(meaning), reader().index.ids(meaning.names))
    return np.union1d(called, _of_kind(live, meaning)) if meaning.names else called


def _joined(found: Iterable[Ids]) -> Ids:
    return reduce(np.union1d, found, NOTHING)


def _ids(found: Iterable[int]) -> Ids:
    return np.array(sorted(found), np.int64)
