from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from catalog import changes
from catalog.changes import Change
from catalog.labels import Label, value_of, write_merchant_labels
from catalog.models import Attribute, Product
from tests.conftest import Committed
from tests.helpers import MakeProduct

pytestmark = pytest.mark.django_db


def changed(since: int = 0) -> list[int]:
    return [product_id for product_id, _ in changes.newer_than(since, 100)]


def test_whatever_is_done_to_a_product_is_known_after_the_commit(
    make_product: MakeProduct, committed: Committed
) -> None:
    one, two = make_product("1"), make_product("2")
    seen = changes.newest()
    with committed():
        one.save()
        assert changed(seen) == []
    assert changed(seen) == [one.pk]
    for change in (
        lambda: Product.objects.filter(pk=two.pk).update(name="Other"),
        lambda: Product.objects.bulk_update([two], ["name"]),
        lambda: write_merchant_labels([label_of(two)]),
        lambda: Product.objects.filter(pk=two.pk).delete(),
    ):
        seen = changes.newest()
        with committed():
            change()
        assert changed(seen) == [two.pk or Change.objects.latest("number").pk]


def label_of(product: Product) -> Label:
    colour = Attribute.objects.get(key="colour")
    return Label.of(product, colour, value_of(colour, "red"))


def test_products_that_are_made_together_are_told_together(committed: Committed) -> None:
    heard: list[list[int]] = []

    def hear(product_ids: list[int], **about: Any) -> None:
        heard.append(product_ids)

    changes.products_changed.connect(hear)
    try:
        with committed():
            rows = [Product(sku=str(at), slug=str(at), name="Tee") for at in range(3)]
            made = Product.objects.bulk_create(rows)
            made[0].save()
    finally:
        changes.products_changed.disconnect(hear)
    assert heard == [[row.pk for row in made]]


def test_what_an_import_remembers_for_itself_is_no_change(
    make_product: MakeProduct, committed: Committed
) -> None:
    product = make_product("1")
    with committed():
        Product.objects.bulk_update([product], ["import_digest", "imported"])
    assert changed() == []


def test_what_is_rolled_back_is_told_to_nobody(
    make_product: MakeProduct, committed: Committed
) -> None:
    one, two = make_product("1"), make_product("2")
    with committed():
        with transaction.atomic():
            one.save()
            transaction.set_rollback(True)
        two.save()
    assert changed() == [two.pk]


def test_a_reader_that_takes_a_few_at_a_time_misses_none(db: None) -> None:
    changes.record([5, 3, 9])
    changes.record([3])
    seen, found = 0, []
    while later := changes.newer_than(seen, 1):
        found += [product_id for product_id, _ in later]
        seen = later[-1][1]
    assert found == [5, 9, 3]
    assert seen == changes.newest() == 4
    changes.forget_until(3)
    assert changed() == [3]


def test_nothing_is_told_where_updates_wait_for_a_build(
    make_product: MakeProduct, committed: Committed, settings: Any
) -> None:
    settings.LIVE_UPDATES = False
    with committed():
        make_product("1")
    assert changed() == []
