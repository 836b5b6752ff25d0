from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.accounts.conftest import PASSWORD

DOORS = [("/account/login/", "login"), ("/admin/login/", "username")]


@pytest.mark.parametrize(("door", "name"), DOORS)
def test_the_guesses_of_a_stranger_do_not_lock_the_owner_out(
    anna: User, door: str, name: str
) -> None:
    User.objects.filter(pk=anna.pk).update(is_staff=True)
    login = anna.email if name == "login" else anna.username
    stranger, owner = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(12):
        stranger.post(door, {name: login, "password": "a guess"})
    stranger.post(door, {name: login, "password": PASSWORD})
    assert "_auth_user_id" not in stranger.session
    owner.post(door, {name: login, "password": PASSWORD})
    assert "_auth_user_id" in owner.session
