from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from catalog.models import Attribute, AttributeValue, Product
from tests.helpers import MakeProduct, encoded, picture, text_of

pytestmark = pytest.mark.django_db
LIST = "/admin/catalog/product/"


@pytest.fixture
def shop_owner(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("owner", password="x"))
    return client


def form(**fields: Any) -> dict[str, Any]:
    management = {
        f"{formset}-{name}": value
        for formset in ("attributes", "variants", "media")
        for name, value in [("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0), ("MAX_NUM_FORMS", 1000)]
    }
    return {"sku": "1", "name": "Tee", "status": "active"} | management | fields


def test_the_list_shows_photos_and_filters_for_every_attribute(
    shop_owner: Client, make_product: MakeProduct
) -> None:
    product = make_product("1", photo=encoded(picture()), item_type="tshirts", colour="red")
    Attribute.objects.create(key="fabric", label="Fabric", csv_column="fabric")
    page = shop_owner.get(LIST).content.decode()
    assert product.photo.url in page
    assert "By item type" in page
    assert "By colour" in page


def test_filters_and_search_narrow_the_list(shop_owner: Client, make_product: MakeProduct) -> None:
    make_product("10", item_type="tshirts")
    make_product("20", item_type="jeans", name="Blue Jeans")
    jeans = Attribute.objects.get(key="item_type").values.get(value="jeans")

    def found(query: str) -> list[str]:
        return [row.sku for row in shop_owner.get(LIST + query).context["cl"].result_list]

    assert found(f"?attr_item_type={jeans.pk}") == ["20"]
    assert found("?q=blue") == ["20"]
    assert found("?attr_item_type=nonsense") == ["20", "10"]


def test_the_list_needs_no_more_queries_for_more_products(
    shop_owner: Client, make_product: MakeProduct, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_product(str(number), photo=encoded(picture()), item_type="tshirts")
    with django_assert_max_num_queries(20):
        assert shop_owner.get(LIST).status_code == 200


def test_a_product_added_by_hand_is_ready_to_be_embedded(shop_owner: Client) -> None:
    photo = SimpleUploadedFile("tee.jpg", encoded(picture()), "image/jpeg")
    response = shop_owner.post(LIST + "add/", form(photo=photo))
    assert response.status_code == 302, response.context["adminform"].form.errors
    product = Product.objects.get()
    assert len(product.photo_digest) == 64
    assert (product.photo_width, product.photo_height) == (60, 80)


@pytest.mark.parametrize("data", [b"", b"text", encoded(picture(size=(400, 500)))[:900]])
def test_a_broken_photo_is_an_error_of_the_form(shop_owner: Client, data: bytes) -> None:
    photo = SimpleUploadedFile("tee.jpg", data, "image/jpeg")
    response = shop_owner.post(LIST + "add/", form(photo=photo))
    assert response.status_code == 200
    assert "photo" in response.context["adminform"].form.errors
    assert not Product.objects.exists()


def test_products_are_switched_off_and_on_in_bulk(
    shop_owner: Client, make_product: MakeProduct
) -> None:
    rows = [make_product("1"), make_product("2")]
    chosen = {"_selected_action": [row.pk for row in rows]}
    shop_owner.post(LIST, {"action": "archive"} | chosen)
    assert not Product.objects.active().exists()
    shop_owner.post(LIST, {"action": "activate"} | chosen)
    assert Product.objects.active().count() == 2


def test_a_product_does_not_end_before_it_begins(shop_owner: Client) -> None:
    dates = {
        "published_at_0": "2030-01-02",
        "published_at_1": "00:00",
        "ends_at_0": "2030-01-01",
        "ends_at_1": "00:00",
    }
    assert "It ends before it begins." in text_of(shop_owner.post(LIST + "add/", form(**dates)))
    assert not Product.objects.exists()
    dates["ends_at_0"] = "2030-01-03"
    assert shop_owner.post(LIST + "add/", form(**dates)).status_code == 302
    assert not Product.objects.get().is_active


def test_there_is_one_gate_and_one_style(shop_owner: Client) -> None:
    response = shop_owner.post(
        "/admin/catalog/attribute/add/",
        {
            "key": "x",
            "label": "X",
            "role": "gate",
            "csv_column": "x",
            "position": 1,
            "parent_columns": "[]",
        },
    )
    assert "Another attribute has this role already." in response.content.decode()


@pytest.mark.parametrize(
    "path",
    ["attribute/", "attributevalue/", "attribute/add/", "product/add/"],
)
def test_every_page_of_the_catalogue_opens(shop_owner: Client, path: str) -> None:
    assert shop_owner.get(f"/admin/catalog/{path}").status_code == 200


def test_searches_are_shown_and_not_edited(shop_owner: Client) -> None:
    assert shop_owner.get("/admin/matching/search/").status_code == 200
    assert shop_owner.get("/admin/matching/search/add/").status_code == 403


def test_switching_off_in_bulk_counts_as_a_change(
    admin_client: Client, make_product: MakeProduct
) -> None:
    product = make_product("1")
    before = product.updated_at
    form = {"action": "archive", "_selected_action": [product.pk]}
    page = admin_client.post("/admin/catalog/product/", form, follow=True)
    assert "1 product is archived now." in text_of(page)
    product.refresh_from_db()
    assert not product.is_active
    assert product.updated_at > before


def test_two_values_of_one_attribute_are_refused_in_words(shop_owner: Client) -> None:
    colours = Attribute.objects.get(key="colour").values
    rows = {
        f"attributes-{number}-{name}": value
        for number, colour in enumerate(["blue", "red"])
        for name, value in [("value", colours.get(value=colour).pk), ("source", "merchant")]
    }
    data = form(**rows) | {"attributes-TOTAL_FORMS": 2}
    said = text_of(shop_owner.post(LIST + "add/", data))
    assert "There is another value of colour already; one is enough." in said
    assert not Product.objects.exists()
    data["attributes-1-source"] = "predicted"
    assert shop_owner.post(LIST + "add/", data).status_code == 302


@pytest.mark.parametrize("value", ["Blue", "BLUE ", "blue"])
def test_a_value_that_is_there_already_is_refused_in_words(shop_owner: Client, value: str) -> None:
    colour = Attribute.objects.get(key="colour")
    data = {"attribute": colour.pk, "value": value, "ancestors": "[]", "spellings": "[]"}
    red = colour.values.get(value="red")
    for address in ("add/", f"{red.pk}/change/"):
        page = shop_owner.post(f"/admin/catalog/attributevalue/{address}", data)
        assert "with this Attribute and Value already exists." in text_of(page)
    assert AttributeValue.objects.filter(attribute=colour, value="blue").count() == 1


def confirmed(owner: Client, address: str, **first: Any) -> Any:
    """Ticks, asks to delete, and sends what the page that asks again holds."""
    data = {"action": "delete_selected"} | first
    page = owner.post(address, data)
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    again: dict[str, list[str]] = {}
    for name, value in fields:
        again.setdefault(name, []).append(value)
    return page, owner.post(address, again, follow=True)


def test_thousands_are_deleted_by_one_field(shop_owner: Client, make_product: MakeProduct) -> None:
    products = [Product(sku=str(n), slug=str(n), name="Tee", year=2013) for n in range(1200)]
    Product.objects.bulk_create(products)
    make_product("kept", year=2012)
    first = Product.objects.filter(year=2013).first()
    ticked = {"select_across": 1, "_selected_action": first.pk}
    page, done = confirmed(shop_owner, f"{LIST}?year=2013", **ticked)
    assert "and 1180 more" in text_of(page)
    assert "Products: 1200" in text_of(page)
    assert page.content.count(b'name="_selected_action"') == 1
    assert "Successfully deleted 1200 products." in text_of(done)
    assert [one.sku for one in Product.objects.all()] == ["kept"]


def test_only_what_is_ticked_is_deleted(shop_owner: Client, make_product: MakeProduct) -> None:
    ticked = [make_product(sku, colour="red", photo=encoded(picture())).pk for sku in "12"]
    make_product("3")
    page, done = confirmed(shop_owner, LIST, _selected_action=ticked, select_across=0)
    assert "Product attributes: 2" in text_of(page)
    assert "Successfully deleted 2 products." in text_of(done)
    assert [one.sku for one in Product.objects.all()] == ["3"]


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [("IMG_1.HEIC", "HEIF", ".jpg"), ("p.avif", "AVIF", ".jpg"), ("photo", "PNG", ".png")],
)
def test_a_photo_of_any_name_and_kind_is_taken(
    shop_owner: Client, name: str, kind: str, kept: str
) -> None:
    photo = SimpleUploadedFile(name, encoded(picture(), kind))
    assert shop_owner.post(LIST + "add/", form(photo=photo)).status_code == 302
    product = Product.objects.get()
    assert product.photo.name.endswith(kept)
    assert (product.photo_width, product.photo_height) == (60, 80)
    product.photo.seek(0)
    Image.open(product.photo).load()
    assert shop_owner.get(f"{LIST}{product.pk}/change/").status_code == 200


def variant(at: int = 0, **fields: Any) -> dict[str, Any]:
    """One variant in the form of a product."""
    given = {"options": "", "availability": "in_stock"} | fields
    return {f"variants-{at}-{name}": value for name, value in given.items()}


def test_a_product_is_added_with_what_it_costs(shop_owner: Client) -> None:
    assert 'name="variants-0-price"' in shop_owner.get(LIST + "add/").content.decode()
    data = form(sku="A/B") | variant(price="9.90", currency="EUR") | {"variants-TOTAL_FORMS": 1}
    page = shop_owner.post(LIST + "add/", data)
    assert page.status_code == 302, text_of(page)
    product = Product.objects.get()
    assert (str(product.price), product.currency) == ("9.90", "EUR")
    assert product.variants.get().sku == "A/B"


def test_what_a_variant_costs_is_changed_in_the_form_of_its_product(
    shop_owner: Client, make_product: MakeProduct
) -> None:
    product = make_product("1", price="9.90", options={"Size": "S"})
    page = shop_owner.get(f"{LIST}{product.pk}/change/").content.decode()
    assert 'value="9.90"' in page
    assert 'value="Size: S"' in page
    row = {"id": product.variants.get().pk, "product": product.pk, "sku": "1"}
    counted = {"variants-TOTAL_FORMS": 1, "variants-INITIAL_FORMS": 1}
    dates = {"sale_from": "2030-01-02", "sale_until": "2030-01-01"}
    given = {"price": "8", "sale_price": "7", "options": "Size: M", "quantity": "3"}
    data = form() | counted
    address = f"{LIST}{product.pk}/change/"
    said = text_of(shop_owner.post(address, data | variant(**row, **given, **dates)))
    assert "It ends before it begins." in said
    page = shop_owner.post(address, data | variant(**row, **given))
    assert page.status_code == 302, text_of(page)
    changed = product.variants.get()
    assert changed.options == {"Size": "M"}
    offer = changed.offers.get()
    assert (offer.price, offer.sale_price, offer.quantity) == (8, 7, 3)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"price": "-1"}, "greater than or equal to 0"),
        ({"product_url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"availability": "x"}, "x is not one of the available choices"),
        ({"options": "XL"}, "Write it as Size: XL; Color: Red."),
        ({"sku": "taken"}, "Variant with this SKU already exists."),
    ],
)
def test_a_wrong_offer_is_told_and_nothing_is_kept(
    shop_owner: Client, make_product: MakeProduct, fields: dict[str, str], said: str
) -> None:
    make_product("taken")
    data = form() | variant(**fields) | {"variants-TOTAL_FORMS": 1}
    assert said in text_of(shop_owner.post(LIST + "add/", data))
    assert Product.objects.count() == 1


def test_collections_and_tags_are_written_with_commas(shop_owner: Client) -> None:
    shop_owner.post(LIST + "add/", form(collections="Summer, Basics,", tags=""))
    product = Product.objects.get()
    assert (product.collections, product.tags) == (["Summer", "Basics"], [])
    page = shop_owner.get(f"{LIST}{product.pk}/change/").content.decode()
    assert 'value="Summer, Basics"' in page
    assert "Collections Summer, Basics" in text_of(shop_owner.get("/products/1/"))
