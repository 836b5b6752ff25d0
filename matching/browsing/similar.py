"""What else to show beside a product: more like it, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.attributes import Meaning, groups_of, key_of
from catalog.models import Product
from matching import runtime
from matching.engine.arrays import Ids
from matching.engine.colours import go_together
from matching.engine.generation import Catalogue
from matching.engine.select import Query, gate_levels, select
from matching.runtime import Live, NotReadyError

MORE, ENOUGH = 6, 3
# Of an outfit what looks alike matters little and what feels alike much.
OUTFIT_WEIGHT = 0.3
OUTFIT_CANDIDATES = 20
ROLES: dict[str, tuple[str | Promise, frozenset[str]]] = {
    "top": (_("On top"), frozenset({"topwear"})),
    "bottom": (_("Below"), frozenset({"bottomwear"})),
    "shoes": (_("On your feet"), frozenset({"footwear"})),
    "accessory": (_("To finish"), frozenset({"accessories"})),
}
# Covers both halves: a dress needs shoes and a bag, no trousers.
WHOLE = frozenset({"dress", "saree", "apparel set"})
COMPANIONS = {
    "top": ("bottom", "shoes", "accessory"),
    "bottom": ("top", "shoes", "accessory"),
    "whole": ("shoes", "accessory"),
    "shoes": ("top", "bottom", "accessory"),
    "accessory": ("top", "bottom", "shoes"),
}
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Companion:
    """`label`: where it is worn."""

    label: str | Promise
    product: Product


@dataclass(frozen=True)
class Beside:
    more: list[Product]
    goes_with: list[Companion]


def beside(product: Product) -> Beside:
    """Both are empty where there is no index yet, or the product is not in it."""
    try:
        live = runtime.live()
    except NotReadyError:
        return Beside([], [])
    catalogue = live.generation.catalogue
    row = int(np.searchsorted(catalogue.ids, product.pk))
    if row >= len(catalogue.ids) or catalogue.ids[row] != product.pk:
        return Beside([], [])
    return Beside(_more(live, product, row), list(_goes_with(live, product, row)))


def _more(live: Live, product: Product, row: int) -> list[Product]:
    """Of the same type, twins folded, without the product itself."""
    catalogue, index = live.generation.catalogue, live.generation.index
    kind = _value(catalogue, catalogue.gate, row)
    levels = gate_levels([kind] if kind else [], catalogue.ancestors, live.ids_by_type)
    visual, style = index.vectors(np.array([product.pk], np.int64))

    def available(ids: list[int]) -> set[int]:
        shown = Product.objects.findable().with_photo().filter(pk__in=ids).exclude(pk=product.pk)
        return set(shown.values_list("pk", flat=True))

    query = Query(visual[0], style[0], settings.VISUAL_WEIGHT, MORE, enough=ENOUGH)
    found = select(index, query, levels, live.generation.manifest["twin_cosine"], available)
    return _in_order([match.product_id for match in found.matches])


def _goes_with(live: Live, product: Product, row: int) -> Iterator[Companion]:
    catalogue = live.generation.catalogue
    role = role_of(catalogue.ancestors.get(_value(catalogue, catalogue.gate, row), ()))
    wearer = key_of(Meaning.WEARER)
    worn_by = _value(catalogue, wearer, row)
    for companion in COMPANIONS.get(role, ()):
        label, groups = ROLES[companion]
        within = _of_role(catalogue, groups) & _worn_by(catalogue, wearer, worn_by)
        for among in _candidates(catalogue, row, within):
            best = _best(live, product.pk, among)
            if best is not None:
                yield Companion(label, best)
                chosen = _value(catalogue, wearer, int(catalogue.rows(np.array([best.pk]))[0]))
                worn_by = worn_by if groups_of(Meaning.WEARER).get(worn_by) else chosen or worn_by
                break


def role_of(groups: Sequence[str]) -> str:
    """Where something is worn, by the groups its type belongs to; "" for what is no part of an
    outfit."""
    if WHOLE & set(groups):
        return "whole"
    return next((role for role, (_, wanted) in ROLES.items() if wanted & set(groups)), "")


def _of_role(catalogue: Catalogue, groups: frozenset[str]) -> Flags:
    worn = [bool(groups & set(catalogue.ancestors.get(v, ()))) for v in _names(catalogue)]
    codes = catalogue.codes[catalogue.gate]
    flags = np.array([*worn, False], bool)  # the last is that of the code -1
    return flags[codes]


def _names(catalogue: Catalogue) -> tuple[str, ...]:
    return catalogue.values[catalogue.gate]


def _candidates(catalogue: Catalogue, row: int, within: Flags) -> Iterator[Ids]:
    """First all that agrees; then in spite of the season, of the style, of the colour."""
    season = _same(catalogue, key_of(Meaning.SEASON), row)
    style = _same(catalogue, catalogue.style, row)
    colour = _colour_agrees(catalogue, row)
    for flags in (season & style & colour, style & colour, colour, np.ones_like(colour)):
        yield catalogue.ids[within & flags]


def _worn_by(catalogue: Catalogue, key: str, wearer: str) -> Flags:
    """What fits somebody: their own and what is for all; all of it as long as nothing is said."""
    groups = groups_of(Meaning.WEARER)
    if not groups.get(wearer):
        return np.ones(len(catalogue.ids), bool)
    names = enumerate(catalogue.values[key])
    fits = [at for at, name in names if name == wearer or not groups.get(name)]
    return np.isin(catalogue.codes[key], fits)


def _same(catalogue: Catalogue, key: str, row: int) -> Flags:
    if key not in catalogue.codes or catalogue.codes[key][row] < 0:
        return np.ones(len(catalogue.ids), bool)
    same: Flags = catalogue.codes[key] == catalogue.codes[key][row]
    return same


def _colour_agrees(catalogue: Catalogue, row: int) -> Flags:
    key = key_of(Meaning.COLOUR)
    mine = _value(catalogue, key, row)
    if not mine:
        return np.ones(len(catalogue.ids), bool)
    agree = [go_together(mine, name) for name in catalogue.values[key]]
    return np.array([*agree, True], bool)[catalogue.codes[key]]


def _best(live: Live, product_id: int, among: Ids) -> Product | None:
    if not len(among):
        return None
    index = live.generation.index
    visual, style = index.vectors(np.array([product_id], np.int64))
    ids, _ = index.search(visual[0], style[0], OUTFIT_WEIGHT, OUTFIT_CANDIDATES, among)
    shown = Product.objects.findable().with_photo().with_offers().in_bulk(ids.tolist())
    return next((shown[one] for one in ids.tolist() if one in shown), None)


def _value(catalogue: Catalogue, key: str, row: int) -> str:
    if key not in catalogue.codes or catalogue.codes[key][row] < 0:
        return ""
    return catalogue.values[key][catalogue.codes[key][row]]


def _in_order(ids: list[int]) -> list[Product]:
    found = Product.objects.with_offers().in_bulk(ids)
    return [found[one] for one in ids if one in found]
