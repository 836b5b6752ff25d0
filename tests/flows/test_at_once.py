"""Every POST of shoppers and staff, twice at once, with the deletion of what it changes and with
the product gone: nobody sees an error, and nothing that was acknowledged is undone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from catalog.models import Attribute, AttributeValue, Product, ProductAttribute
from catalog.turns import in_turn
from findmyvibe.celery import app as celery_app
from matching.models import Finding, Search
from matching.search.ask import Asker
from shoppers.models import Favourite, FavouriteList
from shoppers.visitor import Visitor
from tests.accounts.conftest import PASSWORD
from tests.helpers import encoded, picture
from tests.searches import FakeSearch

pytestmark = [
    pytest.mark.services,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
ROUNDS = 5
PHOTO = encoded(picture())
Call = Callable[[], Any]


@pytest.fixture(autouse=True)
def _on_postgresql(own_data_folder: Path, settings: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    settings.REDIS_URL = ""
    celery_app.conf.task_always_eager = True


def at_once(*calls: Call) -> list[Any]:
    """What each of them gives, all begun at the same moment, each on a connection of its own."""
    start, given = threading.Barrier(len(calls)), [None] * len(calls)

    def run(at: int, call: Call) -> None:
        try:
            start.wait()
            given[at] = call()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return given


def sent(client: Client, url: str, **fields: Any) -> Call:
    """A form sent by a browser that has the cookies of `client`."""

    def call() -> int:
        browser = Client(raise_request_exception=False)
        browser.cookies = client.cookies.copy()
        return int(browser.post(url, fields).status_code)

    return call


def was_fine(statuses: list[Any]) -> bool:
    return all(status is not None and status < 500 for status in statuses)


@pytest.fixture
def visitor(client: Client) -> Visitor:
    session = client.session
    session["seen"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return Visitor(session_key=session.session_key)


def search_of(shop: Any, fake_search: FakeSearch, visitor: Visitor) -> Search:
    asker = Asker(Search.Source.PAGE, visitor)
    return fake_search(asker, list(Product.objects.order_by("pk")[:3]), words="red")


def test_two_chips_of_one_search_are_both_corrected(
    client: Client, shop: Any, fake_search: FakeSearch, visitor: Visitor
) -> None:
    for _ in range(ROUNDS):
        url = f"{search_of(shop, fake_search, visitor).get_absolute_url()}correct"
        chips = (("colour", "blue"), ("gender", "women"), ("item_type", "handbags"))
        calls = [sent(client, url, attribute=key, value=value) for key, value in chips]
        assert at_once(*calls) == [302] * 3
        found = Search.objects.latest("created_at")
        assert found.corrections == dict(chips)
        ranks = [match.rank for match in found.matches.all()]
        assert ranks == sorted(set(ranks))


def test_a_search_that_is_deleted_while_it_is_changed_is_gone(
    client: Client, shop: Any, fake_search: FakeSearch, visitor: Visitor
) -> None:
    for _ in range(ROUNDS):
        url = search_of(shop, fake_search, visitor).get_absolute_url()
        statuses = at_once(
            sent(client, f"{url}correct", attribute="colour", value="blue"),
            sent(client, f"{url}correct", insist="1"),
            sent(client, f"{url}delete"),
            sent(client, f"{url}delete"),
        )
        assert was_fine(statuses)
        assert statuses[2:] == [302, 302]
        assert not Search.objects.exists()
    search_of(shop, fake_search, visitor)
    assert was_fine(at_once(*[sent(client, "/history/delete/")] * 3))
    assert not Search.objects.exists()


def test_a_product_that_goes_while_it_is_an_answer_is_no_error(
    client: Client, shop: Any, fake_search: FakeSearch, visitor: Visitor
) -> None:
    for product in list(shop.values())[:ROUNDS]:
        url = search_of(shop, fake_search, visitor).get_absolute_url()
        photo = SimpleUploadedFile("p.jpg", PHOTO)
        statuses = at_once(
            sent(client, f"{url}correct", attribute="colour", value="blue"),
            sent(client, "/", photo=photo),
            sent(client, "/predict/", file=SimpleUploadedFile("p.jpg", PHOTO)),
            sent(client, f"{url}again", words="blue"),
            lambda one=product: in_turn(one.delete) and 204,
        )
        assert statuses == [302, 302, 200, 302, 204]
        assert not Product.objects.filter(pk=product.pk).exists()


def test_hearts_lists_and_the_product_gone(client: Client, shop: Any, visitor: Visitor) -> None:
    for product in list(shop.values())[:ROUNDS]:
        mine = FavouriteList.objects.create(**visitor.owner, name=f"of {product.pk}")
        url, here = f"/products/{product.slug}", f"/favourites/{mine.pk}/"
        statuses = at_once(
            sent(client, f"{url}/like", do="like"),
            sent(client, f"{url}/keep", to=mine.pk),
            sent(client, f"{url}/keep", name=f"new {product.pk}"),
            sent(client, here, do="rename", name=f"again {product.pk}"),
            sent(client, here, do="share"),
            sent(client, here, do="move", sku=product.sku, to=mine.pk),
            lambda one=product: one.delete() and 204,
        )
        assert was_fine(statuses)
        assert not Favourite.objects.filter(product_id=product.pk).exists()
        assert not Product.objects.filter(pk=product.pk).exists()


def test_a_list_that_is_deleted_while_it_is_changed_is_gone(
    client: Client, shop: Any, visitor: Visitor
) -> None:
    product = shop["tshirt-red"]
    for at in range(ROUNDS):
        mine = FavouriteList.objects.create(**visitor.owner, name=f"list {at}")
        here = f"/favourites/{mine.pk}/"
        statuses = at_once(
            sent(client, here, do="rename", name=f"named {at}"),
            sent(client, here, do="share"),
            sent(client, f"/products/{product.slug}/keep", to=mine.pk),
            sent(client, here, do="delete"),
            sent(client, here, do="delete"),
        )
        assert was_fine(statuses)
        assert statuses[3:] == [302, 302]
        assert not FavouriteList.objects.filter(pk=mine.pk).exists()


def test_two_lists_never_get_one_name(client: Client, visitor: Visitor) -> None:
    for at in range(ROUNDS):
        lists = [FavouriteList.objects.create(**visitor.owner, name=f"{at}{n}") for n in "ab"]
        here = [f"/favourites/{one.pk}/" for one in lists]
        assert was_fine(at_once(*[sent(client, url, do="rename", name=f"x{at}") for url in here]))
        assert was_fine(at_once(*[sent(client, "/favourites/", name=f"new{at}")] * 2))
        assert FavouriteList.objects.filter(name=f"x{at}").count() == 1
        assert FavouriteList.objects.filter(name=f"new{at}").count() == 1


def test_the_first_hearts_of_a_new_visitor_make_one_list(shop: Any) -> None:
    for _ in range(ROUNDS):
        FavouriteList.objects.all().delete()
        client = Client(enforce_csrf_checks=True)
        client.get("/account/login/")
        token = client.cookies["csrftoken"].value
        calls = [
            sent(client, f"/products/{one.slug}/like", do="like", csrfmiddlewaretoken=token)
            for one in shop.values()
        ]
        assert at_once(*calls) == [302] * len(calls)
        assert FavouriteList.objects.get().favourites.count() == len(shop)


def test_a_heart_turned_over_twice_is_as_it_was(
    client: Client, shop: Any, visitor: Visitor
) -> None:
    FavouriteList.objects.create(**visitor.owner, name="mine")
    for _ in range(ROUNDS):
        assert at_once(*[sent(client, "/products/tshirt-red/like")] * 2) == [302, 302]
        assert not Favourite.objects.exists()


def test_a_finding_is_decided_once_and_goes_with_its_product(
    admin_client: Client, shop: Any
) -> None:
    colour = Attribute.objects.get(key="colour")
    red, blue = (
        AttributeValue.objects.get_or_create(attribute=colour, value=one)[0]
        for one in ("red", "blue")
    )
    for at, product in enumerate(list(shop.values())[:6]):
        ProductAttribute.objects.create(product=product, value=red)
        fields = {"product": product, "attribute": colour, "label": red, "proposal": blue}
        finding = Finding.objects.create(**fields, probability=0.9, score=0.9)
        calls = [
            sent(admin_client, reverse("admin:label-audit-decide", args=[finding.pk, verb]))
            for verb in ("accept", "accept", "keep")
        ]
        if at % 2:
            url = reverse("admin:catalog_product_delete", args=[product.pk])
            calls.append(sent(admin_client, url, post="yes"))
        assert was_fine(at_once(*calls))
        assert Product.objects.filter(pk=product.pk).exists() != bool(at % 2)


def form_of(product: Product, **changes: Any) -> dict[str, Any]:
    names = ("sku", "name", "description", "brand", "currency", "product_url")
    fields = {name: getattr(product, name) for name in names} | {"status": "active"}
    rows = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    inlines = {
        f"{of}-{name}": rows[name] for of in ("attributes", "variants", "media") for name in rows
    }
    return fields | inlines | changes


def test_a_product_that_is_deleted_while_it_is_edited_stays_deleted(
    admin_client: Client, shop: Any
) -> None:
    for product in list(shop.values())[:ROUNDS]:
        change = reverse("admin:catalog_product_change", args=[product.pk])
        delete = reverse("admin:catalog_product_delete", args=[product.pk])
        listed = reverse("admin:catalog_product_changelist")
        ticked = {"action": "archive", "_selected_action": product.pk}
        statuses = at_once(
            sent(admin_client, change, **form_of(product, name="New")),
            sent(admin_client, change, **form_of(product, brand="Newer")),
            sent(admin_client, listed, **ticked),
            sent(admin_client, delete, post="yes"),
        )
        assert was_fine(statuses)
        assert not Product.objects.filter(pk=product.pk).exists()


def test_two_products_of_one_number_are_one_and_a_word(admin_client: Client) -> None:
    url = reverse("admin:catalog_product_add")
    for at in range(ROUNDS):
        new = form_of(Product(sku=f"new-{at}", name="New"))
        statuses = at_once(*[sent(admin_client, url, **new)] * 3)
        assert was_fine(statuses)
        assert 302 in statuses
        assert Product.objects.filter(sku=f"new-{at}").count() == 1


def test_an_account_that_is_deleted_while_it_searches_leaves_nothing(shop: Any) -> None:
    for at in range(ROUNDS):
        anna = User.objects.create_user(f"anna{at}", f"anna{at}@example.org", PASSWORD)
        client = Client()
        client.post("/account/login/", {"login": anna.email, "password": PASSWORD})
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        statuses = at_once(
            sent(client, "/", words="red"),
            sent(client, "/products/tshirt-red/like", do="like"),
            sent(client, "/favourites/", name="mine"),
            sent(client, "/account/delete/", confirmation=anna.email),
            sent(client, "/account/delete/", confirmation=anna.email),
        )
        assert was_fine(statuses)
        assert not User.objects.filter(pk=anna.pk).exists()
        assert not Search.objects.filter(user=anna.pk).exists()


def test_two_sign_ups_and_two_sign_ins_at_once(shop: Any) -> None:
    for at in range(ROUNDS):
        who = {"email": f"new{at}@example.org", "password1": PASSWORD, "password2": PASSWORD}
        client = Client()
        assert was_fine(at_once(*[sent(client, "/account/signup/", **who)] * 3))
        assert User.objects.filter(email=who["email"]).count() == 1
        client.post("/products/tshirt-red/like", {"do": "like"})
        proof = {"login": who["email"], "password": PASSWORD}
        assert was_fine(at_once(*[sent(client, "/account/login/", **proof)] * 3))
        assert Favourite.objects.filter(list__user__email=who["email"]).count() == 1
