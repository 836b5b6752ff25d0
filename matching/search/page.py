"""What the page of a search shows: the answer as it was kept, or narrowed to what the URL says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from catalog.attributes import Meaning, key_of
from catalog.columns import commonest
from catalog.facets import Facet, Filters, facets, product_ids
from catalog.models import Attribute, AttributeValue
from catalog.panel import Panel
from catalog.parameters import PAGE, WEIGHT
from catalog.templatetags.wording import word
from matching.engine.finder import WHOLE
from matching.models import Search
from matching.runtime import NotReadyError
from matching.search import cards, page_wording
from matching.search.ask import TOP, Narrowing
from matching.search.chips import chips_of
from matching.search.find import Found, Shown, matches_of_each, narrow
from matching.search.naming import name_of
from matching.search.wording import error_said, message_said, widening_said
from pictures import PictureError

# From so much probability on a value is worth a chip, and a style its place in the heading.
WORTH_SAYING, SURE = 0.3, 0.7
MOST_KINDS = 8
# Deeper than this nobody looks, and each page is chosen from the first on. The first ones are
# fetched as they come into sight; later ones when they are asked for, so that the foot is reached.
MOST_PAGES, PAGES_BY_THEMSELVES = 40, 4


def respond(request: HttpRequest, search: Search) -> HttpResponse:
    """Scripts get the result as a fragment, with its address; plain forms are sent on to it."""
    if request.headers.get("HX-Request"):
        context = result(search, answer(search)) | {"is_alone": True}
        response = render(request, "matching/_result.html", context)
        response["HX-Push-Url"] = search.get_absolute_url()
        return response
    return redirect(search)


def result(search: Search, told: dict[str, Any], error: str = "") -> dict[str, Any]:
    """The context of templates/matching/_result.html, with an answer, narrowed or not."""
    seen, name = traits(search), name_of(search)
    about = {
        "search": search,
        "attributes": seen,
        "chips": [_chip(trait) for trait in seen if _is_worth_a_chip(trait)],
        "words": chips_of(search),
        "crop": [(side, f"{100 * share:.4g}") for side, share in (search.crop or {}).items()],
        "garments": _garments(search),
        "is_look": len(search.garments) > 1,
        "title": page_wording.title(search, name),
        "heading": page_wording.heading(search, name, telling_style(search, seen)),
        "announced": told["announced"] if search.is_fashion else told["message"],
        "ask": page_wording.ask_again(search),
        "answer": told,
        "error": error,
    }
    return {"result": about}


def narrowed(search: Search, query: QueryDict) -> dict[str, Any]:
    """The answer within what the address says."""
    narrowing = Narrowing(Filters.from_query(query), _weight(query), _page(query))
    if not narrowing:
        return answer(search)
    try:
        told = answer(search, narrow(search, narrowing), narrowing)
        return told | {"is_narrowed": narrowing.page == 1}
    except (NotReadyError, PictureError) as error:
        return answer(search, None, narrowing) | {"problem": error_said(error)}


def answer(
    search: Search, shown: Shown | None = None, narrowing: Narrowing | None = None
) -> dict[str, Any]:
    """The matches, those that were kept if no others are `shown`, and what they can be narrowed
    by."""
    shown, narrowing = shown or _kept(search), narrowing or Narrowing()
    filters, weight = narrowing.filters, narrowing.weight
    cards.write(search, shown.matches)
    message = message_said(shown.message)
    return {
        "matches": shown.matches,
        "heading": page_wording.heading_of_matches(message),
        "counted": page_wording.announced(len(shown.matches), ""),
        "announced": page_wording.announced(len(shown.matches), message),
        "widened": widening_said(shown.widened, _type_of(shown)) if shown.matches else "",
        "kinds": _kinds() if shown.message == Search.Message.UNKNOWN_WORDS else [],
        "message": message if narrowing.page == 1 else "",
        "pages": _pages(search, shown, narrowing),
        "weight": search.visual_weight if weight is None else weight,
        "panel": _panel(search, shown, filters, weight),
    }


def previewed(found: Found) -> dict[str, Any]:
    """The answer of a search that is not kept."""
    search = found.search
    shown = Shown(found.matches, search.widened, search.message, search.gate, tuple(search.types))
    return answer(search, shown) | {"is_narrowed": True}


def _kinds() -> list[tuple[str, str]]:
    """What the shop has most of, with where that is: for whom it has not understood."""
    gate = Attribute.objects.shown().filter(role=Attribute.Role.GATE).first()
    found = [one for one in facets(Filters()) if gate and one.key == gate.key]
    values = [option.value for facet in found for option in facet.options[:MOST_KINDS]]
    shop = reverse("browsing:products")
    return [(one, f"{shop}?{urlencode({found[0].key: one})}") for one in values]


def _type_of(shown: Shown) -> str:
    """The most wanted type that was searched; "" if shoppers do not see types."""
    types = shown.types[:1]
    is_seen = types and Attribute.objects.shown().filter(key=shown.gate).exists()
    return types[0] if is_seen else ""


def traits(search: Search) -> list[dict[str, Any]]:
    """What is seen, attribute by attribute: `ranked` values, none where the photo does not tell;
    what was `said` instead, which of both is `chosen`, and what else there is to say."""
    values = AttributeValue.objects.order_by("value")
    attributes = Attribute.objects.shown().prefetch_related(Prefetch("values", values))
    return [_trait(search, one) for one in attributes if one.key in search.prediction]


def _trait(search: Search, attribute: Attribute) -> dict[str, Any]:
    ranked, said = search.prediction[attribute.key], search.corrections.get(attribute.key, "")
    return {
        "attribute": attribute,
        "is_style": attribute.key == search.style,
        "ranked": ranked,
        "said": said,
        "chosen": said or search.label(attribute.key),
        "note": page_wording.note(ranked, said),
        "choices": [row.value for row in attribute.values.all()],
    }


def telling_style(search: Search, seen: list[dict[str, Any]]) -> str:
    """The style where shoppers see it and it says something: the shopper said it, or it is sure and
    not the one that most products have. Else ""."""
    if not any(trait["is_style"] for trait in seen):
        return ""
    best = search.prediction[search.style][0]
    is_telling = best["probability"] >= SURE and best["value"] != commonest(search.style)
    return search.vibe if is_telling or search.said(search.style) else ""


def _is_worth_a_chip(trait: dict[str, Any]) -> bool:
    """The style is no chip: it is in the heading where it says something."""
    ranked = trait["ranked"]
    is_telling = trait["said"] or not ranked or ranked[0]["probability"] >= WORTH_SAYING
    return bool(is_telling) and not trait["is_style"]


def _chip(trait: dict[str, Any]) -> str:
    chosen = word(trait["chosen"])
    return chosen or page_wording.not_told(trait["attribute"].label)


def look(search: Search) -> list[dict[str, Any]]:
    """Each garment of the photo, with the matches of it. Raises NotReadyError."""
    parts = list(zip(_garments(search), matches_of_each(search, TOP), strict=True))
    for _, matches in parts:
        if matches:
            cards.write(matches[0].search, matches)
    return [part | {"matches": matches} for part, matches in parts]


def _garments(search: Search) -> list[dict[str, Any]]:
    """What is drawn over the photo: each with its `box` (left, top, width and height as shares of
    the upright photo's sides) and its `label`; the part that was marked by hand; nothing where the
    photo as a whole was searched with."""
    if not search.garments and search.crop:
        return [{"number": 0, "box": search.crop, "is_chosen": True}]
    return [
        _garment(number, kept, is_chosen=number == search.garment)
        for number, kept in enumerate(search.garments)
        if len(search.garments) > 1 or kept["box"] != list(WHOLE)
    ]


def _garment(number: int, kept: dict[str, Any], *, is_chosen: bool) -> dict[str, Any]:
    left, top, right, bottom = kept["box"]
    ranked = kept["prediction"].get(key_of(Meaning.KIND)) or [{"value": ""}]
    return {
        "number": number,
        "box": {"left": left, "top": top, "width": right - left, "height": bottom - top},
        "label": ranked[0]["value"],
        "is_chosen": is_chosen,
    }


def _kept(search: Search) -> Shown:
    matches = list(search.matches.prefetch_related("product__variants__offers"))
    types = tuple(search.types)
    has_more = len(matches) >= search.k
    return Shown(matches, search.widened, search.message, search.gate, types, has_more)


def _panel(search: Search, shown: Shown, filters: Filters, weight: float | None) -> Panel:
    within = _within(filters, shown)
    found = facets(within)
    if within is not filters:
        found = [_unselected(facet) if facet.key == shown.gate else facet for facet in found]
    here = search.get_absolute_url()
    panel = Panel(filters, found, here, "#matches", _weighted(weight))
    # Words may ask for less than filters say, and a search that was widened shows more.
    is_counted = not search.wishes and not search.words and not shown.widened
    return replace(panel, found=len(product_ids(within))) if is_counted else panel


def _within(filters: Filters, shown: Shown) -> Filters:
    """The filters themselves where a type is chosen; else within the types that were searched."""
    if shown.gate in filters.values or not shown.types:
        return filters
    return replace(filters, values=filters.values | {shown.gate: shown.types})


def _unselected(facet: Facet) -> Facet:
    return replace(facet, options=[replace(one, selected=False) for one in facet.options])


def _pages(search: Search, shown: Shown, narrowing: Narrowing) -> dict[str, Any]:
    """Where the list goes on and back, "" for nowhere; the first pages come by themselves."""
    page = narrowing.page
    goes_on = shown.has_more and page < MOST_PAGES
    return {
        "next": _address(search, narrowing, page + 1) if goes_on else "",
        "previous": _address(search, narrowing, page - 1) if page > 1 else "",
        "comes_by_itself": page <= PAGES_BY_THEMSELVES,
    }


def _address(search: Search, narrowing: Narrowing, page: int) -> str:
    pairs = narrowing.filters.pairs + _weighted(narrowing.weight)
    pairs += [(PAGE, str(page))] if page > 1 else []
    return f"{search.get_absolute_url()}?{urlencode(pairs)}" if pairs else search.get_absolute_url()


def _weighted(weight: float | None) -> list[tuple[str, str]]:
    return [] if weight is None else [(WEIGHT, str(weight))]


def _page(query: QueryDict) -> int:
    text = query.get(PAGE, "")
    is_page = text.isascii() and text.isdecimal() and len(text) < 4
    return min(max(int(text), 1), MOST_PAGES) if is_page else 1


def _weight(query: QueryDict) -> float | None:
    """The weight of the visual part that the URL asks for; None if none, or none that makes
    sense."""
    try:
        weight = float(query.get(WEIGHT, ""))
    except ValueError:
        return None
    return weight if 0 <= weight <= 1 else None
