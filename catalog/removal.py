"""Taking many products out of the catalogue at once."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.turns import in_turn

BATCH = 500
MOST_NAMED = 20


def going_with(products: QuerySet[Product]) -> tuple[list[str], dict[str, int]]:
    """The first of them by name, and how many rows of each kind go with all of them."""
    count = products.count()
    named = [str(product) for product in products[:MOST_NAMED]]
    if count > len(named):
        named.append(_("and %(count)d more") % {"count": count - len(named)})
    counts = {str(Product._meta.verbose_name_plural): count}
    ids = products.order_by().values("pk")
    for relation in Product._meta.related_objects:
        if relation.on_delete is models.CASCADE:
            model: Any = relation.related_model
            if found := model._base_manager.filter(**{f"{relation.field.name}__in": ids}).count():
                counts[str(model._meta.verbose_name_plural)] = found
    return named, counts


def remove(products: QuerySet[Product]) -> int:
    """Deletes them with all that hangs on them, a batch in a transaction; returns how many."""
    ids = list(products.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        in_turn(partial(_remove, ids[start : start + BATCH]))
    return len(ids)


def _remove(ids: list[int]) -> None:
    """Locked first: whoever is about to name one of them waits, and finds it gone."""
    rows = Product.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    there = list(rows.values_list("pk", flat=True))
    Product.objects.filter(pk__in=there).delete()
