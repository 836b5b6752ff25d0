from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.models import Attribute, AttributeValue, Job, Product, ProductAttribute


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


class ProductAttributeInline(admin.TabularInline):
    model = ProductAttribute
    extra = 0
    autocomplete_fields = ["value"]


def thumbnail(product: Product, height: int) -> SafeString | str:
    if not product.photo:
        return "-"
    return format_html(
        '<img src="{}" alt="" loading="lazy" style="height:{}px;border-radius:4px">',
        product.photo.url,
        height,
    )


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ["picture", "sku", "name", "brand", "price", "currency", "year", "is_active"]
    list_display_links = ["picture", "sku", "name"]
    search_fields = ["sku", "name", "brand"]
    readonly_fields = ["large_picture", "created_at", "updated_at"]
    inlines = [ProductAttributeInline]
    actions = ["activate", "deactivate"]
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description="photo")
    def picture(self, product: Product) -> SafeString | str:
        return thumbnail(product, 60)

    @admin.display(description="photo")
    def large_picture(self, product: Product) -> SafeString | str:
        return thumbnail(product, 320)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return ["is_active", *map(attribute_filter, Attribute.objects.all()), "year"]

    @admin.action(description="Activate the selected products")
    def activate(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self.message_user(request, f"{queryset.update(is_active=True)} products are active now.")

    @admin.action(description="Deactivate the selected products")
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        changed = queryset.update(is_active=False)
        self.message_user(request, f"{changed} products are inactive now.")


@admin.register(Attribute)
class AttributeAdmin(admin.ModelAdmin):
    list_display = ["label", "key", "role", "csv_column", "position"]


@admin.register(AttributeValue)
class AttributeValueAdmin(admin.ModelAdmin):
    list_display = ["value", "attribute", "ancestors"]
    list_filter = ["attribute"]
    search_fields = ["value"]


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    list_display = ["id", "kind", "state", "done", "total", "note", "created_at", "seconds"]
    list_filter = ["kind", "state"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        return False
