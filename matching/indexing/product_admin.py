"""What matching adds to the list of products."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog import changes
from catalog.admin.history import user_id
from catalog.admin.products import ProductAdmin
from catalog.models import Product
from matching.indexing.findable import Findable, state_of, why, with_findable
from matching.models import Embedding, PhotoFault

# The looks of a state of a job that a state of a product takes over.
LOOKS = {
    Findable.YES: "done",
    Findable.WAITING: "running",
    Findable.UNREADABLE: "failed",
    Findable.FAILED: "failed",
}


@admin.action(description=_("Embed again: the photos are read anew"), permissions=["change"])
def embed_again(
    model_admin: ProductAdmin, request: HttpRequest, queryset: QuerySet[Product]
) -> None:
    chosen = list(queryset.values_list("pk", flat=True))
    message = [{"changed": {"fields": ["embedding"]}}]
    LogEntry.objects.log_actions(user_id(request), queryset.order_by("pk"), CHANGE, message)
    with transaction.atomic():
        for model in (Embedding, PhotoFault):
            model.objects.filter(product__in=chosen).delete()
        Product.objects.filter(pk__in=chosen).update(updated_at=timezone.now())
        changes.note(chosen)
    text = ngettext("%d product is embedded again.", "%d products are embedded again.", len(chosen))
    model_admin.message_user(request, text % len(chosen))


class FindableFilter(admin.SimpleListFilter):
    title = _("findable")
    parameter_name = "findable"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in Findable]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        return queryset.filter(Q(("findable", self.value()))) if self.value() else queryset


admin.site.unregister(Product)


@admin.register(Product)
class IndexedProductAdmin(ProductAdmin):
    """The catalogue's list of products, where there is an index of them."""

    actions = [*ProductAdmin.actions, embed_again]
    list_display = [*ProductAdmin.list_display, "is_found"]
    readonly_fields = [*ProductAdmin.readonly_fields, "is_found_because"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return with_findable(super().get_queryset(request))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        status, *others = super().get_list_filter(request)
        return [status, FindableFilter, *others]

    def save_related(self, request: HttpRequest, form: Any, *others: Any) -> None:
        super().save_related(request, form, *others)
        product = self.get_queryset(request).get(pk=form.instance.pk)
        if state_of(product) != Findable.YES:
            self.message_user(request, why(product), messages.INFO)

    @admin.display(description=_("findable"))
    def is_found(self, product: Product) -> SafeString:
        state = state_of(product)
        return format_html(
            '<span class="shop-state shop-state-{}">{}</span>', LOOKS.get(state, state), state.label
        )

    @admin.display(description=_("findable"))
    def is_found_because(self, product: Product) -> SafeString | str:
        """Looked up anew: a form that is shown again with its errors has a product of its own."""
        kept = with_findable(Product.objects.filter(pk=product.pk)).first()
        return format_html("{} {}", self.is_found(kept), why(kept)) if kept else "-"
