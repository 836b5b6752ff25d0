"""What a shopper corrects is what the search is of, wherever it is named."""

from __future__ import annotations

import json
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Attribute, Product
from findmyvibe.accounts.data import archive_of
from matching.measuring.dashboard import Unanswered, read_dashboard
from matching.models import Search
from matching.search.ask import Asker
from shoppers.visitor import Visitor
from tests.helpers import text_of
from tests.searches import PREDICTION, FakeSearch

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SHOES = {"item_type": [{"value": "casual shoes", "probability": 0.9}]}


@pytest.fixture
def owner(client: Client) -> User:
    """Who runs the shop and looks for things in it too."""
    user = User.objects.create_superuser("owner", "owner@example.org", "x")
    client.force_login(user)
    return user


@pytest.fixture
def shoes(fake_search: FakeSearch, owner: User, shop: dict[str, Product]) -> Search:
    """A photo in which casual shoes were seen."""
    seen = PREDICTION | SHOES
    asker = Asker(Search.Source.PAGE, Visitor(owner.pk))
    return fake_search(asker, prediction=seen, message="Weak.")


def title(client: Client, search: Search) -> str:
    page = client.get(search.get_absolute_url()).content.decode()
    return page.split("<title>")[1].split("</title>")[0]


def exported(owner: User) -> dict[str, Any]:
    archive = zipfile.ZipFile(archive_of(owner))
    found: dict[str, Any] = json.loads(archive.read("data.json"))["searches"][0]
    return found


@pytest.mark.parametrize("words", ["", "casual shoes like these"])
def test_a_correction_is_what_every_place_says(
    client: Client, owner: User, shoes: Search, words: str
) -> None:
    wishes = {"item_type": ["casual shoes"]} if words else {}
    Search.objects.update(words=words, wishes=wishes)
    assert title(client, shoes) == "Casual shoes: matches - Find-My-Vibe"
    correction = {"attribute": "item_type", "value": "trousers"}
    assert client.post(f"{shoes.get_absolute_url()}correct", correction).status_code == 302
    assert title(client, shoes) == "Trousers: matches - Find-My-Vibe"
    history = text_of(client.get("/history/"))
    assert "Trousers" in history
    assert "corrected: trousers" in history
    assert "casual shoes ·" not in history
    assert " trousers" in text_of(client.get("/admin/matching/search/"))
    Search.objects.update(message="Weak.")
    assert read_dashboard().unanswered == [Unanswered(("trousers", "red"), 1)]
    assert exported(owner)["subject"] == "trousers"


def test_a_wish_comes_before_what_is_seen(client: Client, owner: User, shoes: Search) -> None:
    Search.objects.update(words="but trousers", wishes={"item_type": ["trousers"]})
    assert title(client, shoes) == "Trousers: matches - Find-My-Vibe"
    history = text_of(client.get("/history/"))
    assert "Trousers" in history
    assert "\u201cbut trousers\u201d" in history
    assert exported(owner)["subject"] == "trousers"


def test_words_alone_are_what_a_search_is_of_until_they_are_corrected(
    client: Client, shoes: Search
) -> None:
    wishes = {"item_type": ["handbags"]}
    Search.objects.update(photo="", prediction={}, words="a handbag <for> work", wishes=wishes)
    assert title(client, shoes) == "A handbag &lt;for&gt; work: matches - Find-My-Vibe"
    assert "\u201ca handbag <for> work\u201d" in text_of(client.get("/history/"))
    Search.objects.update(corrections={"item_type": "trousers"})
    assert title(client, shoes) == "Trousers: matches - Find-My-Vibe"


def test_a_kind_that_shoppers_do_not_see_is_named_to_staff_alone(
    client: Client, shoes: Search
) -> None:
    kind = Attribute.objects.get(meaning=Attribute.Meaning.KIND)
    kind.is_shown = False
    kind.save()
    assert title(client, shoes) == "Your photo: matches - Find-My-Vibe"
    assert "asual shoes" not in text_of(client.get("/history/"))
    assert " casual shoes" in text_of(client.get("/admin/matching/search/"))


def test_the_name_of_a_search_is_in_the_language_of_the_reader(
    client: Client, shoes: Search
) -> None:
    client.cookies["django_language"] = "de"
    assert title(client, shoes).startswith("Freizeitschuhe: ")
