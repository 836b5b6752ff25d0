"""Measures queries in words: whether the first products of an answer meet what was asked for."""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import translation

from catalog.models import Product
from jobs.queue import JobError, Report
from matching import runtime
from matching.models import Search
from matching.runtime import Live, NotReadyError
from matching.search.ask import Ask, Asker, begin, decide
from matching.search.choose import Message, choose, message_of
from matching.search.understand import with_words
from words.index import stems_of
from words.text import stem

FIRST = 6
NAME, PRICE, SKU, NOTHING = "name", "price", "first", "nothing"
COLUMNS = {"kind", "language", "query", "wishes"}
SIGNS = ("!=", "<=", ">=", "=")

Result = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What wishes are about: labels are attribute key -> value."""

    sku: str
    name: str
    labels: Mapping[str, str]
    price: Decimal | None


@dataclass(frozen=True)
class Wish:
    """`about`: an attribute key, "name", "price" or "first" (the SKU of the first product);
    `sign`: "=", "!=", "<=" or ">="; `values`: alternatives, of a name words that it has."""

    about: str
    sign: str
    values: tuple[str, ...]

    def is_met(self, place: int, product: Found) -> bool:
        if self.about == SKU:
            return place > 0 or product.sku == self.values[0]
        if self.sign in ("<=", ">="):
            return self._is_within(product.price)
        if self.about == NAME:
            has = bool({stem(one) for one in self.values} & set(stems_of(product.name)))
        else:
            has = product.labels.get(self.about, "") in self.values
        return has == (self.sign == "=")

    def _is_within(self, price: Decimal | None) -> bool:
        limit = Decimal(self.values[0])
        return price is not None and (price <= limit if self.sign == "<=" else price >= limit)


@dataclass(frozen=True)
class Query:
    """No wishes: the answer has to say that nothing was understood."""

    kind: str
    language: str
    text: str
    wishes: tuple[Wish, ...]

    def is_met(self, products: Sequence[Found], is_understood: bool) -> bool:
        """Whether all products meet all wishes, and there are some."""
        if not self.wishes:
            return not is_understood
        return bool(products) and all(
            wish.is_met(place, product)
            for place, product in enumerate(products)
            for wish in self.wishes
        )


def read_queries(path: Path) -> list[Query]:
    """Of a CSV file with the columns kind, language, query and wishes ("colour=red|maroon;
    name!=striped; price<=50", or "nothing"). Raises JobError for one that cannot be read."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise JobError(f"{path} cannot be read: {error}.") from error
    if not rows or not rows[0].keys() >= COLUMNS:
        raise JobError(f"{path} needs rows and the columns {', '.join(sorted(COLUMNS))}.")
    return [_query(path, line, row) for line, row in enumerate(rows, start=2)]


def _query(path: Path, line: int, row: Mapping[str, str]) -> Query:
    told = [one.strip() for one in (row["wishes"] or "").split(";") if one.strip()]
    wishes = [_wish(one) for one in told if one != NOTHING]
    if not told or None in wishes:
        raise JobError(f"{path}, line {line}: wishes are like colour=red|blue; price<=50.")
    return Query(row["kind"], row["language"], row["query"], tuple(one for one in wishes if one))


def _wish(text: str) -> Wish | None:
    sign = next((one for one in SIGNS if one in text), "")
    about, _, values = text.partition(sign or " ")
    if not sign or not values or (sign in ("<=", ">=") and not _is_number(values)):
        return None
    return Wish(about.strip(), sign, tuple(one.strip() for one in values.split("|")))


def _is_number(text: str) -> bool:
    return text.strip().replace(".", "", 1).isdigit()


def evaluate_queries(report: Report, *, path: Path) -> Result:
    """The share of each kind of query whose first six products meet every wish, the queries that
    failed, and the milliseconds that one takes. Raises JobError if there is nothing to ask."""
    queries = read_queries(path)
    try:
        live = runtime.live()
        _ask(live, queries[0])  # what is lazy is loaded
        met: dict[str, list[bool]] = defaultdict(list)
        failed, spent = [], []
        for done, query in enumerate(queries, start=1):
            started = time.perf_counter()
            products, is_understood = _ask(live, query)
            spent.append(1000 * (time.perf_counter() - started))
            met[query.kind].append(query.is_met(products, is_understood))
            if not met[query.kind][-1]:
                failed.append({"kind": query.kind, "query": query.text})
            report.progress(done, len(queries), "asking")
    except NotReadyError as error:
        raise JobError(str(error)) from error
    kinds = {
        kind: {"queries": len(all_), "met": sum(all_) / len(all_)} for kind, all_ in met.items()
    }
    times = {"median": float(np.median(spent)), "p95": float(np.percentile(spent, 95))}
    return {"kinds": kinds, "failed": failed, "latency_ms": times}


def _ask(live: Live, query: Query) -> tuple[list[Found], bool]:
    """The first products of the answer, and whether any of the query was understood."""
    language = query.language if query.language in dict(settings.LANGUAGES) else "en"
    with translation.override(language):
        understood = with_words(live, None, query.text)
    search = begin(live, understood, Ask(words=query.text, k=FIRST), Asker(Search.Source.PAGE))
    wanted = decide(live, understood, search)
    selection = choose(live, understood, wanted)
    is_understood = message_of(live, understood, selection, wanted) != Message.UNKNOWN_WORDS
    return _found([match.product_id for match in selection.matches], live), is_understood


def _found(ids: list[int], live: Live) -> list[Found]:
    products, catalogue = Product.objects.with_offers().in_bulk(ids), live.generation.catalogue
    rows = dict(zip(ids, catalogue.rows(np.array(ids, np.int64)).tolist(), strict=True))
    return [
        Found(
            products[one].sku,
            products[one].name,
            {
                key: catalogue.values[key][codes[rows[one]]]
                for key, codes in catalogue.codes.items()
                if codes[rows[one]] >= 0
            },
            products[one].price,
        )
        for one in ids
        if one in products
    ]
