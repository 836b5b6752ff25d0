"""The admin site with pages of its own beside the lists, each with a permission.

They stand in the index and in the bar at the side like any list of the admin.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

View = Callable[..., HttpResponseBase]
Text = str | Promise


@dataclass(frozen=True)
class Page:
    """`path` below the admin's own, `name` in its namespace; shown in the index if it has a
    `title`. Only staff with `permission` reach it."""

    path: str
    name: str
    view: View
    permission: str
    title: Text = ""


def pages() -> tuple[Page, ...]:
    """All of them; imported late, as their views need the models."""
    from catalog.admin.tables import import_table, match_table
    from catalog.admin.uploads import upload_archive
    from matching.indexing import model_room_admin as model_room
    from matching.measuring import dashboard_admin as dashboard
    from matching.measuring import in_vain_admin as in_vain

    upload, room = "catalog.change_product", "matching.view_embedding"
    history = RedirectView.as_view(pattern_name="admin:admin_logentry_changelist")
    plot = "models/heads/<int:number>/<slug:key>.png"
    return (
        Page("catalog/product/upload/", "upload-archive", upload_archive, upload),
        Page("catalog/product/import/", "import-table", import_table, upload),
        Page("catalog/product/import/<slug:upload>/", "match-table", match_table, upload),
        Page("models/", "model-room", model_room.show, room, _("Model room")),
        Page("models/start/", "model-room-start", model_room.start, room),
        Page(plot, "model-room-plot", model_room.plot, room),
        Page("dashboard/", "dashboard", dashboard.show, "matching.view_search", _("Dashboard")),
        Page("words/", "typed-in-vain", in_vain.show, "matching.view_search", _("Typed in vain")),
        Page("words/add/", "typed-in-vain-add", in_vain.add, "catalog.change_attributevalue"),
        Page("history/", "history", history, "admin.view_logentry", _("Who changed what")),
    )


class ShopAdminSite(AdminSite):
    site_title = _("Find-My-Vibe back office")
    site_header = _("Find-My-Vibe back office")
    index_title = _("Back office")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own: list[URLPattern | URLResolver] = [
            path(page.path, self._guarded(page), name=page.name) for page in pages()
        ]
        return own + super().get_urls()

    def _guarded(self, page: Page) -> View:
        @wraps(page.view)
        def view(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(page.permission):
                raise PermissionDenied
            return page.view(request, **kwargs)

        return self.admin_view(view)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps: list[Any] = super().get_app_list(request, app_label)
        rows = [
            self._row(page)
            for page in pages()
            if page.title and request.user.has_perm(page.permission)
        ]
        if app_label is not None or not rows:
            return apps
        shop = {
            "name": _("The shop"),
            "app_label": "shop",
            "app_url": reverse("admin:index"),
            "has_module_perms": True,
            "models": rows,
        }
        return [shop, *apps]

    def _row(self, page: Page) -> dict[str, Any]:
        return {
            "name": page.title,
            "object_name": page.name,
            "perms": {"view": True, "add": False, "change": False, "delete": False},
            "admin_url": reverse(f"admin:{page.name}"),
            "add_url": None,
            "view_only": True,
        }
