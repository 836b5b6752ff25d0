"""The searches of one visitor: listed, moved into an account, deleted with their photos."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from catalog.turns import in_turn
from files import ledger
from matching.models import PRIVATE, Search
from shoppers.visitor import Visitor

BATCH = 500


def searches_of(visitor: Visitor) -> QuerySet[Search]:
    """Those made on the site, newest first."""
    return visitor.own(Search.objects.filter(source=Search.Source.PAGE))


def adopt_searches(account: Visitor, before: Visitor) -> int:
    """Those of a signed-out visitor become those of the account; returns how many."""
    return before.own(Search.objects.all()).update(**account.owner)


def delete_searches(searches: QuerySet[Search]) -> int:
    """With their photos, some at a time; returns how many."""
    deleted = 0
    while batch := list(searches.values_list("pk", flat=True)[:BATCH]):
        deleted += in_turn(partial(_delete, batch))
    return deleted


def _delete(ids: list[UUID]) -> int:
    """Locked first: whoever is about to change one of them waits, and finds it gone."""
    rows = Search.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    there = list(rows.values_list("pk", flat=True))
    Search.objects.filter(pk__in=there).delete()
    return len(there)


def delete_photo(instance: Search, **about: Any) -> None:
    """However a search goes, its photo goes with it, once it is certain that the row is gone."""
    if instance.photo:
        ledger.drop(PRIVATE, [str(instance.photo.name)])


def kept_photos(names: list[str]) -> set[str]:
    """Those of searches that are kept."""
    return set(Search.objects.filter(photo__in=names).values_list("photo", flat=True))


def forgotten(days: int) -> QuerySet[Search]:
    """Searches of nobody that are older than so many days."""
    return Search.objects.filter(user=None, created_at__lt=timezone.now() - timedelta(days=days))
