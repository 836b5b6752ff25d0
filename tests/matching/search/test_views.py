from __future__ import annotations

import re

import pytest
from django.test import Client

from catalog import attributes
from catalog.models import Attribute, Product
from matching.models import Search
from matching.runtime import NotReadyError
from pictures import PictureError
from tests.helpers import MakeProduct, encoded, picture, text_of
from tests.searches import Post

pytestmark = pytest.mark.django_db
PHOTO = encoded(picture())
HTMX = {"HX-Request": "true"}


# --- the page to search from ---


def test_the_first_page_offers_a_form_that_needs_no_script(client: Client) -> None:
    page = client.get("/").content.decode()
    assert re.search(r'<form[^>]+method="post"[^>]+enctype="multipart/form-data"', page)
    assert '<input id="photo" type="file" name="photo"' in page
    assert "csrfmiddlewaretoken" in page


def test_an_empty_catalogue_says_what_to_run(client: Client) -> None:
    for url in ("/", "/products/"):
        assert "python manage.py import_products FOLDER" in text_of(client.get(url))


def test_the_showcase_spans_the_catalogue(client: Client, make_product: MakeProduct) -> None:
    products = [make_product(str(number), photo=PHOTO) for number in range(30)]
    shown = client.get("/").context["showcase"]
    assert len(shown) == 12
    assert shown[0] == products[-1]
    assert shown[-1].pk < products[10].pk


def test_going_back_in_the_browser_asks_for_the_whole_page(client: Client) -> None:
    headers = HTMX | {"HX-History-Restore-Request": "true"}
    assert "<!doctype html>" in client.get("/", headers=headers).content.decode()


# --- a photo is sent ---


def test_a_plain_form_is_sent_on_to_the_page_of_its_search(
    client: Client, post: Post, red: Product
) -> None:
    response = post(red)
    assert response.status_code == 302
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert '<h1 id="result-title"' in page.content.decode()


def test_a_script_gets_the_fragment_and_the_address(post: Post, red: Product) -> None:
    response = post(red, headers=HTMX)
    assert response["HX-Push-Url"] == Search.objects.get().get_absolute_url()
    body = response.content.decode()
    assert "<html" not in body
    assert "<title>Tshirts: matches - Find-My-Vibe</title>" in body


def test_confidence_is_said_in_words(post: Post, red: Product) -> None:
    page = post(red, headers=HTMX).content.decode()
    notes = re.findall(r'class="trait-note">([^<]+)<', page)
    assert notes == [
        "sure (97 %)",
        "quite sure (74 %)",
        "unsure (41 %); or maroon",
        "quite sure (88 %)",
    ]


def test_one_line_says_what_is_seen_without_what_is_a_guess(post: Post, red: Product) -> None:
    text = text_of(post(red, headers=HTMX))
    assert "What we see: Tshirts Men Red change Item type" in text


def test_no_match_is_given_in_per_cents(post: Post, red: Product) -> None:
    page = post(red, headers=HTMX).content.decode()
    assert "%" not in re.sub(r'="[^"]*"', "", page[page.index('<ol class="cards">') :])


def test_the_season_is_said_where_the_shop_turned_it_on(post: Post, red: Product) -> None:
    assert "Season" not in text_of(post(red, headers=HTMX))
    Attribute.objects.filter(meaning=Attribute.Meaning.SEASON).update(is_shown=True)
    page = post(red, headers=HTMX, match={"reasons": ["season"]})
    assert "Season" in text_of(page)
    assert "same season" not in text_of(page)


def test_reasons_are_of_what_the_eye_can_check_and_was_seen_for_sure(
    post: Post, red: Product
) -> None:
    match = {"reasons": ["item_type", "gender", "colour", "season", "style"]}
    page = post(red, headers=HTMX, match=match).content.decode()
    assert re.findall(r"</svg>\s*(same [^<]+)<", page) == ["same item type"]
    page = post(red, headers=HTMX, match=match, corrections={"colour": "red"}).content.decode()
    assert re.findall(r"</svg>\s*(same [^<]+)<", page) == ["same item type", "same colour"]


