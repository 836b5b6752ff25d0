from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from matching.models import Search
from matching.search.ask import Asker
from matching.search.history import delete_searches
from shoppers.visitor import Visitor
from tests.helpers import MakeProduct, encoded, picture, text_of
from tests.searches import FakeSearch, asker

pytestmark = pytest.mark.django_db


def test_the_history_shows_what_was_found_then(
    client: Client, fake_search: FakeSearch, make_product: MakeProduct
) -> None:
    product = make_product("1", photo=encoded(picture()))
    search = fake_search(asker(client), [product], words="but red")
    fake_search(Asker(Search.Source.PAGE, Visitor(session_key="other")), words="not mine")
    fake_search(Asker(Search.Source.API), words="a program's")
    page = client.get("/history/")
    text = text_of(page)
    assert "\u201cbut red\u201d" in text
    assert "tshirts · men · red · casual" in text
    assert "not mine" not in text
    assert "a program's" not in text
    assert f'href="{search.get_absolute_url()}"' in page.content.decode()
    assert 'href="/products/1/"' in page.content.decode()


def test_an_empty_history_says_what_to_do(client: Client) -> None:
    assert "You have not searched yet." in text_of(client.get("/history/"))


def test_a_long_history_takes_few_queries_and_has_pages(
    client: Client,
    fake_search: FakeSearch,
    make_product: MakeProduct,
    django_assert_max_num_queries: Any,
) -> None:
    who, product = asker(client), make_product("1", photo=encoded(picture()))
    for _ in range(22):
        fake_search(who, [product])
    with django_assert_max_num_queries(8):
        page = client.get("/history/")
    assert 'rel="next" href="?page=2"' in page.content.decode()
    assert page.content.decode().count("past-search") == 20


def test_one_search_is_deleted_with_its_photo(
    client: Client, fake_search: FakeSearch, django_capture_on_commit_callbacks: Any
) -> None:
    gone, kept = fake_search(asker(client)), fake_search(asker(client))
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(f"{gone.get_absolute_url()}delete", {"next": "/history/?page=1"})
    assert page["Location"] == "/history/?page=1"
    assert "The search is deleted." in text_of(client.get("/history/"))
    assert Search.objects.get() == kept
    assert not storages["private"].exists(gone.photo.name)
    assert storages["private"].exists(kept.photo.name)


def test_all_of_it_is_deleted_after_a_question(client: Client, fake_search: FakeSearch) -> None:
    fake_search(asker(client))
    fake_search(asker(client))
    other = fake_search(Asker(Search.Source.PAGE, Visitor(session_key="other")))
    assert "2 searches go, with their photos." in text_of(client.get("/history/delete/"))
    assert Search.objects.count() == 3
    page = client.post("/history/delete/", follow=True)
    assert "2 searches are deleted." in text_of(page)
    assert Search.objects.get() == other


def test_nobody_deletes_the_search_of_another(client: Client, fake_search: FakeSearch) -> None:
    search = fake_search(Asker(Search.Source.PAGE, Visitor(session_key="other")))
    assert client.post(f"{search.get_absolute_url()}delete").status_code == 404
    assert Search.objects.get() == search


def test_old_searches_of_nobody_are_pruned(
    fake_search: FakeSearch, admin_user: Any, django_capture_on_commit_callbacks: Any
) -> None:
    old, new = (fake_search(Asker(Search.Source.PAGE, Visitor(session_key="x"))) for _ in range(2))
    owned = fake_search(Asker(Search.Source.PAGE, Visitor(admin_user.pk)))
    long_ago = timezone.now() - timedelta(days=40)
    Search.objects.filter(pk__in=[old.pk, owned.pk]).update(created_at=long_ago)
    said = io.StringIO()
    call_command("prune_searches", "--dry-run", stdout=said)
    assert said.getvalue().startswith("1 searches and 0 lists of favourites would be")
    with django_capture_on_commit_callbacks(execute=True):
        call_command("prune_searches", stdout=said)
    assert set(Search.objects.all()) == {new, owned}
    assert not storages["private"].exists(old.photo.name)
    with pytest.raises(CommandError, match="--days must not be negative."):
        call_command("prune_searches", "--days", "-1")


def test_the_matches_stay_as_they_were_when_products_go(
    client: Client, fake_search: FakeSearch, make_product: MakeProduct
) -> None:
    kept, hidden, gone = (make_product(sku, photo=encoded(picture())) for sku in "123")
    fake_search(asker(client), [kept, hidden, gone], corrections={"colour": "burgundy"})
    hidden.status = "archived"
    hidden.save()
    gone.delete()
    page = client.get("/history/")
    assert "Product 2" in text_of(page)
    assert "Product 3" in text_of(page)
    assert "corrected: burgundy" in text_of(page)
    links = [sku for sku in "123" if f'href="/products/{sku}/"' in page.content.decode()]
    assert links == ["1"]


def test_a_script_gets_no_page_for_a_search_that_is_deleted(
    client: Client, fake_search: FakeSearch
) -> None:
    search = fake_search(asker(client))
    response = client.post(f"{search.get_absolute_url()}delete", headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert response.content == b""
    assert not Search.objects.exists()


def test_there_is_nothing_to_ask_about_an_empty_history(client: Client) -> None:
    assert client.get("/history/delete/")["Location"] == "/history/"


def test_deleting_all_goes_beyond_one_batch_and_one_page(
    client: Client, fake_search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.search.history.BATCH", 2)
    who = asker(client)
    for _ in range(5):
        fake_search(who)
    page = client.post("/history/delete/", follow=True)
    assert "5 searches are deleted." in text_of(page)
    assert not Search.objects.exists()


def test_a_photo_stays_if_its_search_does(
    client: Client, fake_search: FakeSearch, django_capture_on_commit_callbacks: Any
) -> None:
    search = fake_search(asker(client))

    @transaction.atomic
    def delete_and_fail() -> None:
        delete_searches(Search.objects.all())
        raise RuntimeError("broken")

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(RuntimeError):
        delete_and_fail()
    assert Search.objects.get() == search
    assert storages["private"].exists(search.photo.name)
