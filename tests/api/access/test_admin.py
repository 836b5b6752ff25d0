from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from api.models import ApiClient, ApiKey
from tests.api.clients import ORIGIN, Program
from tests.helpers import text_of

pytestmark = pytest.mark.django_db


def test_a_key_is_made_and_shown_once(admin_client: Client) -> None:
    client = ApiClient.objects.create(name="page")
    form = {"client": client.pk, "kind": "publishable", "scopes": ["search"], "origins": ORIGIN}
    page = admin_client.post(reverse("admin:api_apikey_add"), form)
    (secret,) = re.findall(r"fmv_pk_\w{10}_[\w-]{43}", text_of(page))
    assert "no-store" in page["Cache-Control"]
    assert Program(secret, Origin=ORIGIN).get("/key").status_code == 200
    row = ApiKey.objects.get()
    later = text_of(admin_client.get(reverse("admin:api_apikey_change", args=[row.pk])))
    assert row.prefix in later
    assert secret not in later


def test_what_cannot_be_made_is_said_on_the_form(admin_client: Client) -> None:
    client = ApiClient.objects.create(name="page")
    form = {"client": client.pk, "kind": "publishable", "scopes": ["admin"], "origins": ORIGIN}
    page = admin_client.post(reverse("admin:api_apikey_add"), form)
    assert "A publishable key may search and read the catalogue" in text_of(page)
    assert not ApiKey.objects.exists()


def test_keys_are_rotated_and_revoked_from_the_list(admin_client: Client) -> None:
    from tests.api.clients import program

    made = program("search")
    assert made.row
    chosen = {"_selected_action": [made.row.pk]}
    place = reverse("admin:api_apikey_changelist")
    page = admin_client.post(place, chosen | {"action": "rotate"})
    (secret,) = re.findall(r"fmv_sk_\w{10}_[\w-]{43}", text_of(page))
    assert Program(secret).get("/key").status_code == 200
    admin_client.post(place, chosen | {"action": "revoke"})
    assert made.get("/key").status_code == 401
    assert Program(secret).get("/key").status_code == 200