def test_a_match_of_another_kind_says_so(
    post: Post, red: Product, make_product: MakeProduct
) -> None:
    top = make_product("2", photo=PHOTO, item_type="tops")
    text = text_of(post(red, top, headers=HTMX))
    assert text.count("Of another kind") == 1
    assert "Product 2 Of another kind: tops" in text
    Attribute.objects.filter(key="item_type").update(is_shown=False)
    attributes.forget()
    assert "Of another kind" not in text_of(post(red, top, headers=HTMX))


def test_a_match_shows_reasons_price_twins_and_both_parts(post: Post, red: Product) -> None:
    response = post(red, headers=HTMX, match={"similar": 2, "reasons": ["item_type"]})
    text = text_of(response)
    assert "same item type" in text
    assert "Tidewell · 1,249.50 EUR" in text
    assert "2 more like this" in text
    assert 'rect width="90%"' in response.content.decode()
    assert 'href="/products/1/"' in response.content.decode()


def test_a_negative_part_draws_no_bar(post: Post, red: Product) -> None:
    assert 'width="-' not in post(red, headers=HTMX).content.decode()


@pytest.mark.parametrize("gone", ["deleted", "switched off"])
def test_a_product_that_went_is_shown_without_a_link(
    client: Client, post: Post, red: Product, gone: str
) -> None:
    url = post(red)["Location"]
    if gone == "deleted":
        red.delete()
    else:
        Product.objects.update(status="archived")
    page = client.get(url)
    assert "No longer in the catalogue" in text_of(page)
    assert "/products/1/" not in page.content.decode()


@pytest.mark.parametrize(
    ("widened", "said"),
    [
        ("topwear", "Too few tshirts in the catalogue; we also looked at all topwear."),
        ("everything", "Too few tshirts in the catalogue; we also looked at everything else."),
    ],
)
def test_widening_is_said(post: Post, red: Product, widened: str, said: str) -> None:
    assert said in text_of(post(red, headers=HTMX, widened=widened))


def test_a_weak_match_is_called_that(post: Post, red: Product) -> None:
    text = text_of(post(red, headers=HTMX, message=Search.Message.WEAK))
    assert "Nothing in the catalogue looks much like this; these products come closest." in text
    assert "What comes closest" in text


def test_a_picture_of_no_garment_is_told_kindly(post: Post) -> None:
    text = text_of(post(headers=HTMX, is_fashion=False, message=Search.Message.NO_GARMENT))
    assert "No garment in sight" in text
    assert "We see no clothing, shoes or accessories in this picture." in text
    assert "One item, filling most of the picture, works best." in text
    assert "Item type" not in text


def test_names_are_escaped(client: Client, post: Post, red: Product) -> None:
    pages = [post(red, headers=HTMX), *map(client.get, ("/", "/products/", "/products/1/"))]
    for page in pages:
        assert "Red &lt;b&gt;Tee&lt;/b&gt;" in page.content.decode()
        assert "<b>Tee" not in page.content.decode()


# --- what goes wrong ---


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (PictureError("unreadable", "The picture is broken."), 400),
        (NotReadyError("Run: build_index"), 503),
    ],
)
def test_errors_are_said_on_the_page_and_in_the_fragment(
    post: Post, error: Exception, status: int
) -> None:
    page = post(error=error)
    assert page.status_code == status
    assert str(error) in text_of(page)
    fragment = post(error=error, headers=HTMX)
    assert fragment.status_code == status
    assert text_of(fragment) == str(error)


def test_a_form_with_no_file_is_told_so(client: Client) -> None:
    response = client.post("/", {})
    assert response.status_code == 400
    assert "There is no photo. Choose one, or say in words what you are looking for." in text_of(
        response
    )


def test_another_visitor_does_not_find_the_search(client: Client, post: Post, red: Product) -> None:
    url = post(red)["Location"]
    assert client.get(f"{url}photo").status_code == 200
    for address in (url, f"{url}photo"):
        assert Client().get(address).status_code == 404
