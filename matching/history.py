from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching.services.history import delete_searches, searches_of

PAGE_SIZE = 20


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """The visitor's own searches, newest first, with what was answered at that time."""
    mine = searches_of(request.user, request.session.session_key)
    page = Paginator(mine.prefetch_related("matches__product"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "history/history.html", {"page": page})


@require_POST
def delete_search(request: HttpRequest, pk: UUID) -> HttpResponse:
    mine = searches_of(request.user, request.session.session_key).filter(pk=pk)
    get_object_or_404(mine)
    delete_searches(mine)
    if request.headers.get("HX-Request"):
        return HttpResponse("")
    return redirect("matching:history")


@require_http_methods(["GET", "HEAD", "POST"])
def delete_history(request: HttpRequest) -> HttpResponse:
    """Asks first, then deletes all of it."""
    mine = searches_of(request.user, request.session.session_key)
    if request.method != "POST":
        return render(request, "history/delete.html", {"count": mine.count()})
    count = delete_searches(mine)
    said = ngettext("%(n)d search is deleted.", "%(n)d searches are deleted.", count)
    messages.success(request, said % {"n": count})
    return redirect("matching:history")
