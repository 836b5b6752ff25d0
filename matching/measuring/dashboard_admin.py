"""What shoppers look for, on one page."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from matching.measuring.dashboard import Dashboard, read_dashboard

BAR, GAP, HEIGHT = 16, 4, 120


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    board = read_dashboard()
    context = admin.site.each_context(request) | {
        "title": gettext("Dashboard"),
        "board": board,
        "bars": bars(board),
        "width": (BAR + GAP) * len(board.days),
        "height": HEIGHT,
        "abstained": f"{board.abstained_share:.0%}",
        "weak": f"{board.weak_share:.0%}",
    }
    return render(request, "admin/matching/dashboard.html", context)


def bars(board: Dashboard) -> list[dict[str, int]]:
    """The rectangles of the drawing: a day with one search is still seen."""
    heights = [max(2, round(day.share * HEIGHT)) if day.searches else 0 for day in board.days]
    return [
        {"x": at * (BAR + GAP), "y": HEIGHT - height, "width": BAR, "height": height}
        for at, height in enumerate(heights)
    ]
