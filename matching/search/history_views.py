from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Attribute
from catalog.templatetags.wording import word
from matching.models import Search, SearchMatch
from matching.search.history import delete_searches, searches_of
from matching.search.naming import name_of
from shoppers.views import safe_next
from shoppers.visitor import Visitor

PAGE_SIZE = 20
SHOWN = 3


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """The visitor's own searches, newest first, with what was answered at that time."""
    mine = _own(request)
    best = SearchMatch.objects.filter(rank__lte=SHOWN).select_related("product")
    mine = mine.defer("vector").prefetch_related(Prefetch("matches", best))
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    # Not the order of the JSON: PostgreSQL keeps none.
    keys = list(Attribute.objects.shown().values_list("key", flat=True))
    searches = [_past(search, keys) for search in page]
    ask = _("Look for something else?")
    context = {"page": page, "searches": searches, "ask": ask}
    return render(request, "history/history.html", context)


def _past(search: Search, keys: list[str]) -> dict[str, Any]:
    """What the page tells of one search: of the attributes `keys` what was seen and holds, and what
    was corrected."""
    name = name_of(search)
    kept = [key for key in keys if key not in search.corrections]
    seen = [quoted(search.words)] if search.words and name != search.words else []
    seen += [word(label) for key in kept if (label := search.label(key))]
    corrected = [search.corrections[key] for key in keys if key in search.corrections]
    seen += [_("corrected: %(value)s") % {"value": word(value)} for value in corrected]
    return {"search": search, "title": title_of(search, name), "seen": " · ".join(seen)}


def title_of(search: Search, name: str) -> str:
    """What it was about, `name` if there is one: in quotes what the shopper said."""
    if not search.is_fashion:
        return _("No garment in sight")
    if name == search.words:
        return quoted(name) if name else _("Your photo")
    return capfirst(name)


def quoted(words: str) -> str:
    return f"“{words}”"


@require_POST
def delete_search(request: HttpRequest, pk: UUID) -> HttpResponse:
    mine = _own(request).filter(pk=pk)
    if not delete_searches(mine) and Search.objects.filter(pk=pk).exists():
        raise Http404("Somebody else's search.")  # One that is gone was deleted before.
    if request.headers.get("HX-Request"):
        return HttpResponse("")
    messages.success(request, _("The search is deleted."))
    return redirect(safe_next(request, reverse("matching:history")))


@require_http_methods(["GET", "HEAD", "POST"])
def delete_history(request: HttpRequest) -> HttpResponse:
    """Asks first, then deletes all of it."""
    mine = _own(request)
    if request.method != "POST":
        count = mine.count()
        return (
            render(request, "history/delete.html", {"count": count})
            if count
            else redirect("matching:history")
        )
    if not (count := delete_searches(mine)):
        return redirect("matching:history")  # Sent twice: it was said before.
    said = ngettext("%(n)d search is deleted.", "%(n)d searches are deleted.", count)
    messages.success(request, said % {"n": count})
    return redirect("matching:history")


def _own(request: HttpRequest) -> QuerySet[Search]:
    return searches_of(Visitor.of(request))
