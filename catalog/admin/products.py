from __future__ import annotations

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportActionMixin
from import_export.formats.base_formats import CSV, XLSX

from catalog.admin.attributes import attribute_filter
from catalog.admin.history import WithHistory, changed, user_id
from catalog.admin.lists import ListField
from catalog.admin.media import MediaInline, put_in_order, thumbnail
from catalog.admin.variants import VariantInline
from catalog.importers.spreadsheet import ProductResource
from catalog.models import Attribute, Product, ProductAttribute
from catalog.removal import going_with, remove

# The library's page of columns to export brings one handler and two looks inside itself.
as_the_library_writes_it = method_decorator(
    csp_update({"script-src-attr": [UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]})
)


DOORS = {"import-table": _("Import"), "upload-archive": _("Upload a zip")}


class ProductAttributeFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """One value of each attribute and source: the attribute follows from the value, so that
        forms by themselves do not see it."""
        super().clean()
        seen: set[tuple[int, str]] = set()
        for form in self.forms:
            value, source = form.cleaned_data.get("value"), form.cleaned_data.get("source")
            if value is None or source is None or form.cleaned_data.get("DELETE"):
                continue
            if (value.attribute_id, source) in seen:
                text = gettext("There is another value of %(attribute)s already; one is enough.")
                form.add_error("value", text % {"attribute": value.attribute.label.lower()})
            seen.add((value.attribute_id, source))


