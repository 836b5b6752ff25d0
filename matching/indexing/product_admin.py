"""What matching adds to the list of products."""

from __future__ import annotations

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.admin.products import ProductAdmin
from catalog.models import Product
from matching.models import Embedding


@admin.action(
    description=_("Embed again: the next build reads the photos anew"), permissions=["change"]
)
def embed_again(
    model_admin: ProductAdmin, request: HttpRequest, queryset: QuerySet[Product]
) -> None:
    chosen = list(queryset.values_list("pk", flat=True))
    with transaction.atomic():
        Embedding.objects.filter(product__in=chosen).delete()
        Product.objects.filter(pk__in=chosen).update(updated_at=timezone.now())
    text = ngettext(
        "%d product will be embedded again when the index is built.",
        "%d products will be embedded again when the index is built.",
        len(chosen),
    )
    model_admin.message_user(request, text % len(chosen))


admin.site.unregister(Product)


@admin.register(Product)
class IndexedProductAdmin(ProductAdmin):
    """The catalogue's list of products, where there is an index of them."""

    actions = [*ProductAdmin.actions, embed_again]
