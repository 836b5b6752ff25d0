from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from shoppers.models import FavouriteList
from shoppers.visitor import Visitor

pytestmark = pytest.mark.django_db


def request_of(user: User | AnonymousUser, session: SessionStore) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user, request.session = user, session
    return request


def test_who_has_no_account_is_a_session_once_there_is_something_to_keep() -> None:
    request = request_of(AnonymousUser(), SessionStore())
    assert Visitor.of(request) == Visitor()
    kept = Visitor.to_keep(request)
    assert len(kept.session_key) > 20
    assert Visitor.of(request) == kept == Visitor.to_keep(request)


def test_who_signed_in_is_a_user_and_no_session(admin_user: User) -> None:
    session = SessionStore()
    session.create()
    request = request_of(admin_user, session)
    assert Visitor.of(request) == Visitor.to_keep(request) == Visitor(admin_user.pk)
    assert Visitor.before_sign_in(request) == Visitor(session_key=session.session_key or "")


def test_everybody_has_their_own_rows_and_nobody_has_none(admin_user: User) -> None:
    visitors = [Visitor(admin_user.pk), Visitor(session_key="a"), Visitor(session_key="b")]
    rows = [FavouriteList.objects.create(name="x", **one.owner) for one in visitors]
    FavouriteList.objects.create(name="of an account", user=admin_user, session_key="a")
    for visitor, row in zip(visitors[1:], rows[1:], strict=True):
        assert list(visitor.own(FavouriteList.objects.all())) == [row]
        assert [visitor.owns(one) for one in rows] == [one == row for one in rows]
    assert visitors[0].lists.count() == 2
    assert not Visitor().lists.exists()
    assert not any(Visitor().owns(one) for one in rows)
    assert not Visitor().owns(FavouriteList(name="of nobody"))
