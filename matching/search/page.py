"""What the page of a search shows: the answer as it was kept, or narrowed to what the URL says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from catalog.facets import Facet, Filters, facets
from catalog.models import Attribute, AttributeValue
from catalog.panel import Panel
from catalog.parameters import WEIGHT
from matching.models import Search
from matching.runtime import NotReadyError
from matching.search.ask import TOP, Narrowing
from matching.search.find import Shown, narrow
from matching.search.naming import name_of
from matching.search.wording import error_said, message_said, reasons_teller, widening_said
from pictures import PictureError


def respond(request: HttpRequest, search: Search) -> HttpResponse:
    """Scripts get the result as a fragment, with its address; plain forms are sent on to it."""
    if request.headers.get("HX-Request"):
        response = render(request, "matching/_result.html", result(search, answer(search)))
        response["HX-Push-Url"] = search.get_absolute_url()
        return response
    return redirect(search)


def result(search: Search, told: dict[str, Any]) -> dict[str, Any]:
    """The context of templates/matching/_result.html, with an answer, narrowed or not."""
    seen = traits(search)
    about = {
        "search": search,
        "attributes": seen,
        "vibe": search.vibe if any(trait["is_style"] for trait in seen) else "",
        "named": name_of(search),
        "refusal": "" if search.is_fashion else message_said(search.message),
    }
    return about | told


def narrowed(search: Search, query: QueryDict) -> dict[str, Any]:
    """The answer within what the address says."""
    narrowing = Narrowing(Filters.from_query(query), _weight(query))
    if not narrowing:
        return answer(search)
    try:
        return answer(search, narrow(search, narrowing), narrowing) | {"is_narrowed": True}
    except (NotReadyError, PictureError) as error:
        return answer(search, None, narrowing) | {"problem": error_said(error)}


def answer(
    search: Search, shown: Shown | None = None, narrowing: Narrowing | None = None
) -> dict[str, Any]:
    """The matches, those that were kept if no others are `shown`, and what they can be narrowed
    by."""
    shown, narrowing = shown or _kept(search), narrowing or Narrowing()
    filters, weight = narrowing.filters, narrowing.weight
    tell = reasons_teller(shown_only=True)
    for match in shown.matches:
        match.because = tell(match.reasons)
    return {
        "matches": shown.matches[:TOP],
        "more": shown.matches[TOP:],
        "widening": widening_said(shown.widened, _type_of(shown)),
        "message": message_said(shown.message),
        "weight": search.visual_weight if weight is None else weight,
        "panel": _panel(search, shown, filters, weight),
    }


def _type_of(shown: Shown) -> str:
    """The most wanted type that was searched; "" if shoppers do not see types."""
    types = shown.types[:1]
    is_seen = types and Attribute.objects.shown().filter(key=shown.gate).exists()
    return types[0] if is_seen else ""


def traits(search: Search) -> list[dict[str, Any]]:
    """What is seen, attribute by attribute: `ranked` values, what was said instead, and what else
    there is to say."""
    values = AttributeValue.objects.order_by("value")
    attributes = Attribute.objects.shown().prefetch_related(Prefetch("values", values))
    return [
        {
            "attribute": attribute,
            "is_style": attribute.key == search.style,
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


def _kept(search: Search) -> Shown:
    matches = list(search.matches.select_related("product"))
    types = tuple(search.types)
    return Shown(matches, search.widened, search.message, search.gate, types)


def _panel(search: Search, shown: Shown, filters: Filters, weight: float | None) -> Panel:
    extra = [] if weight is None else [(WEIGHT, str(weight))]
    return Panel(filters, _facets(filters, shown), search.get_absolute_url(), "#matches", extra)


def _facets(filters: Filters, shown: Shown) -> list[Facet]:
    """Counts are of products of the types that were searched, as long as none is chosen."""
    gate, types = shown.gate, shown.types
    if gate in filters.values or not types:
        return facets(filters)
    found = facets(replace(filters, values=filters.values | {gate: types}))
    return [
        replace(facet, options=[replace(option, selected=False) for option in facet.options])
        if facet.key == gate
        else facet
        for facet in found
    ]


def _weight(query: QueryDict) -> float | None:
    """The weight of the visual part that the URL asks for; None if none, or none that makes
    sense."""
    try:
        weight = float(query.get(WEIGHT, ""))
    except ValueError:
        return None
    return weight if 0 <= weight <= 1 else None
