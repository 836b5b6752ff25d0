from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from matching.models import Finding
from tests.helpers import text_of

pytestmark = pytest.mark.django_db


def decide(client: Client, finding: Finding, verb: str, **options: Any) -> Any:
    return client.post(reverse("admin:label-audit-decide", args=[finding.pk, verb]), **options)


def test_a_proposal_is_accepted_on_one_click_and_taken_back_on_another(
    admin_client: Client, finding: Finding
) -> None:
    assert "90.0%" in text_of(admin_client.get("/admin/matching/finding/"))
    before = finding.product.updated_at
    decide(admin_client, finding, "accept", headers={"HX-Request": "true"})
    product = Product.objects.get(sku="1")
    assert product.label("colour") == "red"
    assert product.updated_at > before
    decide(admin_client, finding, "reopen")
    assert Product.objects.get(sku="1").label("colour") == "blue"
    decide(admin_client, finding, "keep")
    finding.refresh_from_db()
    assert finding.state == Finding.State.KEPT


def test_many_are_decided_at_once(admin_client: Client, finding: Finding) -> None:
    form = {"action": "accept_chosen", "_selected_action": [finding.pk]}
    page = admin_client.post("/admin/matching/finding/", form, follow=True)
    assert "1 label was changed." in text_of(page)
    assert Product.objects.get(sku="1").label("colour") == "red"
