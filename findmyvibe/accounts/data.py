"""All that is kept about one account: to take along, or to delete."""

from __future__ import annotations

import json
import tempfile
import zipfile
from typing import IO, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from api.models import ShopperToken
from catalog.turns import in_turn
from matching.models import Search
from matching.search.history import delete_searches
from matching.search.wording import told_in_english
from shoppers.models import FavouriteList
from shoppers.visitor import Visitor

IN_MEMORY = 8 * 1024 * 1024


def archive_of(user: User) -> IO[bytes]:
    """A zip, open for reading: data.json and the photos that were searched with."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (the caller closes it)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(_data(user), indent=1, cls=DjangoJSONEncoder))
        for search in _searches(user).exclude(photo="").iterator():
            try:
                with search.photo.open("rb") as photo:
                    archive.writestr(f"photos/{search.pk}.jpg", photo.read())
            except FileNotFoundError:
                continue  # data.json names it; the file itself is gone
    file.seek(0)
    return file


def _data(user: User) -> dict[str, Any]:
    addresses = EmailAddress.objects.filter(user=user)
    steps = Authenticator.objects.filter(user=user)  # never the secrets
    tokens = ShopperToken.objects.filter(user=user)
    searches = _searches(user).defer("vector").prefetch_related("matches")
    lists = Visitor(user.pk).lists.prefetch_related("favourites__product")
    return {
        "account": {
            "email": user.email,
            "user_name": user.get_username(),
            "joined": user.date_joined,
            "last_sign_in": user.last_login,
            "addresses": list(addresses.values("email", "verified", "primary")),
            "programs": list(tokens.values("token_key", "created", "expiry")),
            "second_steps": list(steps.values("type", "created_at", "last_used_at")),
        },
        "searches": [_search(one) for one in searches],
        "favourite_lists": [_list(one) for one in lists],
    }


def _searches(user: User) -> QuerySet[Search]:
    """All of them, whichever way they came."""
    return Visitor(user.pk).own(Search.objects.all())


def _search(search: Search) -> dict[str, Any]:
    names = ("created_at", "subject", "words", "wishes", "crop", "prediction", "corrections")
    told = told_in_english(search)
    matches = [
        {name: getattr(one, name) for name in ("rank", "sku", "name", "score")}
        | {"reasons": reasons}
        for one, reasons in zip(search.matches.all(), told["reasons"], strict=True)
    ]
    photo = f"photos/{search.pk}.jpg" if search.photo else None
    return (
        {"id": search.pk, "photo": photo, "matches": matches}
        | {name: getattr(search, name) for name in names}
        | {"message": told["message"]}
    )


def _list(one: FavouriteList) -> dict[str, Any]:
    products = [
        {"sku": liked.product.sku, "name": liked.product.name, "since": liked.created_at}
        for liked in one.favourites.all()
    ]
    return {"name": one.name, "shared": bool(one.share_token), "products": products}


def is_last_admin(user: User) -> bool:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    return user.is_superuser and not others.exists()


def delete_everything_of(user: User) -> None:
    """The account with its searches, photos and lists; all rows or none."""
    in_turn(lambda: _delete_everything_of(user))


def _delete_everything_of(user: User) -> None:
    """Locked first: what is about to be kept for the account waits, and finds it gone."""
    User.objects.select_for_update().filter(pk=user.pk).first()
    delete_searches(_searches(user))
    User.objects.filter(pk=user.pk).delete()
