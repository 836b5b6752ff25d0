from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from matching.models import Search, SearchMatch


class SearchMatchInline(admin.TabularInline):
    model = SearchMatch
    extra = 0
    can_delete = False
    fields = ("rank", "sku", "name", "score", "visual", "style", "reasons", "similar")
    readonly_fields = fields


@admin.register(Search)
class SearchAdmin(admin.ModelAdmin):
    list_display = [
        "__str__",
        "words",
        "source",
        "user",
        "is_fashion",
        "widened",
        "message",
        "generation",
    ]
    list_filter = ["source", "is_fashion", "created_at"]
    date_hierarchy = "created_at"
    inlines = [SearchMatchInline]
    # The key opens the visitor's own searches; the vector says nothing to anybody.
    exclude = ["session_key", "vector"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Search | None = None) -> bool:
        return False
