"""Which products to show for what was understood, and why each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext_noop

from catalog.models import Attribute, Product
from matching.engine.backends.faiss import Ids
from matching.engine.heads import Floats
from matching.engine.select import (
    Level,
    Match,
    Query,
    Selection,
    gate_levels,
    gate_types,
    restricted,
    select,
)
from matching.models import Search, SearchMatch
from matching.runtime import Live
from matching.search.understand import Understood

TOP = 3
# Which part of what was asked for had to be given up.
WISHES = gettext_noop("other attributes")

NO_GARMENT = gettext_noop(
    "We see no clothing, shoes or accessories in this picture. "
    "Try a photo that shows one item, well lit and close up."
)
WEAK = gettext_noop("Nothing in the catalogue looks much like this; these products come closest.")
NOTHING = gettext_noop("The catalogue has nothing that matches this picture.")
NOTHING_LEFT = gettext_noop("No product passes all of these filters. Take one of them away.")
UNKNOWN_WORDS = gettext_noop(
    "None of these words is known in the catalogue; these products come closest."
)

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Choice:
    """How to choose. `corrections`: attribute key -> what it is in truth; `among`: product ids to
    stay within, None for all; `any_type` where the shopper has filtered by type already; of `k`
    matches the first `enough` are worth widening for."""

    k: int
    weight: float
    enough: int
    corrections: Mapping[str, str] = field(default_factory=dict)
    among: Ids | None = None
    any_type: bool = False


def choose(live: Live, understood: Understood, choice: Choice) -> Selection:
    generation = live.generation
    query = Query(
        understood.vector,
        _style(live, understood, choice),
        choice.weight,
        choice.k,
        enough=choice.enough,
    )
    levels = _levels(live, understood, choice)
    return select(
        generation.index,
        query,
        restricted(levels, choice.among),
        generation.manifest["twin_cosine"],
        _available,
    )


def _types(live: Live, understood: Understood, choice: Choice) -> list[str]:
    """The values of the gate attribute that the best matches must have; none for any."""
    gate = live.generation.catalogue.gate
    if choice.any_type or not gate:
        return []
    if gate in choice.corrections:
        return [choice.corrections[gate]]
    if gate in understood.wishes.wanted:
        return list(understood.wishes.wanted[gate])
    if gate in understood.probabilities:
        classes = live.generation.heads.by_key[gate].classes
        return gate_types(understood.probabilities[gate], classes)
    return []


def _levels(live: Live, understood: Understood, choice: Choice) -> Iterator[Level]:
    """First what agrees with every wish and correction, then what is of the right type, then
    ever more types."""
    types = _types(live, understood, choice)
    ancestors = live.generation.catalogue.ancestors
    by_type = iter(gate_levels(types, ancestors, live.ids_by_type))
    narrowest = next(by_type)
    if not types:
        narrowest = Level(None, None)
    granted = _granted(live, understood, choice)
    if granted is not None:
        yield from restricted([narrowest], granted)
        yield Level(WISHES, narrowest.among)
    else:
        yield narrowest
    yield from by_type


def _granted(live: Live, understood: Understood, choice: Choice) -> Ids | None:
    """The products that have every value and name wanted and none unwanted, whatever their type;
    None if nothing is wanted."""
    catalogue = live.generation.catalogue
    wanted: dict[str, Sequence[str]] = dict(understood.wishes.wanted)
    wanted |= {key: [value] for key, value in choice.corrections.items()}
    wanted.pop(catalogue.gate, None)
    unwanted = understood.wishes.unwanted
    if not wanted and not unwanted and understood.named is None:
        return None
    granted = np.ones(len(catalogue.ids), bool)
    if understood.named is not None:
        granted = np.isin(catalogue.ids, understood.named)
    for key, values in wanted.items():
        granted &= _has(live, key, values)
    for key, values in unwanted.items():
        granted &= ~_has(live, key, values)
    return catalogue.ids[granted]


def _has(live: Live, key: str, values: Sequence[str]) -> np.ndarray:
    catalogue = live.generation.catalogue
    if key not in catalogue.codes:
        return np.zeros(len(catalogue.ids), bool)
    known = catalogue.values[key]
    codes = [known.index(value) for value in values if value in known]
    return np.isin(catalogue.codes[key], codes)


def _style(live: Live, understood: Understood, choice: Choice) -> Floats:
    """The style to compare with: that which is said, or else that which is seen."""
    key, width = live.generation.catalogue.style, live.generation.index.style_width
    said = [choice.corrections[key]] if key in choice.corrections else []
    said = said or list(understood.wishes.wanted.get(key, ()))
    seen = understood.probabilities.get(key, np.zeros(width, np.float32))
    if not said or key not in live.generation.heads.by_key:
        return seen
    classes = live.generation.heads.by_key[key].classes
    share = np.float32(1 / len(said))
    return np.array([name in said for name in classes], np.float32) * share


def _available(ids: list[int]) -> set[int]:
    shown = Product.objects.active().with_photo().filter(pk__in=ids)
    return set(shown.values_list("pk", flat=True))


def message_of(live: Live, understood: Understood, selection: Selection, choice: Choice) -> str:
    """What to say about the whole answer; "" if it is a good one."""
    if not understood.is_fashion:
        return NO_GARMENT
    if not selection.matches:
        return NOTHING if choice.among is None else NOTHING_LEFT
    if not understood.probabilities:
        known = bool(understood.wishes.wanted) or understood.named is not None
        return "" if known else UNKNOWN_WORDS
    best = max(match.visual for match in selection.matches)
    return WEAK if best < live.generation.manifest["weak_cosine"] else ""


def rows_of(live: Live, search: Search, selection: Selection) -> list[SearchMatch]:
    """Unsaved rows of a selection, in order, with what each has in common with `search`."""
    ids = [match.product_id for match in selection.matches]
    products = Product.objects.in_bulk(ids)
    reasons = _reasons(live, search, np.array(ids, np.int64))
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
    )


def _reasons(live: Live, search: Search, ids: Ids) -> list[list[str]]:
    """For each product, the attributes in which it agrees with what was looked for."""
    catalogue = live.generation.catalogue
    rows = catalogue.rows(ids)
    reasons: list[list[str]] = [[] for _ in ids]
    for attribute in Attribute.objects.all():
        sought = search.sought(attribute.key)
        if not sought or attribute.key not in catalogue.codes:
            continue
        for said, code in zip(reasons, catalogue.codes[attribute.key][rows], strict=True):
            if code >= 0 and catalogue.values[attribute.key][code] in sought:
                said.append(reason(attribute))
    return reasons


def reason(attribute: Attribute) -> str:
    return f"same {attribute.label.lower()}"
