"""What code may ask of an attribute, and how none may be called."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from catalog.attributes import Meaning, Role, is_shown, key_of, roles
from catalog.facets import SORTS, Filters
from catalog.models import Attribute
from catalog.parameters import TAKEN
from matching.search.page import WEIGHT

pytestmark = pytest.mark.django_db


def attribute(key: str) -> Attribute:
    return Attribute(key=key, label="X", csv_column="x")


def test_code_asks_for_a_meaning_or_a_role_and_is_told_the_key() -> None:
    assert key_of(Meaning.WEARER) == "gender"
    assert roles() == {"gate": "item_type", "style": "style"}
    Attribute.objects.get(meaning=Meaning.WEARER).delete()
    Attribute.objects.get(role=Role.STYLE).delete()
    assert (key_of(Meaning.WEARER), is_shown(Meaning.WEARER)) == ("", False)
    assert roles() == {"gate": "item_type", "style": ""}


def test_what_shoppers_do_not_see_is_known_and_not_shown() -> None:
    colour = Attribute.objects.get(meaning=Meaning.COLOUR)
    assert is_shown(Meaning.COLOUR)
    colour.is_shown = False
    colour.save()
    assert key_of(Meaning.COLOUR) == "colour"
    assert not is_shown(Meaning.COLOUR)


@pytest.mark.parametrize("key", ["brand", "q", "sort", "page", "price", "w", "Brand", "confidence"])
def test_a_key_that_stands_for_something_else_is_refused(key: str) -> None:
    with pytest.raises(ValidationError) as refused:
        attribute(key).full_clean()
    assert refused.value.message_dict["key"] == [
        f"{key} is the name of something else in addresses and answers: choose another key, "
        f"for example {key}_of_product."
    ]


def test_any_other_key_is_taken() -> None:
    attribute("fabric").full_clean()
    attribute("brand_of_product").full_clean()


def test_what_addresses_say_is_among_the_names_that_are_taken(client: Client) -> None:
    everything = Filters({"brand": ("Ash",)}, price_min=None, price_max=None, words="tee").pairs
    assert {name for name, _ in everything} | {WEIGHT} <= TAKEN
    page = client.get(f"/products/?sort={next(iter(SORTS))}&page=1&q=x&price_min=1&price_max=2")
    assert page.status_code == 200
    assert {"sort", "page", "q", "price_min", "price_max"} <= TAKEN


def test_the_form_of_the_back_office_says_why_a_key_is_refused(admin_client: Client) -> None:
    form = {"key": "sort", "label": "Sort", "role": "plain", "csv_column": "s", "position": 9}
    page = admin_client.post("/admin/catalog/attribute/add/", form | {"parent_columns": "[]"})
    assert "sort is the name of something else" in page.content.decode()
    assert not Attribute.objects.filter(key="sort").exists()
