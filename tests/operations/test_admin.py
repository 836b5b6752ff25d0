"""Who changed what, from what to what; and what the groups of a shop's people may do."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from catalog.models import AttributeValue, Product
from matching.models import Finding
from operations.admin import lines_of
from tests.helpers import MakeProduct, text_of

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/product/"


@pytest.fixture
def finding(make_product: MakeProduct) -> Finding:
    product = make_product("1", colour="blue")
    make_product("2", colour="red")
    link = product.attributes.get()
    red = link.attribute.values.get(value="red")
    about = {"product": product, "attribute": link.attribute, "probability": 0.9, "score": 0.8}
    return Finding.objects.create(label=link.value, proposal=red, **about)


def told() -> list[tuple[str, list[str]]]:
    return [(entry.object_repr, list(lines_of(entry))) for entry in LogEntry.objects.order_by("pk")]


def test_a_form_tells_old_and_new_values(admin_client: Client, make_product: MakeProduct) -> None:
    product = make_product("1", name="Tee", colour="blue")
    (label,) = product.attributes.all()
    red, _is_new = AttributeValue.objects.get_or_create(
        attribute=label.value.attribute, value="red"
    )
    form: dict[str, Any] = {"sku": "1", "name": "Shirt", "status": "draft", "brand": "Acme"}
    form |= {"attributes-TOTAL_FORMS": 1, "attributes-INITIAL_FORMS": 1}
    form |= {"variants-TOTAL_FORMS": 0, "variants-INITIAL_FORMS": 0}
    form |= {"media-TOTAL_FORMS": 0, "media-INITIAL_FORMS": 0}
    form |= {"attributes-0-id": label.pk, "attributes-0-product": product.pk}
    form |= {"attributes-0-value": red.pk, "attributes-0-source": label.source}
    admin_client.post(f"{LIST}{product.pk}/change/", form)
    ((_name, lines),) = told()
    assert {"Name: Tee → Shirt", "Status: active → draft", "Brand: - → Acme"} <= set(lines)
    assert any(line.startswith("Value: ") and line.endswith("red") for line in lines)


def test_a_bulk_action_names_what_it_changed(
    admin_client: Client, make_product: MakeProduct
) -> None:
    rows = [
        make_product("1"),
        make_product("2", status="draft"),
        make_product("3", status="archived"),
    ]
    form = {"action": "archive", "_selected_action": [row.pk for row in rows]}
    admin_client.post(LIST, form)
    assert sorted(told()) == [
        (str(rows[0]), ["status: active → archived"]),
        (str(rows[1]), ["status: draft → archived"]),
    ]
    assert set(Product.objects.values_list("status", flat=True)) == {"archived"}


def test_a_decision_of_the_audit_tells_the_label(admin_client: Client, finding: Finding) -> None:
    for verb in ("accept", "reopen", "keep", "keep"):
        admin_client.post(reverse("admin:label-audit-decide", args=[finding.pk, verb]))
    label = finding.attribute.label
    assert [lines for _name, lines in told()] == [
        ["state: open → accepted", f"{label}: blue → red"],
        ["state: accepted → open", f"{label}: red → blue"],
        ["state: open → kept"],
    ]


def test_many_decisions_are_told_one_by_one(admin_client: Client, finding: Finding) -> None:
    form = {"action": "keep_chosen", "_selected_action": [finding.pk]}
    admin_client.post("/admin/matching/finding/", form)
    assert [lines for _name, lines in told()] == [["state: open → kept"]]


def test_the_page_says_who(admin_client: Client, make_product: MakeProduct) -> None:
    row = make_product("1", name="A fine tee")
    admin_client.post(LIST, {"action": "archive", "_selected_action": [row.pk]})
    page = admin_client.get("/admin/history/", follow=True)
    text = text_of(page)
    assert "Who changed what" in text
    assert "A fine tee" in text
    assert "status: active → archived" in text
    assert "admin" in text
    assert "Who changed what" in text_of(admin_client.get("/admin/"))


def member_of(client: Client, group: str) -> Client:
    user = User.objects.create_user(group, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    return client


PAGES = {
    LIST: {"Merchandiser", "Analyst", "Model keeper", "Owner"},
    "/admin/catalog/product/import/": {"Merchandiser", "Owner"},
    "/admin/matching/finding/": {"Merchandiser", "Analyst", "Model keeper", "Owner"},
    "/admin/dashboard/": {"Analyst", "Owner"},
    "/admin/models/": {"Analyst", "Model keeper", "Owner"},
    "/admin/jobs/job/": {"Merchandiser", "Analyst", "Model keeper", "Owner"},
    "/admin/auth/user/": {"Owner"},
    "/admin/admin/logentry/": {"Analyst", "Model keeper", "Owner"},
}


@pytest.mark.parametrize("group", ["Merchandiser", "Analyst", "Model keeper", "Owner"])
def test_each_group_reaches_what_is_theirs(client: Client, group: str) -> None:
    member = member_of(client, group)
    assert {page for page in PAGES if member.get(page).status_code == 200} == {
        page for page, groups in PAGES.items() if group in groups
    }


@pytest.mark.parametrize(
    ("group", "status"), [("Analyst", 403), ("Merchandiser", 403), ("Model keeper", 404)]
)
def test_only_who_keeps_the_models_may_start_work_on_them(
    client: Client, group: str, status: int
) -> None:
    answer = member_of(client, group).post(reverse("admin:model-room-start"), {"kind": "unknown"})
    assert answer.status_code == status
