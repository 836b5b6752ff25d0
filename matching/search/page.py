"""What the page of a search shows: the answer as it was kept, or narrowed to what the URL says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from django.db.models import Prefetch
from django.http import HttpRequest, QueryDict

from catalog.facets import Facet, Filters, facets, product_ids
from catalog.models import Attribute, AttributeValue
from matching.engine.errors import PictureError
from matching.engine.select import GATE_MASS
from matching.models import Search, SearchMatch
from matching.runtime import NotReadyError
from matching.search.choose import TOP, reason
from matching.search.find import Narrowed, narrow
from matching.search.wording import said

WEIGHT = "w"


def result(request: HttpRequest, search: Search) -> dict[str, Any]:
    """The context of templates/matching/_result.html."""
    seen = traits(search)
    context = {"search": search, "attributes": seen, "vibe": _vibe(seen), "named": named(search)}
    return context | answer(request, search)


def answer(request: HttpRequest, search: Search) -> dict[str, Any]:
    """The matches, and what they can be narrowed by."""
    filters = Filters.from_query(request.GET)
    weight = _weight(request.GET)
    narrowed, problem = None, ""
    try:
        if filters or weight is not None:
            narrowed = _narrowed(search, filters, weight)
    except (NotReadyError, PictureError) as error:
        problem = said(error)
    shown = narrowed or Narrowed(_kept(search), search.widened, search.message)
    _drop_hidden_reasons(shown.matches)
    return {
        "matches": shown.matches[:TOP],
        "more": shown.matches[TOP:],
        "kind": next(iter(_types_of(search)), "") if named(search) else "",
        "widened": shown.widened,
        "message": shown.message,
        "problem": problem,
        "filters": filters,
        "facets": _facets(filters, search),
        "weight": search.visual_weight if weight is None else weight,
        "extra": [] if weight is None else [(WEIGHT, weight)],
        "is_narrowed": narrowed is not None,
    }


def traits(search: Search) -> list[dict[str, Any]]:
    """What is seen, attribute by attribute: `ranked` values, what was said instead, and what else
    there is to say."""
    values = AttributeValue.objects.order_by("value")
    attributes = Attribute.objects.shown().prefetch_related(Prefetch("values", values))
    return [
        {
            "attribute": attribute,
            "is_style": attribute.role == Attribute.Role.STYLE,
            "ranked": search.prediction[attribute.key],
            "said": search.corrections.get(attribute.key, ""),
            "choices": [row.value for row in attribute.values.all()],
        }
        for attribute in attributes
        if search.prediction.get(attribute.key)
    ]


def named(search: Search) -> str:
    """The kind of thing that was looked for; "" if shoppers do not see that attribute."""
    is_seen = Attribute.objects.shown().filter(meaning=Attribute.Meaning.KIND).exists()
    return search.kind if is_seen else ""


def _vibe(seen: list[dict[str, Any]]) -> str:
    """The style that is said, or else seen."""
    return next(
        (trait["said"] or trait["ranked"][0]["value"] for trait in seen if trait["is_style"]), ""
    )


def _drop_hidden_reasons(matches: list[SearchMatch]) -> None:
    hidden = {reason(one) for one in Attribute.objects.filter(is_shown=False)}
    for match in matches:
        match.reasons = [one for one in match.reasons if one not in hidden]


def _kept(search: Search) -> list[SearchMatch]:
    return list(search.matches.select_related("product"))


def _narrowed(search: Search, filters: Filters, weight: float | None) -> Narrowed:
    among = None
    if filters:
        among = np.sort(product_ids(filters))
    return narrow(search, among=among, any_type=_gate() in filters.values, weight=weight)


def _facets(filters: Filters, search: Search) -> list[Facet]:
    """Counts are of products of the types that were looked for, as long as none is chosen."""
    gate, types = _gate(), _types_of(search)
    if gate in filters.values or not types:
        return facets(filters)
    found = facets(replace(filters, values=filters.values | {gate: types}))
    return [
        replace(facet, options=[replace(option, selected=False) for option in facet.options])
        if facet.key == gate
        else facet
        for facet in found
    ]


def _types_of(search: Search) -> tuple[str, ...]:
    """As the type gate chose them: what was said, or the most probable ones."""
    gate = _gate()
    if gate in search.corrections or gate in search.wishes:
        return search.sought(gate)
    types, mass = [], 0.0
    for one in search.prediction.get(gate, []):
        if mass >= GATE_MASS:
            break
        types.append(one["value"])
        mass += one["probability"]
    return tuple(types)


def _gate() -> str:
    gates = Attribute.objects.filter(role=Attribute.Role.GATE).values_list("key", flat=True)
    return gates.first() or ""


def _weight(query: QueryDict) -> float | None:
    """The weight of the visual part that the URL asks for; None if none, or none that makes
    sense."""
    try:
        weight = float(query.get(WEIGHT, ""))
    except ValueError:
        return None
    return weight if 0 <= weight <= 1 else None
