"""The model room: what was trained and built, what is stale, and the buttons for more of it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Attribute
from jobs import queue
from jobs.models import UNFINISHED, Job
from matching.indexing import model_room

# What the buttons start, and whether they name a number.
STARTABLE = {
    "train_heads": False,
    "build_index": False,
    "activate_heads": True,
    "activate_generation": True,
}
FIGURES = (("accuracy", _("right")), ("top_3", _("in first three")), ("macro_f1", _("F1 (mean)")))


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    queue.recover_lost()
    room = model_room.look_around()
    context = admin.site.each_context(request) | {
        "title": gettext("Model room"),
        "room": room,
        "heads": [(version, words_of(version.number), _table(version)) for version in room.heads],
        "backbones": [(one, origin_of(one)) for one in room.backbones],
        "figures": [title for _name, title in FIGURES],
        "running": Job.objects.filter(kind__in=STARTABLE, state__in=UNFINISHED),
        "may_start": request.user.has_perm("jobs.add_job"),
    }
    return render(request, "admin/matching/model_room.html", context)


def origin_of(backbone: model_room.InstalledBackbone) -> str:
    return gettext("bundled") if backbone.is_bundled else gettext("installed")


def words_of(number: int) -> dict[str, str]:
    """What a version of the heads is called, and what its button says; 0 came with the backbone."""
    if not number:
        return {
            "name": gettext("Came with the backbone"),
            "use": gettext("Use those of the backbone"),
        }
    about = {"number": number}
    return {
        "name": gettext("Version %(number)s") % about,
        "use": gettext("Use version %(number)s") % about,
    }


def _table(version: model_room.HeadsVersion) -> list[tuple[str, list[str], str]]:
    """A row for each attribute: its label, its figures, and its key if there is a plot."""
    labels = dict(Attribute.objects.values_list("key", "label"))
    return [
        (
            labels.get(key, key),
            [f"{row[name]:.1%}" if name in row else "-" for name, _title in FIGURES],
            key if key in version.plots else "",
        )
        for key, row in version.figures.items()
    ]


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("jobs.add_job"):
        raise PermissionDenied
    kind = request.POST.get("kind", "")
    if kind not in STARTABLE:
        raise Http404
    params: dict[str, Any] = {}
    if STARTABLE[kind]:
        number = request.POST.get("number", "")
        if not number.isdecimal():
            raise Http404
        params["number"] = int(number)
    row = queue.start(kind, started_by=request.user, **params)
    messages.success(request, gettext("%s has started.") % queue.title_of(kind))
    return redirect("admin:jobs_job_change", row.pk)


@require_safe
def plot(request: HttpRequest, number: int, key: str) -> FileResponse:
    path = model_room.plot_file(number, key)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/png")
