"""What a page says of each match: how like it is, what else it is, and why it is there."""

from __future__ import annotations

from catalog.attributes import Meaning, Role, is_shown, key_of
from catalog.columns import values_of
from catalog.models import Attribute
from matching import runtime
from matching.engine.likeness import Likeness
from matching.models import Search, SearchMatch
from matching.runtime import NotReadyError
from matching.search.ask import TOP
from matching.search.wording import likeness_said, reasons_teller

# A reason is given of what was seen with so much probability.
SURE_ENOUGH = 0.5


def write(search: Search, matches: list[SearchMatch]) -> None:
    """Puts the words of a page on the matches of a search."""
    steps, checkable = _steps(search), _checkable(search)
    tell = reasons_teller(shown_only=True)
    kinds = _kinds(matches) if search.sought(key_of(Meaning.KIND)) else {}
    named = search.sought(key_of(Meaning.KIND))
    for match in matches:
        kind = kinds.get(match.product_id or 0, "")
        match.is_best = match.rank <= TOP
        match.other_kind = "" if kind in named else kind
        step = steps.step(match.visual) if steps else ""
        match.likeness = likeness_said(step, is_same_kind=kind in named)
        match.because = tell(key for key in match.reasons if key in checkable)


def _steps(search: Search) -> Likeness | None:
    """None where no photo was compared, or by another backbone than is there to measure it."""
    if not search.photo or search.words:
        return None
    try:
        live = runtime.live()
    except NotReadyError:
        return None
    is_same = search.backbone == live.backbone.fingerprint
    return Likeness.of(live.generation.manifest) if is_same else None


def _checkable(search: Search) -> set[str]:
    """The attributes of which a reason may be given: what anybody can check by eye, seen for sure
    or said. Nobody sees a season, and the style has its own part of the score."""
    rows = Attribute.objects.shown().exclude(role=Role.STYLE)
    rows = rows.exclude(meaning__in=(Meaning.SEASON, Meaning.WEARER))
    keys = rows.values_list("key", flat=True)
    return {key for key in keys if search.said(key) or _is_sure(search, key)}


def _is_sure(search: Search, key: str) -> bool:
    ranked = search.prediction.get(key, [])
    return bool(ranked) and ranked[0]["probability"] >= SURE_ENOUGH


def _kinds(matches: list[SearchMatch]) -> dict[int, str]:
    """Product id to the kind of thing it is, where shoppers see kinds."""
    if not is_shown(Meaning.KIND):
        return {}
    ids = [match.product_id for match in matches if match.product_id]
    return values_of(key_of(Meaning.KIND), ids)
