"""The products of a database that an earlier release has filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from catalog.importers.incoming import fingerprint
from catalog.models import Product

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
Upgrade = Callable[[Callable[[Any], None]], None]


@pytest.fixture
def upgrade() -> Upgrade:
    """`upgrade(fill)`: a database as it was, filled, and then migrated to what it is now."""

    def run(fill: Callable[[Any], None]) -> None:
        before = [("catalog", "0011_column_match")]
        executor = MigrationExecutor(connection)
        executor.migrate(before)
        executor = MigrationExecutor(connection)
        fill(executor.migrate(before).apps.get_model("catalog", "Product").objects)
        call_command("migrate", verbosity=0)

    return run


def test_what_was_off_is_a_draft_that_its_source_may_change_again(upgrade: Upgrade) -> None:
    def fill(products: Any) -> None:
        for sku, is_active in (("on", True), ("off", False)):
            said = {"fields": {"is_active": fingerprint(is_active), "name": "x"}}
            products.create(sku=sku, slug=sku, name=sku, is_active=is_active, imported=said)
        products.create(sku="by hand", slug="by-hand", name="By hand", is_active=False)

    upgrade(fill)
    found = {row.sku: row for row in Product.objects.all()}
    assert {sku: row.status for sku, row in found.items()} == {
        "on": "active",
        "off": "draft",
        "by hand": "draft",
    }
    assert [found[sku].imported["fields"] for sku in ("on", "off")] == [
        {"status": fingerprint("active"), "name": "x"},
        {"status": fingerprint("draft"), "name": "x"},
    ]
