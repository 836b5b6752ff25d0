from __future__ import annotations

import io
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory
from django.utils import timezone

from catalog.models import Product
from shoppers.favourites import add, adopt_lists, for_pages
from shoppers.models import Favourite, FavouriteList
from shoppers.visitor import Visitor
from tests.helpers import MakeProduct, encoded, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def products(make_product: MakeProduct) -> None:
    make_product("1", photo=encoded(picture()), name="Red Tee")
    make_product("2", name="Blue Tee")


def test_a_visitor_without_a_session_costs_no_query(django_assert_num_queries: Any) -> None:
    request = RequestFactory().get("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    with django_assert_num_queries(0):
        assert 1 not in for_pages(request)["hearts"].liked


def test_merged_lists_keep_their_order_and_other_names_stay_lists() -> None:
    anna = User.objects.create_user("anna")
    one, two = Product.objects.order_by("sku")
    FavouriteList.objects.create(user=anna, name="Favourites")
    for name in ("Favourites", "summer wedding"):
        mine = FavouriteList.objects.create(session_key="key", name=name)
        add(one, mine)
        add(two, mine)
    adopt_lists(Visitor(anna.pk), Visitor(session_key="key"))
    lists = FavouriteList.objects.filter(user=anna)
    assert [one.name for one in lists] == ["Favourites", "summer wedding"]
    for mine in lists:
        assert [liked.product.sku for liked in mine.favourites.all()] == ["2", "1"]
    assert not FavouriteList.objects.filter(user=None).exists()


def test_lists_of_nobody_are_forgotten_unless_they_are_used_or_shared(admin_user: User) -> None:
    long_ago = timezone.now() - timedelta(days=40)

    def make(name: str, **fields: Any) -> FavouriteList:
        return FavouriteList.objects.create(name=name, **({"session_key": "x"} | fields))

    old, new, used = (make(name) for name in ("old", "new", "used"))
    shared, owned = make("shared", share_token="t"), make("owned", session_key="", user=admin_user)
    for one in (old, shared, owned, used):
        add(Product.objects.get(sku="1"), one)
    Favourite.objects.exclude(list=used).update(created_at=long_ago)
    FavouriteList.objects.exclude(pk=new.pk).update(created_at=long_ago)
    said = io.StringIO()
    call_command("prune_searches", "--dry-run", stdout=said)
    assert "0 searches and 1 lists of favourites would be deleted" in said.getvalue()
    assert FavouriteList.objects.count() == 5
    call_command("prune_searches", stdout=said)
    assert set(FavouriteList.objects.all()) == {new, used, shared, owned}


def test_lists_of_one_name_in_one_session_become_one_when_migrating() -> None:
    """Two hearts at once could make two."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_list_per_name_of_session")
    kept, twin = (FavouriteList.objects.create(session_key="x", name="mine") for _ in range(2))
    FavouriteList.objects.filter(pk=twin.pk).update(share_token="t")
    one, two = Product.objects.order_by("sku")
    add(one, kept)
    add(one, twin)
    add(two, twin)
    import_module("shoppers.migrations.0002_lists_of_one_name").merge(apps, None)
    left = FavouriteList.objects.get()
    assert (left.pk, left.share_token) == (kept.pk, "t")
    assert set(left.products.all()) == {one, two}
