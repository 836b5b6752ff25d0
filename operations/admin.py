"""Who changed what: the admin's own log as a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


@admin.register(LogEntry)
class HistoryAdmin(admin.ModelAdmin):
    list_display = ["action_time", "user", "action", "kind", "which", "how"]
    list_display_links = None
    list_filter = [
        ("user", admin.RelatedOnlyFieldListFilter),
        "action_flag",
        ("content_type", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "user__username"]
    date_hierarchy = "action_time"
    sortable_by = []
    show_full_result_count = False

    @admin.display(description=_("action"))
    def action(self, entry: LogEntry) -> str:
        return str(entry.get_action_flag_display())

    @admin.display(description=_("kind"))
    def kind(self, entry: LogEntry) -> str:
        return str(entry.content_type or "-")

    @admin.display(description=_("which"))
    def which(self, entry: LogEntry) -> SafeString | str:
        url = None if entry.action_flag == DELETION else entry.get_admin_url()
        return format_html('<a href="{}">{}</a>', url, entry.object_repr) if url else str(entry)

    @admin.display(description=_("from what to what"))
    def how(self, entry: LogEntry) -> SafeString:
        return format_html_join("", "<div>{}</div>", ((line,) for line in lines_of(entry)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LogEntry | None = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """It stands among the pages of the shop."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": gettext("Who changed what")} | (extra_context or {})
        return super().changelist_view(request, context)


def lines_of(entry: LogEntry) -> Iterator[str]:
    """Each change with its old and new value where they were kept, else in the admin's words."""
    if not entry.change_message.startswith("["):
        yield entry.change_message
        return
    for part in json.loads(entry.change_message):
        values = part.get("changed", {}).get("values")
        if values is None:
            yield LogEntry(change_message=json.dumps([part])).get_change_message()
        for name, old, new in values or []:
            yield f"{gettext(name) if name else name}: {old or '-'} → {new or '-'}"
