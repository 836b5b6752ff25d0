"""Which products to show for what was understood, and why each of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

import numpy as np
from django.conf import settings

from catalog.models import SINK, Attribute, Product, ProductQuerySet
from matching.engine.arrays import Floats, Ids
from matching.engine.select import (
    Level,
    Match,
    Query,
    Selection,
    gate_levels,
    restricted,
    select,
)
from matching.models import Search, SearchMatch
from matching.runtime import Live, NotReadyError
from matching.search.ask import Wanted
from matching.search.understand import Understood
from matching.search.watch import stage
from matching.search.worded import having
from matching.search.wording import in_english

Message, WISHES = Search.Message, Search.Widened.WISHES
NO_PRODUCTS = "no_products"
# Of these an answer tells which they are; of all, how many.
MOST_TWINS = 20


@stage("choose")
def answer(live: Live, search: Search, understood: Understood, wanted: Wanted) -> list[SearchMatch]:
    """Fills in what was found and what it was searched by; returns the rows of the matches. Raises
    NotReadyError if the catalogue has nothing to find at all."""
    selection = choose(live, understood, wanted) if understood.is_fashion else Selection([], None)
    if understood.is_fashion and not selection.matches and not _shown().exists():
        raise NotReadyError(in_english(NO_PRODUCTS), NO_PRODUCTS)
    search.widened = selection.widened or ""
    search.message = message_of(live, understood, selection, wanted)
    search.gate, search.style, search.types = wanted.gate, wanted.style, list(wanted.types)
    search.generation = live.generation.number
    search.backbone = live.backbone.fingerprint
    search.heads = live.generation.heads.fingerprint
    return rows_of(live, search, selection, wanted)


def choose(live: Live, understood: Understood, wanted: Wanted) -> Selection:
    """What can be bought stands before what cannot, where NOT_FOR_SALE has it so."""
    if understood.is_lost:
        return Selection([], None)
    if settings.NOT_FOR_SALE != SINK:
        return _chosen(live, understood, wanted, _shown())
    first = _chosen(live, understood, wanted, _shown().for_sale())
    if len(first.matches) >= wanted.k:
        return first
    rest = _chosen(live, understood, wanted, _shown().exclude(pk__in=_shown().for_sale()))
    matches = [*first.matches, *rest.matches][: wanted.k]
    return Selection(matches, first.widened if first.matches else rest.widened)


def _chosen(
    live: Live, understood: Understood, wanted: Wanted, shown: ProductQuerySet
) -> Selection:
    generation = live.generation
    feel = _feel(live, understood, wanted)
    query = Query(understood.vector, feel, wanted.weight, wanted.k, enough=wanted.enough)

    def available(ids: list[int]) -> set[int]:
        return set(shown.filter(pk__in=ids).values_list("pk", flat=True))

    return select(
        generation.index,
        query,
        restricted(_levels(live, wanted), wanted.among),
        generation.manifest["twin_cosine"],
        available,
    )


def _levels(live: Live, wanted: Wanted) -> Iterator[Level]:
    """First what agrees with all that was said, then what has at least the values, then what is of
    the right type, then ever more types. Of the first, those that fit whoever wears it come before
    others, and of these those that are nicer."""
    ancestors = live.generation.catalogue.ancestors
    by_type = iter(gate_levels(wanted.types, ancestors, live.ids_by_type))
    narrowest = next(by_type)
    if not wanted.types:
        narrowest = Level(None, None)
    having = _having(live, wanted)
    granted = _both(having, wanted.named)
    best = narrowest if granted is None else next(restricted([narrowest], granted))
    nicest = [best] if wanted.nicer is None else [*restricted([best], wanted.nicer), best]
    if wanted.fitting is not None:
        yield from restricted(nicest, wanted.fitting)
    yield from nicest
    if wanted.is_called and best.among is not None and not len(best.among):
        # "zebrafish blouson" is in a name, and that product is taken for no jacket.
        yield Level(WISHES, wanted.named)
    if having is not None and wanted.named is not None:
        yield from restricted([Level(WISHES, narrowest.among)], having)
    if granted is not None:
        yield Level(WISHES, narrowest.among)
    yield from by_type


def _having(live: Live, wanted: Wanted) -> Ids | None:
    """The products that have every value said, whatever their type; None if none is."""
    found = [having(live, key, values) for key, values in wanted.said.items()]
    return reduce(np.intersect1d, found) if found else None


def _both(some: Ids | None, others: Ids | None) -> Ids | None:
    """Ids that are in both; None stands for all."""
    if some is None or others is None:
        return others if some is None else some
    return np.intersect1d(some, others)


def _feel(live: Live, understood: Understood, wanted: Wanted) -> Floats:
    """The style to compare with, (s,): equal shares of what is said, or else what is seen."""
    style, width = wanted.style, live.generation.index.style_width
    said = wanted.said.get(style)
    if not said or style not in live.generation.heads.by_key:
        return understood.probabilities.get(style, np.zeros(width, np.float32))
    classes = live.generation.heads.by_key[style].classes
    return np.array([name in said for name in classes], np.float32) / np.float32(len(said))


def _shown() -> ProductQuerySet:
    return Product.objects.findable().with_photo()


def message_of(live: Live, understood: Understood, selection: Selection, wanted: Wanted) -> str:
    """The code of what to say about the whole answer; "" if it is a good one."""
    if not understood.is_fashion:
        return Message.NO_GARMENT
    if understood.is_lost:
        return Message.UNKNOWN_WORDS
    if not selection.matches:
        return Message.NOTHING if wanted.among is None else Message.NOTHING_LEFT
    if not understood.probabilities:
        return ""
    best = max(match.visual for match in selection.matches)
    return Message.WEAK if best < live.generation.manifest["weak_cosine"] else ""


def rows_of(live: Live, search: Search, selection: Selection, wanted: Wanted) -> list[SearchMatch]:
    """Unsaved rows of a selection, in order, with what each has of what is wanted."""
    ids = [match.product_id for match in selection.matches]
    products = Product.objects.with_offers().in_bulk(ids)
    reasons = _reasons(live, wanted, np.array(ids, np.int64))
    return [
        _row(search, rank, match, products[match.product_id], reasons[rank - 1])
        for rank, match in enumerate(selection.matches, start=1)
        if match.product_id in products
    ]


def _row(
    search: Search, rank: int, match: Match, product: Product, reasons: list[str]
) -> SearchMatch:
    return SearchMatch(
        search=search,
        rank=rank,
        product=product,
        sku=product.sku,
        name=product.name,
        image=product.photo.url,
        score=round(match.score, 4),
        visual=round(match.visual, 4),
        style=round(match.style, 4),
        reasons=reasons,
        similar=len(match.folded),
        twins=match.folded[:MOST_TWINS],
    )


def _reasons(live: Live, wanted: Wanted, ids: Ids) -> list[list[str]]:
    """For each product, the keys of the attributes in which it agrees with what was looked for."""
    catalogue = live.generation.catalogue
    rows = catalogue.rows(ids)
    reasons: list[list[str]] = [[] for _ in ids]
    for key in Attribute.objects.values_list("key", flat=True):
        sought = wanted.sought.get(key)
        if not sought:
            continue
        for agreed, code in zip(reasons, catalogue.codes[key][rows], strict=True):
            if code >= 0 and catalogue.values[key][code] in sought:
                agreed.append(key)
    return reasons
