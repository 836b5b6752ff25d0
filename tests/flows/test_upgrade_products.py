"""The products of a database that an earlier release has filled."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from catalog.importers.incoming import fingerprint
from catalog.models import Product
from catalog.texts import texts

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
        texts().remove()  # as `migrate` does
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


def test_one_product_becomes_one_product_one_variant_and_one_offer(upgrade: Upgrade) -> None:
    price = Decimal("9.90")

    def fill(products: Any) -> None:
        said = {"fields": {"price": fingerprint(price), "name": fingerprint("Tee")}}
        given = {"price": price, "currency": "EUR", "product_url": "https://shop.example/1"}
        products.create(sku="A/B", slug="A-B", name="Tee", imported=said, **given)
        products.create(sku="2", slug="2", name="Bare")

    upgrade(fill)
    tee, bare = Product.objects.order_by("pk")
    assert (tee.sku, tee.slug, tee.price, tee.currency) == ("A/B", "A-B", price, "EUR")
    assert tee.product_url == "https://shop.example/1"
    variant = tee.variants.get()
    assert (variant.sku, variant.slug, variant.options) == ("A/B", "A-B", {})
    assert variant.offers.get().availability == "in_stock"
    assert tee.imported == {
        "fields": {"name": fingerprint("Tee")},
        "variants": {"A/B": {"fields": {}, "offers": [{"price": fingerprint(price)}]}},
    }
    assert (bare.price, bare.offer is None) == (None, False)
