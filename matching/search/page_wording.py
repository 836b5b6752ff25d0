"""What the page of a search says about its answer, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.templatetags.wording import word
from matching.models import Search
from matching.search.wording import sureness

# Below this the next value is worth naming, too.
UNSURE = 0.6


def title(search: Search, name: str) -> str:
    """Of the page; `name` is what the search is called, "" if it has no name."""
    if not search.is_fashion:
        return _("No garment seen - Find-My-Vibe")
    what = capfirst(name or _("your photo"))
    return _("%(what)s: matches - Find-My-Vibe") % {"what": what}


def heading(search: Search, name: str, vibe: str) -> str:
    """As HTML: what was looked for; `vibe` is its style, "" if that says nothing."""
    if not search.is_fashion:
        return _("No garment in sight")
    if not search.photo:
        return format_html('<em class="marked">{}</em>', name)
    if not vibe:
        return format_html("{}", capfirst(name) or _("Your matches"))
    text = _('%(thing)s, <em class="marked">%(style)s</em>')
    text = text.replace("%(thing)s", "{0}").replace("%(style)s", "{1}")
    return format_html(text, capfirst(name or _("your photo")), word(vibe))


def ask_again(search: Search) -> dict[str, str]:
    """The label of the field for other words, and an example of them."""
    if search.photo:
        return {"label": _("Like this, but ..."), "such_as": _("in red, for men")}
    return {"label": _("In other words"), "such_as": _("white summer dress")}


def heading_of_matches(message: str) -> str:
    return _("What comes closest") if message else _("What matches it best")


def announced(found: int, message: str) -> str:
    """What is read out when the result comes."""
    found_so = ngettext("%(n)s match found.", "%(n)s matches found.", found) % {"n": found}
    return f"{found_so} {message}".rstrip()


def not_told(attribute: str) -> str:
    """On a chip, of an attribute that the photo does not tell."""
    return _("%(attribute)s unknown") % {"attribute": word(attribute)}


def note(ranked: list[dict[str, Any]], correction: str) -> str:
    """How sure it is what an attribute is, best of `ranked` first, or what was seen instead."""
    if not ranked:
        return _("A black-and-white photo does not tell.")
    best, *others = ranked
    if correction:
        return _("as you say; we saw %(seen)s") % {"seen": word(best["value"])}
    sure = sureness(best["probability"])
    if best["probability"] >= UNSURE or not others:
        return sure
    return sure + _("; or %(other)s") % {"other": word(others[0]["value"])}


def suggestions_counted(found: int) -> str:
    """What is read out while somebody types; "" for nothing."""
    text = ngettext(
        "%(n)s suggestion, by the arrow keys.", "%(n)s suggestions, by the arrow keys.", found
    )
    return text % {"n": found} if found else ""
