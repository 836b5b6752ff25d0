"""What words ask for, and what they refuse, in whole answers."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from catalog import columns
from catalog.models import Offer, Product
from matching.models import Search
from matching.search.ask import PAGE_K, Ask, Asker
from matching.search.find import find
from tests.helpers import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("shop")]
NAMES = {
    "tshirt-red": "Tidewell Striped Tshirt",
    "tshirt-blue": "Tidewell Plain Tshirt",
    "tshirt-black": "Pink Panther Tshirt",
    "handbag-red": "Red Handbag with Long Handle",
}


@pytest.fixture(autouse=True)
def named(shop: dict[str, Product]) -> None:
    for sku, name in NAMES.items():
        Product.objects.filter(sku=sku).update(name=name)
    Product.objects.filter(sku="trousers-blue").update(sku="15970")
    for place, offer in enumerate(Offer.objects.order_by("pk"), start=1):
        offer.price = 10 * place
        offer.save()


def found(words: str, language: str = "en") -> list[str]:
    with translation.override(language):
        search = find(Ask(words=words, k=PAGE_K), asker=Asker(Search.Source.PAGE))
    return list(search.matches.values_list("sku", flat=True))


def message(words: str) -> str:
    return find(Ask(words=words), asker=Asker(Search.Source.PAGE)).message


def test_what_is_not_wanted_is_in_no_answer_however_wide_it_is() -> None:
    for words in ("tshirt without stripes", "tshirt -striped", "t-shirt ohne streifen"):
        answer = found(words)
        assert "tshirt-blue" in answer[:3]
        assert "tshirt-red" not in answer
    assert not [sku for sku in found("anything but tshirts") if sku.startswith("tshirt")]


def test_what_is_sought_comes_before_what_it_comes_with() -> None:
    assert {sku.split("-")[0] for sku in found("handbag with trousers")[:2]} == {"handbag"}
    assert found("handbag with a long handle")[0] == "handbag-red"


def test_a_misspelt_or_a_german_word_finds_the_same() -> None:
    plain = found("handbags for women")
    assert found("hanbags for womem") == plain
    assert set(found("Damenhandtaschen", "de")[:2]) == set(plain[:2])


def test_whole_words_are_found_and_no_parts_of_them() -> None:
    assert found("panther")[0] == "tshirt-black"
    assert message("pan") == Search.Message.UNKNOWN_WORDS


def test_a_price_is_kept_to() -> None:
    assert set(found("under 25")) == {"tshirt-red", "tshirt-blue"}
    assert set(found("from 70")) == {"handbag-red", "handbag-brown"}


def test_size_sale_and_stock_are_kept_to(shop: dict[str, Product]) -> None:
    for place, sku in enumerate(["tshirt-red", "tshirt-blue", "tshirt-green"]):
        variant = shop[sku].variants.get()
        variant.options = {"Size": "EU 42" if place else "40"}
        variant.save()
        offer = variant.offers.get()
        offer.sale_price = 5 if place == 1 else None
        offer.availability = "preorder" if place == 0 else "in_stock"
        offer.save()
    columns.forget()
    assert set(found("tshirts size 42")) == {"tshirt-blue", "tshirt-green"}
    assert found("tshirt size 40") == ["tshirt-red"]
    assert found("tshirts on sale") == ["tshirt-blue"]
    assert "tshirt-red" not in found("tshirts in stock")
    assert found("size 99") == []


def test_a_barcode_finds_its_product_first(shop: dict[str, Product]) -> None:
    variant = shop["tshirt-green"].variants.get()
    variant.barcode = "4006381333931"
    variant.save()
    assert found("4006381333931")[0] == found("EAN 4006381333931")[0] == "tshirt-green"


def test_a_sku_finds_its_product_first() -> None:
    assert found("15970")[0] == found("SKU 15970")[0] == "15970"


def test_with_nothing_left_the_page_says_so(client: Client) -> None:
    page = client.post("/", {"words": "tshirt under 1"}, headers={"HX-Request": "true"})
    assert "No product passes all of these filters" in text_of(page)


def test_what_only_a_description_says_is_found_and_refused() -> None:
    black = Product.objects.filter(sku="tshirt-black")
    black.update(description="Of organic linen.", tags=["breathable"])
    assert found("breathable tshirt")[0] == "tshirt-black"
    assert found("organic")[0] == "tshirt-black"
    assert "tshirt-black" not in found("tshirt, not breathable")
    assert message("qwrtzp") == Search.Message.UNKNOWN_WORDS


def test_what_is_new_is_of_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.search.worded.LEAST_NEW", 3)
    assert set(found("new in")) == {"handbag-brown", "handbag-red", "15970"}
    assert set(found("new tshirts")) == {"tshirt-blue", "tshirt-green", "tshirt-black"}


def test_what_is_of_the_kind_comes_before_what_only_has_the_feature() -> None:
    Product.objects.filter(sku="tshirt-green").update(name="Leather Tshirt")
    assert found("brown leather handbag")[0].startswith("handbag")
