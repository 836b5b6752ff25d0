from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.api.clients import Program

PASSWORD = "a long and odd pass phrase"


def signed_in(email: str, password: str = PASSWORD) -> Program:
    """A program that this shopper has signed in to."""
    response = Program().post("/tokens", {"email": email, "password": password})
    assert response.status_code == 201, response.content
    return Program(response.json()["token"])


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna", "anna@example.org", PASSWORD)


@pytest.fixture
def as_anna(anna: User) -> Program:
    return signed_in(anna.email)


@pytest.fixture
def as_bob(db: None) -> Program:
    User.objects.create_user("bob", "bob@example.org", PASSWORD)
    return signed_in("bob@example.org")
