"""What shoppers typed in vain is told, and becomes a word of the shop by one click."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from catalog import columns
from catalog.models import AttributeValue
from catalog.reading import read
from matching.measuring.in_vain import InVain, typed_in_vain
from matching.models import Search
from matching.search.ask import Asker
from tests.helpers import MakeProduct, text_of
from tests.searches import FakeSearch

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/words/"


@pytest.fixture(autouse=True)
def searches(
    fake_search: FakeSearch, make_product: MakeProduct, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "SECONDS_BETWEEN_CHECKS", 0)
    make_product("1", name="Tee")
    who = Asker(Search.Source.PAGE)
    for words in ("Qwrtzp dress", "red qwrtzp", "red dress", ""):
        fake_search(who, words=words)
    fake_search(who, words="red tshirt", message=Search.Message.NOTHING_LEFT)


def test_words_and_queries_are_told_apart() -> None:
    found = typed_in_vain()
    assert found.words == [InVain("qwrtzp", 2, "red qwrtzp")]
    assert found.queries == [InVain("red tshirt", 1, "red tshirt")]


def test_a_click_makes_it_a_word_of_the_shop(admin_client: Client) -> None:
    assert "qwrtzp 2 red qwrtzp Choose what it means" in text_of(admin_client.get(ADDRESS))
    value = AttributeValue.objects.get(value="dresses")
    for _ in range(2):
        sent = {"word": "Qwrtzp", "value": value.pk}
        answer = admin_client.post(f"{ADDRESS}add/", sent, follow=True)
        assert "Qwrtzp is understood as dresses now." in text_of(answer)
    value.refresh_from_db()
    assert value.spellings.count("qwrtzp") == 1
    assert LogEntry.objects.get().object_id == str(value.pk)
    assert read("qwrtzp").wanted == {"item_type": ("dresses",)}
    assert "Every word was understood." in text_of(admin_client.get(ADDRESS))


@pytest.mark.parametrize("value", ["", "x", "999999"])
def test_what_is_no_value_is_not_there(admin_client: Client, value: str) -> None:
    sent = {"word": "qwrtzp", "value": value}
    assert admin_client.post(f"{ADDRESS}add/", sent).status_code == 404


def test_only_staff_that_may_sees_it(client: Client) -> None:
    assert client.get(ADDRESS).status_code == 302
