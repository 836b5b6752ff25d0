"""What visitors like: lists of products, of an account or of a session that has none yet."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from catalog.models import Product
from shoppers.models import Favourite, FavouriteList
from shoppers.visitor import Visitor

MOST_LISTS = 100
NAME_LENGTH = 80


class ListError(ValueError):
    """The list cannot be made or named so; the message says why."""


def like(visitor: Visitor, product: Product, wish: bool | None = None) -> bool:
    """Likes a product, in the visitor's first list, or takes it out of all, as is wished; without
    a wish the heart turns over. True if liked now."""
    mine = Favourite.objects.filter(list__in=visitor.lists, product=product)
    with transaction.atomic():
        is_liked = mine.exists()
        wish = not is_liked if wish is None else wish
        if not wish:
            mine.delete()
        elif not is_liked:
            add(product, _first_list(visitor))
    return wish


def _first_list(visitor: Visitor) -> FavouriteList:
    """It is made with the first heart; of two hearts at once, one makes it."""
    return visitor.lists.first() or _list_named(visitor, _("Favourites"))


def _list_named(visitor: Visitor, name: str) -> FavouriteList:
    """Made if there is none: a form that is sent twice makes one."""
    return FavouriteList.objects.get_or_create(**visitor.owner, name=name)[0]


def create_list(visitor: Visitor, name: str, newest: int | None = None) -> FavouriteList:
    """Raises ListError for a name that is empty, too long or taken.

    `newest` is the last list that the form knew of: one of this name that came later was made by
    the same form, which was sent twice, and is given once more.
    """
    name = _checked(name)
    known = visitor.lists.filter(name=name).first()
    if known is not None and newest is not None and known.pk > newest:
        return known
    if known is not None:
        raise ListError(_("There is a list of this name already."))
    if visitor.lists.count() >= MOST_LISTS:
        raise ListError(_("These are enough lists; delete one first."))
    return _list_named(visitor, name)


def rename(visitor: Visitor, one: FavouriteList, name: str) -> None:
    """Raises ListError for a name that is empty, too long or taken."""
    name = _checked(name)
    if visitor.lists.filter(name=name).exclude(pk=one.pk).exists():
        raise ListError(_("There is a list of this name already."))
    one.name = name
    one.save(update_fields=["name"])


def _checked(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise ListError(_("Give the list a name."))
    if len(name) > NAME_LENGTH:
        raise ListError(_("The name is too long; use at most 80 letters."))
    return name


def add(product: Product, one: FavouriteList) -> None:
    """Once: a product that is in the list stays where it is."""
    Favourite.objects.get_or_create(list=one, product=product)


def move(product: Product, source: FavouriteList, target: FavouriteList) -> None:
    with transaction.atomic():
        add(product, target)
        if source.pk != target.pk:
            source.favourites.filter(product=product).delete()


def forgotten_lists(days: int) -> QuerySet[FavouriteList]:
    """Lists of nobody that got nothing for so many days; one that is shared is still somebody's."""
    before = timezone.now() - timedelta(days=days)
    used = Favourite.objects.filter(list=OuterRef("pk"), created_at__gte=before)
    nobodys = FavouriteList.objects.filter(user=None, share_token=None, created_at__lt=before)
    return nobodys.exclude(Exists(used))


def share(one: FavouriteList, *, on: bool) -> None:
    """A link is made anew when it is switched on: one that was switched off never works again."""
    if on == bool(one.share_token):
        return
    one.share_token = secrets.token_urlsafe(32)[:43] if on else None
    one.save(update_fields=["share_token"])


def adopt_lists(account: Visitor, before: Visitor) -> None:
    """The lists of a signed-out visitor become those of the account; same names become one."""
    with transaction.atomic():
        for one in before.lists:
            known = account.lists.filter(name=one.name).first()
            if known is None:
                before.lists.filter(pk=one.pk).update(**account.owner)
                continue
            liked = one.favourites.values_list("product_id", flat=True)
            Favourite.objects.bulk_create(
                [Favourite(list=known, product_id=pk) for pk in reversed(liked)],
                ignore_conflicts=True,
            )
            one.delete()


@dataclass(frozen=True)
class Hearts:
    """What the hearts of a page need: whose they are, and the page to come back to."""

    visitor: Visitor
    here: str

    @cached_property
    def liked(self) -> set[int]:
        """The ids of the products, asked for once, when first needed."""
        mine = Favourite.objects.filter(list__in=self.visitor.lists)
        return set(mine.values_list("product_id", flat=True))


def for_pages(request: HttpRequest) -> dict[str, Any]:
    """A context processor: the hearts of this visitor and the lists there are, each asked for when
    first needed."""
    return {
        "hearts": SimpleLazyObject(lambda: Hearts(Visitor.of(request), request.get_full_path())),
        "favourite_lists": SimpleLazyObject(lambda: list(Visitor.of(request).lists)),
    }
