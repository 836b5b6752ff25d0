"""Which products changed, in the order in which they did: what every process asks to keep up.

A change is told once its transaction is committed. Numbers are given under a lock, so that whoever
has seen n and asks for what is newer misses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal, receiver

BATCH = 500
# In place of a product's id: something was told of all of them at once.
EVERYTHING = 0
# Sent with `product_ids`, ascending, once a change is committed and known to all processes.
products_changed = Signal()


class ChangeCount(models.Model):
    """One row: the number that was given last."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Change(models.Model):
    """The newest change of one product; a number and no key, as it outlives the product."""

    product_id = models.BigIntegerField(primary_key=True)
    # What is newer than n, asked before each search.
    number = models.BigIntegerField(unique=True)

    def __str__(self) -> str:
        return f"{self.number}: product {self.product_id}"


class _Untold:
    """What a transaction has changed so far; called when it is committed."""

    def __init__(self, product_ids: Iterable[int]) -> None:
        self.product_ids = set(product_ids)
        self.is_told = False
        self.__qualname__ = "changes of products"  # Django logs it by this, should it fail

    def __call__(self) -> None:
        self.is_told = True
        ids = sorted(self.product_ids)
        record(ids)
        products_changed.send(sender=Change, product_ids=ids)


def note(product_ids: Iterable[int]) -> None:
    """These have changed, and all processes hear of it after the commit; once in a transaction."""
    if not settings.LIVE_UPDATES:
        return
    for call in (entry[1] for entry in reversed(connection.run_on_commit)):
        if isinstance(call, _Untold) and not call.is_told:
            call.product_ids.update(product_ids)
            return
    transaction.on_commit(_Untold(product_ids), robust=True)


def record(product_ids: Iterable[int]) -> None:
    """Gives each a new number, at once: something that is kept of them beside them is another."""
    ids = sorted(set(product_ids))
    if not ids:
        return
    with transaction.atomic():
        count, _made = ChangeCount.objects.get_or_create(pk=1)
        ChangeCount.objects.filter(pk=count.pk).update(number=F("number") + len(ids))
        count.refresh_from_db()
        first = count.number - len(ids) + 1
        Change.objects.bulk_create(
            [Change(product_id=one, number=first + at) for at, one in enumerate(ids)],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["product_id"],
            update_fields=["number"],
        )


def newest() -> int:
    """The number given last; 0 if nothing was ever told."""
    return ChangeCount.objects.values_list("number", flat=True).first() or 0


def newer_than(number: int, most: int) -> list[tuple[int, int]]:
    """Product ids with the numbers of their newest changes, oldest first; `most` of them."""
    found = Change.objects.filter(number__gt=number).order_by("number")
    return list(found.values_list("product_id", "number")[:most])


def forget_until(number: int) -> None:
    """What nobody will ask for any more."""
    Change.objects.filter(number__lte=number).delete()


@receiver(post_save, sender="catalog.Product")
@receiver(post_delete, sender="catalog.Product")
def note_one(instance: Any, **about: Any) -> None:
    note([instance.pk])
