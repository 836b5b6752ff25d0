"""A database that the release before rooms had apps of their own has filled: it migrates, nobody
loses a row or a right, and the addresses that people kept still answer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.management import create_contenttypes
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from catalog.texts import texts
from jobs.models import Job
from matching.models import Finding, Search, SearchMatch
from shoppers.models import FavouriteList
from tests.helpers import text_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

OURS = ["catalog", "jobs", "matching", "shoppers"]
BEFORE = [
    ("catalog", "0004_photo_digest_index"),
    ("jobs", None),
    ("matching", "0002_words_crop_corrections_audit"),
    ("shoppers", None),
]
PREDICTION = {
    "item_type": [
        {"value": "casual shoes", "probability": 0.55},
        {"value": "sports shoes", "probability": 0.3},
        {"value": "sandals", "probability": 0.1},
    ],
    "colour": [{"value": "white", "probability": 0.8}],
    "style": [{"value": "casual", "probability": 0.9}],
}
RIGHTS = ["view_job", "change_job", "view_favourite", "change_favouritelist", "view_search"]
RIGHTS += ["view_labelfinding"]


@dataclass(frozen=True)
class Old:
    """Keys of the rows that the earlier release wrote."""

    searches: dict[str, uuid.UUID]
    lists: dict[str, int]
    job: int
    permissions: set[int]
    counts: dict[str, int]


def tables(apps: Any, labels: dict[str, str]) -> dict[str, int]:
    return {name: apps.get_model(app, name).objects.count() for name, app in labels.items()}


def add_rights(apps: Any) -> None:
    """What `migrate` ends with: the rows that groups' rights and the admin's log hang on."""
    for label in ("catalog", "matching"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_contenttypes(config, verbosity=0, apps=apps)
        create_permissions(config, verbosity=0, apps=apps)


def fill_products(apps: Any) -> list[Any]:
    get = apps.get_model
    attributes = {one.key: one for one in get("catalog", "Attribute").objects.all()}
    products = []
    for sku, kind in (("sneaker", "casual shoes"), ("runner", "sports shoes")):
        product = get("catalog", "Product").objects.create(sku=sku, name=f"White {sku}")
        for key, value in (("item_type", kind), ("colour", "white")):
            row, _ = get("catalog", "AttributeValue").objects.get_or_create(
                attribute=attributes[key], value=value
            )
            get("catalog", "ProductAttribute").objects.create(
                product=product, attribute=attributes[key], value=row, source="merchant"
            )
        products.append(product)
    return products


def fill_people(apps: Any) -> tuple[Any, set[int]]:
    """A shopper, and a member of staff whose rights come from a group; the rows of the rights."""
    shopper = User.objects.create_user("ann", "ann@shop.example", "a long password")
    clerk = User.objects.create_user("bob", password="a long password", is_staff=True)
    group = apps.get_model("auth", "Group").objects.create(name="clerks")
    rights = apps.get_model("auth", "Permission").objects.filter(codename__in=RIGHTS)
    assert len(rights) == len(RIGHTS)
    group.permissions.set(rights)
    apps.get_model("auth", "User").objects.get(pk=clerk.pk).groups.add(group)
    return shopper, {right.pk for right in rights}


def fill_searches(apps: Any, products: list[Any], user_id: int) -> dict[str, uuid.UUID]:
    made = {}
    for name, fields in {
        "plain": {},
        "corrected": {"corrections": {"item_type": "sports shoes"}},
        "wished": {"wishes": {"item_type": ["sandals", "flip flops"]}, "words": "sandals"},
        "widened": {"widened": "everything", "message": "A sentence of a release long ago."},
    }.items():
        search = apps.get_model("matching", "Search").objects.create(
            user_id=user_id,
            source="page",
            k=12,
            visual_weight=0.7,
            prediction=PREDICTION,
            is_fashion=True,
            generation=1,
            backbone="0" * 16,
            heads="0" * 16,
            **fields,
        )
        for rank, product in enumerate(products, start=1):
            apps.get_model("matching", "SearchMatch").objects.create(
                search=search,
                rank=rank,
                product=product,
                sku=product.sku,
                name=product.name,
                score=0.8,
                visual=0.9,
                style=0.5,
                reasons=["same colour"],
            )
        made[name] = search.pk
    return made


def fill_lists(apps: Any, products: list[Any], user_id: int) -> dict[str, int]:
    made = {}
    for name, fields in {
        "mine": {"user_id": user_id},
        "shared": {"user_id": user_id, "share_token": "a-token-that-was-sent-to-friends"},
        "guest": {"session_key": "a-session-of-a-guest"},
    }.items():
        row = apps.get_model("catalog", "FavouriteList").objects.create(name=name, **fields)
        for product in products:
            apps.get_model("catalog", "Favourite").objects.create(list=row, product=product)
        made[name] = row.pk
    return made


def fill_findings(apps: Any, product: Any) -> None:
    label = product.attributes.get(attribute__key="colour")
    apps.get_model("matching", "LabelFinding").objects.create(
        product=product,
        attribute=label.attribute,
        label=label.value,
        proposal=label.value,
        probability=0.9,
        score=0.8,
        state="kept",
    )


def fill(apps: Any) -> Old:
    add_rights(apps)
    products = fill_products(apps)
    fill_findings(apps, products[0])
    shopper, rights = fill_people(apps)
    job = apps.get_model("catalog", "Job").objects.create(
        kind="import_products", state="done", log="imported 2 products\n", result={"created": 2}
    )
    apps.get_model("admin", "LogEntry").objects.create(
        user_id=shopper.pk,
        action_flag=2,
        object_id=str(job.pk),
        object_repr=f"import_products {job.pk}",
        content_type=apps.get_model("contenttypes", "ContentType").objects.get(
            app_label="catalog", model="job"
        ),
    )
    return Old(
        fill_searches(apps, products, shopper.pk),
        fill_lists(apps, products, shopper.pk),
        job.pk,
        rights,
        tables(apps, dict.fromkeys(["Favourite", "FavouriteList", "Job", "Product"], "catalog")),
    )


@pytest.fixture
def old() -> Old:
    """A database as it was, filled, and then migrated to what it is now."""
    texts().remove()  # as `migrate` does
    executor = MigrationExecutor(connection)
    executor.migrate([(app, None) for app in OURS])
    ContentType.objects.filter(app_label__in=OURS).delete()
    executor = MigrationExecutor(connection)
    rows = fill(executor.migrate(BEFORE).apps)
    ContentType.objects.clear_cache()
    call_command("migrate", verbosity=0)
    return rows


def test_no_row_is_lost(old: Old) -> None:
    homes = {"Favourite": "shoppers", "FavouriteList": "shoppers", "Job": "jobs"}
    assert tables(current_apps, homes | {"Product": "catalog"}) == old.counts
    assert Job.objects.get(pk=old.job).result == {"created": 2}
    shared = FavouriteList.objects.get(pk=old.lists["shared"])
    assert sorted(product.sku for product in shared.products.all()) == ["runner", "sneaker"]
    assert FavouriteList.objects.get(session_key="a-session-of-a-guest").favourites.count() == 2
    assert Finding.objects.get(product__sku="sneaker").state == Finding.State.KEPT
    assert SearchMatch.objects.filter(search_id__in=old.searches.values()).count() == 8


def test_rights_keep_their_rows(old: Old) -> None:
    clerk = User.objects.get(username="bob")
    rights = clerk.groups.get().permissions.all()
    assert {right.pk for right in rights} == old.permissions
    assert clerk.get_all_permissions() == {
        "jobs.view_job",
        "jobs.change_job",
        "shoppers.view_favourite",
        "shoppers.change_favouritelist",
        "matching.view_search",
        "matching.view_finding",
    }


def test_nothing_is_told_twice(old: Old) -> None:
    """Content types move instead of being made anew, and a second `migrate` adds none."""
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    moved = ContentType.objects.filter(model__in=["job", "favourite", "favouritelist"])
    assert sorted(one.app_label for one in moved) == ["jobs", "shoppers", "shoppers"]
    assert not ContentType.objects.filter(model="labelfinding").exists()
    assert Permission.objects.filter(codename__endswith="_finding").count() == 4
    (entry,) = current_apps.get_model("admin", "LogEntry").objects.all()
    assert entry.get_edited_object() == Job.objects.get(pk=old.job)


def test_a_search_knows_what_was_searched(old: Old) -> None:
    found = {
        name: (search.gate, search.style, search.types)
        for name, pk in old.searches.items()
        for search in [Search.objects.get(pk=pk)]
    }
    roles = ("item_type", "style")
    assert found == {
        "plain": (*roles, ["casual shoes", "sports shoes", "sandals"]),
        "corrected": (*roles, ["sports shoes"]),
        "wished": (*roles, ["sandals", "flip flops"]),
        "widened": (*roles, ["casual shoes", "sports shoes", "sandals"]),
    }


def test_people_find_their_own(old: Old, client: Client) -> None:
    client.force_login(User.objects.get(username="ann"))
    history = text_of(client.get("/history/"))
    assert "Casual shoes" in history
    assert "Sports shoes" in history
    for pk in old.searches.values():
        page = text_of(client.get(f"/searches/{pk}/"))
        assert "White sneaker" in page
        assert "same colour" in page
    assert "A sentence of a release long ago." in text_of(
        client.get(f"/searches/{old.searches['widened']}/")
    )
    assert "White runner" in text_of(client.get(f"/favourites/{old.lists['mine']}/"))
    assert client.get("/products/sneaker/").status_code == 200


def test_strangers_follow_the_links_they_were_sent(old: Old, client: Client) -> None:
    shared = client.get("/favourites/shared/a-token-that-was-sent-to-friends/")
    assert "White sneaker" in text_of(shared)
    assert client.get(f"/searches/{old.searches['plain']}/").status_code == 404
    assert client.get(f"/favourites/{old.lists['mine']}/").status_code in (302, 404)


def test_staff_see_the_jobs_at_the_old_address(old: Old, client: Client) -> None:
    client.force_login(User.objects.get(username="bob"))
    page = client.get(f"/admin/catalog/job/{old.job}/change/", follow=True)
    assert page.redirect_chain[0] == (f"/admin/jobs/job/{old.job}/change/", 301)
    assert "imported 2 products" in text_of(page)


def test_staff_see_the_findings_at_the_old_address(old: Old, client: Client) -> None:
    client.force_login(User.objects.get(username="bob"))
    page = client.get("/admin/matching/labelfinding/?state=all", follow=True)
    assert page.redirect_chain == [("/admin/matching/finding/?state=all", 301)]
    assert page.status_code == 200
