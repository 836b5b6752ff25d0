from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

pytestmark = pytest.mark.django_db


def test_who_may_change_products_may_change_their_photos_and_sources() -> None:
    group = Group.objects.create(name="Own")
    group.permissions.set(
        Permission.objects.filter(codename__in=["view_product", "change_product", "view_job"])
    )
    import_module("operations.migrations.0003_media_and_sources").give(apps, None)
    assert set(group.permissions.values_list("codename", flat=True)) == {
        *("view_product", "view_media", "view_source"),
        *("change_product", "change_media", "change_source"),
        "view_job",
    }
