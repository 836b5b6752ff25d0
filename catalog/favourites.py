"""What visitors like: lists of products, of an account or of a session that has none yet."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from catalog.models import Favourite, FavouriteList, Product

MOST_LISTS = 100
NAME_LENGTH = 80


class ListError(ValueError):
    """The list cannot be made or named so; the message says why."""


@dataclass(frozen=True)
class Visitor:
    """Either `user_id` or `session_key` says who it is; neither: somebody who has liked nothing."""

    user_id: int | None
    session_key: str

    @classmethod
    def of(cls, request: HttpRequest) -> Visitor:
        if request.user.is_authenticated:
            return cls(request.user.pk, "")
        return cls(None, request.session.session_key or "")

    @classmethod
    def to_keep(cls, request: HttpRequest) -> Visitor:
        """One with a session, made now if need be."""
        if not request.user.is_authenticated and not request.session.session_key:
            request.session.create()
        return cls.of(request)

    @property
    def lists(self) -> QuerySet[FavouriteList]:
        if self.user_id is not None:
            return FavouriteList.objects.filter(user_id=self.user_id)
        if self.session_key:
            return FavouriteList.objects.filter(user=None, session_key=self.session_key)
        return FavouriteList.objects.none()


def toggle(visitor: Visitor, product: Product) -> bool:
    """Likes a product, in the visitor's first list, or takes it out of all; True if liked now."""
    mine = Favourite.objects.filter(list__in=visitor.lists, product=product)
    with transaction.atomic():
        if mine.delete()[0]:
            return False
        Favourite.objects.create(list=_first_list(visitor), product=product)
        return True


def _first_list(visitor: Visitor) -> FavouriteList:
    return visitor.lists.first() or create_list(visitor, _("Favourites"))


def create_list(visitor: Visitor, name: str) -> FavouriteList:
    """Raises ListError for a name that is empty, too long or taken."""
    if visitor.lists.count() >= MOST_LISTS:
        raise ListError(_("These are enough lists; delete one first."))
    return FavouriteList.objects.create(
        user_id=visitor.user_id, session_key=visitor.session_key, name=_checked(visitor, name)
    )


def rename(visitor: Visitor, one: FavouriteList, name: str) -> None:
    if name.strip() != one.name:
        one.name = _checked(visitor, name)
        one.save(update_fields=["name"])


def _checked(visitor: Visitor, name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise ListError(_("Give the list a name."))
    if len(name) > NAME_LENGTH:
        raise ListError(_("The name is too long; use at most 80 letters."))
    if visitor.lists.filter(name=name).exists():
        raise ListError(_("There is a list of this name already."))
    return name


def move(product: Product, source: FavouriteList, target: FavouriteList) -> None:
    with transaction.atomic():
        Favourite.objects.get_or_create(list=target, product=product)
        if source.pk != target.pk:
            source.favourites.filter(product=product).delete()


def share(one: FavouriteList, *, on: bool) -> None:
    """A link is made anew each time: one that was switched off never works again."""
    one.share_token = secrets.token_urlsafe(32)[:43] if on else None
    one.save(update_fields=["share_token"])


def adopt_lists(user: AbstractBaseUser, session_key: str) -> None:
    """The lists of a signed-out visitor become those of the account; same names become one."""
    with transaction.atomic():
        for one in FavouriteList.objects.filter(user=None, session_key=session_key):
            known = FavouriteList.objects.filter(user_id=user.pk, name=one.name).first()
            if known is None:
                one.user_id, one.session_key = user.pk, ""
                one.save(update_fields=["user", "session_key"])
                continue
            for product_id in one.favourites.values_list("product_id", flat=True):
                Favourite.objects.get_or_create(list=known, product_id=product_id)
            one.delete()


def favourite_ids(request: HttpRequest) -> dict[str, Any]:
    """A context processor: the ids of what this visitor likes, asked for when first needed."""

    def read() -> set[int]:
        mine = Favourite.objects.filter(list__in=Visitor.of(request).lists)
        return set(mine.values_list("product_id", flat=True))

    return {"favourite_ids": SimpleLazyObject(read)}
