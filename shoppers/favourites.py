"""What visitors like: lists of products, of an account or of a session that has none yet."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.turns import in_turn
from shoppers.models import Favourite, FavouriteList
from shoppers.visitor import Visitor

MOST_LISTS = 100
NAME_LENGTH = 80


class ListError(ValueError):
    """The list cannot be made or named so; the message says why."""


def like(visitor: Visitor, product: Product, wish: bool | None = None) -> bool:
    """Likes a product, in the visitor's first list, or takes it out of all, as is wished; without
    a wish the heart turns over. True if liked now. Raises Product.DoesNotExist if it is gone."""
    return in_turn(partial(_like, visitor, product, wish))


def _like(visitor: Visitor, product: Product, wish: bool | None) -> bool:
    mine = Favourite.objects.filter(list__in=visitor.lists, product=product)
    if wish is False:
        mine.delete()
        return False
    first = _locked(_first_list(visitor))
    is_liked = mine.exists()
    if is_liked and wish is None:
        mine.delete()
    elif not is_liked:
        _add(product, first)
    return not is_liked or wish is True


def liked_products(visitor: Visitor) -> QuerySet[Product]:
    """Each once, in whichever of the visitor's lists, with `liked_at`: when it last came into
    one."""
    mine = Product.objects.filter(favourites__list__in=visitor.lists)
    return mine.annotate(liked_at=Max("favourites__created_at"))


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
    """Raises ListError for a name that is empty, too long or taken, FavouriteList.DoesNotExist for
    a list that is gone."""
    name = _checked(name)

    def change() -> None:
        if visitor.lists.filter(name=name).exclude(pk=one.pk).exists():
            raise ListError(_("There is a list of this name already."))
        _update(one, name=name)

    in_turn(change)


def delete_list(one: FavouriteList) -> None:
    """Raises FavouriteList.DoesNotExist for one that is gone already."""
    in_turn(lambda: _locked(one).delete())


def _locked(one: FavouriteList) -> FavouriteList:
    """Nobody else changes or fills it before the transaction ends."""
    return FavouriteList.objects.select_for_update().get(pk=one.pk)


def _update(one: FavouriteList, **columns: Any) -> None:
    if not FavouriteList.objects.filter(pk=one.pk).update(**columns):
        raise FavouriteList.DoesNotExist


def _checked(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise ListError(_("Give the list a name."))
    if len(name) > NAME_LENGTH:
        raise ListError(_("The name is too long; use at most 80 letters."))
    return name


def add(product: Product, one: FavouriteList) -> None:
    """Once: a product that is in the list stays where it is. Raises DoesNotExist, of the product or
    of the list, for what is gone."""
    in_turn(lambda: _add(product, _locked(one)))


def _add(product: Product, one: FavouriteList) -> None:
    there = Product.objects.only("pk").get(pk=product.pk)
    Favourite.objects.get_or_create(list=one, product=there)


def move(product: Product, source: FavouriteList, target: FavouriteList) -> None:
    """Raises as `add` does."""

    def change() -> None:
        locked = {one.pk: _locked(one) for one in sorted((source, target), key=lambda one: one.pk)}
        _add(product, locked[target.pk])
        if source.pk != target.pk:
            locked[source.pk].favourites.filter(product=product).delete()

    in_turn(change)


def forgotten_lists(days: int) -> QuerySet[FavouriteList]:
    """Lists of nobody that got nothing for so many days; one that is shared is still somebody's."""
    before = timezone.now() - timedelta(days=days)
    used = Favourite.objects.filter(list=OuterRef("pk"), created_at__gte=before)
    nobodys = FavouriteList.objects.filter(user=None, share_token=None, created_at__lt=before)
    return nobodys.exclude(Exists(used))


def share(one: FavouriteList, *, on: bool) -> None:
    """A link is made anew when it is switched on: one that was switched off never works again.
    Raises FavouriteList.DoesNotExist for a list that is gone."""

    def change() -> None:
        one.share_token = _locked(one).share_token
        if on != bool(one.share_token):
            one.share_token = secrets.token_urlsafe(32)[:43] if on else None
            _update(one, share_token=one.share_token)

    in_turn(change)


def adopt_lists(account: Visitor, before: Visitor) -> None:
    """The lists of a signed-out visitor become those of the account; same names become one."""
    in_turn(partial(_adopt_lists, account, before))


def _adopt_lists(account: Visitor, before: Visitor) -> None:
    for one in before.lists.select_for_update():
        known = account.lists.filter(name=one.name).first()
        if known is None:
            _update(one, **account.owner)
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
