"""Narrowing the catalogue: filters from the address of a page, and how many products each has."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import reduce

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.columns import Ids, Table, table
from catalog.models import SINK, Attribute, AttributeValue
from catalog.parameters import BRAND, PRICE_MAX, PRICE_MIN, WORDS
from catalog.reading import numbered_as
from catalog.texts import mentioning

MOST_WORDS = 200
SORTS = {
    "newest": gettext_lazy("Newest first"),
    "price": gettext_lazy("Cheapest first"),
    "-price": gettext_lazy("Dearest first"),
    "name": gettext_lazy("By name"),
}
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Filters:
    """Several values of one facet are alternatives; facets together all have to be met.

    `values`: attribute key, or "brand", -> values. `words`: all of them, or other forms of
    them, occur in name, brand, SKU, description, tags or collections.
    """

    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    words: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> Filters:
        """What it does not understand, it leaves out: an old link still leads somewhere."""
        known = _offered()
        values = {
            key: tuple(dict.fromkeys(one for one in query.getlist(key) if one in known[key]))
            for key in known
            if key in query
        }
        return cls(
            {key: chosen for key, chosen in values.items() if chosen},
            _price(query.get(PRICE_MIN, "")),
            _price(query.get(PRICE_MAX, "")),
            " ".join(query.get(WORDS, "").replace("\0", "").split())[:MOST_WORDS],
        )

    def __bool__(self) -> bool:
        return bool(self.pairs)

    @property
    def has_price(self) -> bool:
        return self.price_min is not None or self.price_max is not None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Names and values as they stand in a query string."""
        pairs = [(key, one) for key, chosen in self.values.items() for one in chosen]
        pairs += [(PRICE_MIN, str(self.price_min))] if self.price_min is not None else []
        pairs += [(PRICE_MAX, str(self.price_max))] if self.price_max is not None else []
        return pairs + ([(WORDS, self.words)] if self.words else [])

    def chips(self) -> list[Chip]:
        """Each thing that was chosen, each with a way to take it back."""
        return [
            Chip(_said(key, value), self._without(key, value).query_string())
            for key, value in self.pairs
        ]

    def _without(self, key: str, value: str) -> Filters:
        if key == WORDS:
            return replace(self, words="")
        if key == PRICE_MIN:
            return replace(self, price_min=None)
        if key == PRICE_MAX:
            return replace(self, price_max=None)
        kept = {
            name: tuple(one for one in chosen if (name, one) != (key, value))
            for name, chosen in self.values.items()
        }
        return replace(self, values={name: chosen for name, chosen in kept.items() if chosen})

    def query_string(self) -> str:
        query = QueryDict(mutable=True)
        for key, value in self.pairs:
            query.appendlist(key, value)
        return query.urlencode()


@dataclass(frozen=True)
class Chip:
    """`query`: the query string without it."""

    label: str
    query: str


@dataclass(frozen=True)
class Option:
    """`count`: the products that would be left, were it chosen alone in its facet."""

    value: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Facet:
    """Options with products, most first; those that are chosen always stand among them."""

    key: str
    label: str
    options: list[Option]

    @property
    def selected(self) -> int:
        return sum(option.selected for option in self.options)


def product_ids(filters: Filters, sort: str = "newest") -> Ids:
    """The ids of the products that pass, in order; those without a price come last, and behind
    them what cannot be bought, where NOT_FOR_SALE has it so."""
    rows = table()
    passing = np.flatnonzero(_passes(rows, filters))
    if sort == "name":
        order = np.argsort(rows.by_name[passing], kind="stable")
    elif sort in ("price", "-price"):
        price = rows.price[passing] * (-1 if sort == "-price" else 1)
        order = np.lexsort((-rows.ids[passing], price))
    else:
        order = np.arange(len(passing))[::-1]
    if settings.NOT_FOR_SALE == SINK:
        order = order[np.argsort(~rows.for_sale[passing][order], kind="stable")]
    return rows.ids[passing][order]


def facets(filters: Filters) -> list[Facet]:
    """One for each attribute that is shown, then the brand, with how many products pass all other
    filters."""
    rows = table()
    masks = _masks(rows, filters)
    found = []
    for key, label in labels_of_facets().items():
        if key not in rows.codes:
            continue
        others = np.ones(len(rows.ids), bool)
        for name, mask in masks.items():
            if name != key:
                others &= mask
        options = _options(rows, key, others, filters.values.get(key, ()))
        if options:
            found.append(Facet(key, label, options))
    return found


def labels_of_facets() -> dict[str, str]:
    """Key -> what it is called, of what shoppers see."""
    return {**dict(Attribute.objects.shown().values_list("key", "label")), BRAND: "Brand"}


def counted_values(attribute: Attribute) -> list[tuple[AttributeValue, int]]:
    """All values that a product may have, most products that shoppers see first."""
    rows, key = table(), attribute.key
    shown = _options(rows, key, np.ones(len(rows.ids), bool), ()) if key in rows.codes else []
    counts = {option.value: option.count for option in shown}
    pairs = [(one, counts.get(one.value, 0)) for one in attribute.values.all()]
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0].value))


def _offered() -> dict[str, list[str]]:
    """The values that there are to choose from, of what shoppers see."""
    hidden = set(Attribute.objects.filter(is_shown=False).values_list("key", flat=True))
    return {key: values for key, values in table().values.items() if key not in hidden}


def _options(rows: Table, key: str, within: Flags, chosen: tuple[str, ...]) -> list[Option]:
    codes = rows.codes[key][within]
    counts = np.bincount(codes[codes >= 0], minlength=len(rows.values[key])).tolist()
    options = [
        Option(value, count, value in chosen)
        for value, count in zip(rows.values[key], counts, strict=True)
        if count or value in chosen
    ]
    return sorted(options, key=lambda option: (-option.count, option.value))


def _passes(rows: Table, filters: Filters) -> Flags:
    passing = np.ones(len(rows.ids), bool)
    for mask in _masks(rows, filters).values():
        passing &= mask
    return passing


def _masks(rows: Table, filters: Filters) -> dict[str, Flags]:
    """For each facet that narrows, which rows it leaves."""
    masks: dict[str, Flags] = {}
    for key, chosen in filters.values.items():
        codes = [rows.values[key].index(one) for one in chosen if one in rows.values[key]]
        masks[key] = np.isin(rows.codes[key], codes)
    if filters.price_min is not None:
        masks[PRICE_MIN] = rows.price >= float(filters.price_min)
    if filters.price_max is not None:
        masks[PRICE_MAX] = rows.price <= float(filters.price_max)
    if filters.words:
        masks[WORDS] = np.isin(rows.ids, _with_words(filters.words))
    return masks


def _with_words(words: str) -> Ids:
    """Those that say each word, or have it as the number of a variant."""
    found = []
    for word in words.split():
        numbered = [pk for pk, _ in numbered_as([word])]
        found.append(np.union1d(mentioning(word), np.array(numbered, np.int64)))
    return reduce(np.intersect1d, found)


def _price(text: str) -> Decimal | None:
    try:
        price = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return price if price.is_finite() and 0 <= price < 10**10 else None


def _said(key: str, value: str) -> str:
    if key == PRICE_MIN:
        return _("from %(price)s") % {"price": value}
    if key == PRICE_MAX:
        return _("up to %(price)s") % {"price": value}
    return f'"{value}"' if key == WORDS else value
