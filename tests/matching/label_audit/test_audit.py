from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Job
from matching.label_audit import audit, decisions
from matching.models import Finding
from tests.helpers import MakeProduct, encoded, picture, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once")]


def test_a_decision_stays_as_long_as_it_is_about_the_same(finding: Finding) -> None:
    again = {
        "product": finding.product,
        "attribute": finding.attribute,
        "label": finding.label,
        "probability": 0.9,
        "score": 0.7,
    }
    decisions.keep(finding)
    same = Finding(proposal=finding.proposal, **again)
    assert audit.store_findings([same])["findings"] == 0
    other = Finding(proposal=finding.attribute.values.get(value="green"), **again)
    assert audit.store_findings([other])["findings"] == 1


@pytest.mark.slow
def test_the_audit_proposes_what_is_missing(
    admin_client: Client, make_product: MakeProduct
) -> None:
    kinds = {"tshirt": "tshirts", "trousers": "trousers", "handbag": "handbags"}
    for number in range(150):
        kind = list(kinds)[number % 3]
        image = picture(("red", "blue", "green", "black", "gray")[number % 5], kind)
        image = image.rotate(number % 17 - 8, fillcolor=(255, 255, 255))
        label = {} if number == 12 else {"item_type": kinds[kind]}
        photo = encoded(image, quality=70 + number % 25)
        make_product(str(number), name=f"{kind} {number}", photo=photo, **label)
    page = admin_client.post(reverse("admin:label-audit-run"), follow=True)
    assert "Done" in text_of(page), Job.objects.get().log
    found = Finding.objects.get(label=None)
    assert (found.product.sku, found.proposal.value) == ("12", "tshirts")
    assert "tshirts" in text_of(admin_client.get("/admin/matching/finding/"))
