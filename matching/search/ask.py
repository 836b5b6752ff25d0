"""What a shopper wants, decided once: what was corrected comes before what the words ask for, and
that before what is seen. What follows (choosing, counting, telling why) takes it from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.conf import settings

from catalog.attributes import Meaning, groups_of, key_of
from catalog.facets import Filters, product_ids
from matching.engine.arrays import Floats, Ids
from matching.engine.select import gate_types
from matching.engine.wearers import wearers
from matching.models import Ranked, Search
from matching.runtime import Live
from matching.search.cropping import Crop
from matching.search.understand import Understood
from shoppers.visitor import Visitor

TOP = 3
DEFAULT_K, MAX_K = 3, 10
PAGE_K = 24
SHOWN_VALUES = 3

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Asker:
    """Who searches, and which way they came."""

    source: str
    visitor: Visitor = field(default_factory=Visitor)


@dataclass(frozen=True)
class Ask:
    """`photo` is an encoded picture, None where words are all there is; `is_kept` if it is that of
    an earlier search. `crop`: the part to look at; `words`: what should be different; `k`: how
    many products, 1 to 100; `corrections`: attribute key -> what it is in truth. `like`: the id of
    the product to find more like, in place of a photo or with its own. `weight` is that of looks,
    None for the shop's; `filters`: what to stay within; `garment`: which of those in the photo is
    meant, from 0, None for the main one."""

    photo: bytes | None = None
    words: str = ""
    crop: Crop | None = None
    k: int = DEFAULT_K
    corrections: Mapping[str, str] = field(default_factory=dict)
    is_kept: bool = False
    like: int | None = None
    weight: float | None = None
    filters: Filters = field(default_factory=Filters)
    garment: int | None = None


@dataclass(frozen=True)
class Narrowing:
    """What may be turned about an answer without searching anew; false if nothing is. Pages are as
    long as the answer that was kept, `page` counts from 1."""

    filters: Filters = field(default_factory=Filters)
    weight: float | None = None
    page: int = 1

    def __bool__(self) -> bool:
        return bool(self.filters) or self.weight is not None or self.page > 1


@dataclass(frozen=True)
class Wanted:
    """`gate` and `style` are the keys of the attributes that have these roles in the live index.

    `types`: the values of the gate to search among, most wanted first; none for all. `fitting`: ids
    of the products that whoever wears it may wear, None for all. `said`:
    attribute key -> the values that were corrected or asked for, one of which a product must have,
    the gate apart; `named`: ids of the products whose names carry the words (`is_called`: words
    that are names themselves), `nicer`: of those that come before others, None if there is nothing
    to it. `sought`: attribute key -> what a good
    match has, said or seen. `weight` is that of looks against style. Of `k` matches the first
    `enough` are worth widening for. `among`: ids to stay within, however wide, None for all.
    """

    gate: str
    style: str
    types: tuple[str, ...]
    fitting: Ids | None
    said: Values
    named: Ids | None
    is_called: bool
    nicer: Ids | None
    sought: Values
    weight: float
    k: int
    enough: int
    among: Ids | None


def begin(live: Live, understood: Understood, ask: Ask, asker: Asker) -> Search:
    """The row that will keep the search, not yet saved: who asks, for what, and what is seen."""
    search = Search(
        **asker.visitor.owner,
        source=asker.source,
        k=ask.k,
        visual_weight=settings.VISUAL_WEIGHT if ask.weight is None else ask.weight,
        words=ask.words,
        like_id=ask.like,
        crop=ask.crop.as_json() if ask.crop else None,
        corrections=dict(ask.corrections),
        prediction=_ranked(live, understood.probabilities),
        is_fashion=understood.is_fashion,
    )
    remember(search, understood)
    return search


def begin_garments(live: Live, search: Search, seen: Sequence[Understood]) -> None:
    """Keeps what each garment of a photo is, so that any of them can be searched with later."""
    search.garments = garments_told(live, seen)
    found = garments_of(seen)
    search.garment_vectors = b"".join(one.vector.astype("<f4").tobytes() for one in found)


def garments_of(seen: Sequence[Understood]) -> list[Understood]:
    """Of what is seen in a photo, the garments, by their numbers."""
    return [one for one in seen if one.spot and one.is_fashion]


def garments_told(live: Live, seen: Sequence[Understood]) -> list[dict[str, Any]]:
    """As `Search.garments` holds them."""
    return [
        one.spot.as_json() | {"prediction": _ranked(live, one.probabilities)}
        for one in garments_of(seen)
        if one.spot
    ]


def choose_garment(search: Search, number: int) -> None:
    """From now on it is a search of that garment of the photo; what was corrected was of another.
    Raises IndexError for a garment that there is not."""
    search.prediction = search.garments[number]["prediction"]
    vectors = bytes(search.garment_vectors or b"")
    size = len(vectors) // len(search.garments)
    search.vector = vectors[number * size : (number + 1) * size]
    search.garment, search.corrections, search.is_fashion = number, {}, True


def remember(search: Search, understood: Understood) -> None:
    """What to search with again, and what the words ask for."""
    search.vector = understood.own.astype("<f4").tobytes()
    search.wishes = understood.reading.wanted


def decide(
    live: Live, understood: Understood, search: Search, narrowing: Narrowing | None = None
) -> Wanted:
    """What `search` wants of what is live; with a `narrowing`, what it wanted then within that."""
    catalogue, turned = live.generation.catalogue, narrowing or Narrowing()
    keys = [key for key in (*search.wishes, *search.corrections) if key != catalogue.gate]
    return Wanted(
        gate=catalogue.gate,
        style=catalogue.style,
        types=_types(live, understood, search, narrowing),
        fitting=_fitting(live, understood, search),
        said={key: search.said(key) for key in keys},
        named=understood.named,
        is_called=understood.reading.is_called,
        nicer=understood.nicer,
        sought={key: search.sought(key) for key in catalogue.codes},
        weight=search.visual_weight if turned.weight is None else turned.weight,
        # One more than is shown says that there is more.
        k=search.k if narrowing is None else search.k * turned.page + 1,
        # A page shows the first three large and what there is below them; a program counts on k.
        enough=TOP if search.source == Search.Source.PAGE else search.k,
        among=_without(live, search.like_id, _among(understood, turned.filters)),
    )


def _among(understood: Understood, filters: Filters) -> Ids | None:
    """What the filters leave of what the words leave."""
    filtered = np.sort(product_ids(filters)) if filters else None
    if filtered is None or understood.within is None:
        return understood.within if filtered is None else filtered
    return np.intersect1d(filtered, understood.within)


def _without(live: Live, product_id: int | None, among: Ids | None) -> Ids | None:
    """Of the product itself that more is wanted of, none."""
    if product_id is None:
        return among
    among = live.generation.catalogue.ids if among is None else among
    return among[among != product_id]


def _fitting(live: Live, understood: Understood, search: Search) -> Ids | None:
    key, catalogue = key_of(Meaning.WEARER), live.generation.catalogue
    groups = groups_of(Meaning.WEARER)
    if search.said(key) or not groups or key not in understood.probabilities:
        return None
    classes = live.generation.heads.by_key[key].classes
    fit = wearers(understood.probabilities[key], classes, groups)
    values = catalogue.values[key]
    misfits = [at for at, name in enumerate(values) if groups.get(name) and name not in fit]
    return catalogue.ids[~np.isin(catalogue.codes[key], misfits)]


def _types(
    live: Live, understood: Understood, search: Search, narrowing: Narrowing | None
) -> tuple[str, ...]:
    gate = live.generation.catalogue.gate
    if narrowing and gate in narrowing.filters.values:
        return ()
    if narrowing and gate == search.gate:
        return tuple(search.types)
    if said := search.said(gate):
        return said
    if gate not in understood.probabilities:
        return ()
    classes = live.generation.heads.by_key[gate].classes
    return tuple(gate_types(understood.probabilities[gate], classes))


def _ranked(live: Live, probabilities: Mapping[str, Floats]) -> Ranked:
    """Attribute key to its three most probable values, best first."""
    found: Ranked = {}
    for key, chances in probabilities.items():
        classes = live.generation.heads.by_key[key].classes
        best = np.argsort(-chances, kind="stable")[:SHOWN_VALUES]
        found[key] = [
            {"value": classes[at], "probability": round(float(chances[at]), 4)}
            for at in best.tolist()
        ]
    return found
