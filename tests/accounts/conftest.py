from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.web.conftest import fake_search

__all__ = ["fake_search"]

PASSWORD = "a long and odd pass phrase"


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna", "anna@example.org", PASSWORD)


@pytest.fixture
def as_anna(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client
