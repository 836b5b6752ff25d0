from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Attribute, Product
from jobs.models import Job
from matching import runtime
from matching.engine import versions
from tests.helpers import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once")]


@pytest.mark.slow
def test_the_model_room_trains_builds_and_goes_back(
    admin_client: Client, shop: dict[str, Product]
) -> None:
    def press(kind: str, **more: str) -> Job:
        admin_client.post(reverse("admin:model-room-start"), {"kind": kind, **more})
        return Job.objects.filter(kind=kind).latest("pk")

    text = text_of(admin_client.get("/admin/models/"))
    assert "The index is up to date." in text
    Product.objects.filter(sku="tshirt-red").update(status="archived")
    text = text_of(admin_client.get("/admin/models/"))
    assert "Products were added, removed, activated or deactivated since." in text
    assert press("build_index").state == Job.State.DONE
    assert versions.current_number(runtime.index_root()) == 2
    back = press("activate_generation", number="1")
    assert back.state == Job.State.DONE, back.log
    assert versions.current_number(runtime.index_root()) == 1
    gone = press("activate_generation", number="9")
    assert gone.state == Job.State.FAILED
    assert "There is no index 9 any more." in gone.log
    assert versions.current_number(runtime.index_root()) == 1


def test_the_model_room_says_that_a_changed_role_takes_a_build(
    admin_client: Client, shop: dict[str, Product]
) -> None:
    Attribute.objects.filter(role=Attribute.Role.STYLE).update(role=Attribute.Role.PLAIN)
    due = "Another attribute is the gate or the style now."
    assert due in text_of(admin_client.get("/admin/models/"))
    admin_client.post(reverse("admin:model-room-start"), {"kind": "build_index"})
    assert due not in text_of(admin_client.get("/admin/models/"))


def test_the_model_room_starts_nothing_else(admin_client: Client) -> None:
    url = reverse("admin:model-room-start")
    for form in ({"kind": "import_archive"}, {"kind": "activate_generation", "number": "../1"}):
        assert admin_client.post(url, form).status_code == 404
    assert not Job.objects.exists()


def test_a_plot_is_shown_only_if_it_is_one(admin_client: Client) -> None:
    for name in ("colour", "nothing"):
        url = reverse("admin:model-room-plot", args=[1, name])
        assert admin_client.get(url).status_code == 404