class ProductAttributeInline(admin.TabularInline):
    model = ProductAttribute
    formset = ProductAttributeFormSet
    extra = 0
    autocomplete_fields = ["value"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The head of the table names a column for the eye only."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            inner: Any = getattr(field.widget, "widget", field.widget)
            inner.attrs.setdefault("aria-label", str(db_field.verbose_name))
        return field


@admin.register(Product)
class ProductAdmin(ExportActionMixin, WithHistory):
    list_display = [
        "picture",
        "sku",
        "name",
        "brand",
        "price",
        "currency",
        "year",
        "status",
        "availability",
        "shop_page",
    ]
    list_display_links = ["sku", "name"]
    search_fields = ["sku", "name", "brand", "variants__sku", "variants__barcode"]
    readonly_fields = ["large_picture", "preview", "created_at", "updated_at"]
    inlines = [MediaInline, VariantInline, ProductAttributeInline]
    actions = ["activate", "archive"]
    list_per_page = 50
    show_full_result_count = False
    import_export_change_list_template = "admin/catalog/product/list.html"
    resource_classes = [ProductResource]
    formats = [CSV, XLSX]
    show_change_form_export = False

    class Media:
        css = {"all": ["css/admin.css"]}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A photo of any name and kind: the model looks at what it is and says what is wrong."""
        if db_field.name in ("collections", "tags"):
            help_text = f"{db_field.help_text} {gettext('Commas stand between them.')}"
            label = capfirst(db_field.verbose_name)
            return ListField(label=label, required=False, help_text=help_text)
        if db_field.name == "photo":
            kwargs["form_class"] = forms.FileField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Product | None = None) -> list[Any]:
        """What it is called before what it looks like."""
        fields = list(super().get_fields(request, obj))
        of_photo = [name for name in ("photo", "photo_alt") if name in fields]
        others = [name for name in fields if name not in of_photo]
        at = others.index("brand") + 1 if "brand" in others else 0
        return [*others[:at], *of_photo, *others[at:]]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        put_in_order(form.instance, formsets)

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        made: dict[str, Any] = super().get_export_resource_kwargs(request, **kwargs)
        return made | {"origin": request.build_absolute_uri("/")}

    @admin.display(description=_("photo"))
    def picture(self, product: Product) -> SafeString | str:
        return thumbnail(product)

    @admin.display(description=_("photo"))
    def large_picture(self, product: Product) -> SafeString | str:
        return thumbnail(product, "large")

    @admin.display(description=_("availability"))
    def availability(self, product: Product) -> str:
        return product.note or gettext("In stock")

    @admin.display(description=_("in the shop"))
    def shop_page(self, product: Product) -> SafeString | str:
        if not product.is_active:
            return gettext("not shown")
        return format_html(
            '<a href="{}">{}<span class="visually-hidden"> {}</span></a>',
            product.get_absolute_url(),
            gettext("look"),
            product.name,
        )

    @admin.display(description=_("what a shopper sees"))
    def preview(self, product: Product) -> SafeString | str:
        if not product.pk:
            return gettext("Nothing yet: save it first.")
        if not product.is_active:
            return gettext("Nothing: the product is not active, so it is neither shown nor found.")
        shown = Attribute.objects.shown().values_list("key", flat=True)
        labels = [product.label(key) for key in shown]
        return format_html(
            '<span class="shop-preview">{}<span><strong>{}</strong><br>{} {} {}<br>{}<br>'
            '<a href="{}">{}</a></span></span>',
            thumbnail(product),
            product.name,
            product.brand,
            product.price if product.price is not None else "",
            product.currency,
            " · ".join(filter(None, labels)),
            product.get_absolute_url(),
            gettext("Open its page"),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return Product.objects.with_offers()

    def view_on_site(self, product: Product) -> str | None:
        return product.get_absolute_url() if product.is_active else None

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return ["status", *map(attribute_filter, Attribute.objects.all()), "year"]

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """A form is filled in from the row as it is, which nobody changes until it is saved."""
        product = super().get_object(request, object_id, from_field)
        if product is None or request.method != "POST":
            return product
        return Product.objects.select_for_update().filter(pk=product.pk).first()

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @as_the_library_writes_it
    def export_action(self, request: HttpRequest) -> Any:
        return super().export_action(request)

    @as_the_library_writes_it
    def export_admin_action(self, request: HttpRequest, queryset: QuerySet[Product]) -> Any:
        return super().export_admin_action(request, queryset)

    @admin.action(description=_("Activate the selected products"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        count = switch(request, queryset, Product.Status.ACTIVE)
        text = ngettext("%d product is active now.", "%d products are active now.", count)
        self.message_user(request, text % count)

    @admin.action(description=_("Archive the selected products"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        count = switch(request, queryset, Product.Status.ARCHIVED)
        text = ngettext("%d product is archived now.", "%d products are archived now.", count)
        self.message_user(request, text % count)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Counts what goes with them instead of naming each: thousands are deleted at once."""
        needed = set() if self.has_delete_permission(request) else {str(self.opts.verbose_name)}
        if isinstance(objs, QuerySet):
            return *going_with(objs), needed, []
        named, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return named, counts, needed, protected

    def response_action(self, request: HttpRequest, queryset: QuerySet[Product]) -> Any:
        response = super().response_action(request, queryset)
        if isinstance(response, TemplateResponse):
            # A page that asks again sends back what was ticked, or that all were.
            across = request.POST.get("select_across", "0") == "1"
            ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
            response.context_data = (response.context_data or {}) | {
                "select_across": int(across),
                "selected": ticked[:1] if across else ticked,
            }
        return response

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        remove(queryset)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        can_upload = self.has_import_permission(request)
        doors = ("import-table", "upload-archive") if can_upload else ()
        context = {"doors": [(DOORS[name], reverse(f"admin:{name}")) for name in doors]}
        return super().changelist_view(request, (extra_context or {}) | context)


def switch(request: HttpRequest, products: QuerySet[Product], status: Product.Status) -> int:
    """Bulk changes pass by `save`, so the time of change is set here: the index is stale then. The
    log names those that were something else before."""
    for before in Product.Status:
        others = products.filter(status=before).order_by("pk")
        if before != status and others.exists():
            message = changed(("status", before.value, status.value))
            LogEntry.objects.log_actions(user_id(request), others, CHANGE, message)
    return products.update(status=status, updated_at=timezone.now())
