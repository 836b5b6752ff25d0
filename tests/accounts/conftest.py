from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

PASSWORD = "a long and odd pass phrase"


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna", "anna@example.org", PASSWORD)


@pytest.fixture
def as_anna(anna: User) -> Client:
    """Signed in through the form, as shoppers do."""
    client = Client()
    client.post("/account/login/", {"login": anna.email, "password": PASSWORD})
    return client


@pytest.fixture
def as_sure_anna(as_anna: Client) -> Client:
    """Who gave the password once more, as changes to an account ask for."""
    as_anna.post("/account/reauthenticate/", {"password": PASSWORD})
    return as_anna
