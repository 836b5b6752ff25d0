from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from catalog.admin.history import WithHistory
from catalog.models import Attribute, AttributeValue, ColumnMatch, ProductAttribute


class AttributeFilter(admin.SimpleListFilter):
    """One list filter for each attribute: the rows decide which there are."""

    attribute: Attribute

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        used = AttributeValue.objects.filter(
            attribute=self.attribute, product_links__isnull=False
        ).distinct()
        return [(str(row.pk), row.value) for row in used]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value or not value.isdecimal():
            return queryset
        return queryset.filter(
            pk__in=ProductAttribute.objects.filter(value_id=int(value)).values("product_id")
        )


def attribute_filter(row: Attribute) -> type[AttributeFilter]:
    return type(
        "AttributeFilter",
        (AttributeFilter,),
        {"attribute": row, "title": row.label.lower(), "parameter_name": f"attr_{row.key}"},
    )


@admin.register(Attribute)
class AttributeAdmin(WithHistory):
    list_display = ["label", "key", "role", "meaning", "is_shown", "csv_column", "position"]


@admin.register(AttributeValue)
class AttributeValueAdmin(WithHistory):
    list_display = ["value", "attribute", "ancestors", "spellings"]
    list_filter = ["attribute"]
    search_fields = ["value"]


@admin.register(ColumnMatch)
class ColumnMatchAdmin(admin.ModelAdmin):
    """To be looked at, and to be forgotten; they are made where a table is imported."""

    list_display = ["name", "columns", "updated_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ColumnMatch | None = None) -> bool:
        return False
