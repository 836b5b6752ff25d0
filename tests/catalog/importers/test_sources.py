from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from catalog.importers.sources import claim_due
from catalog.models import ColumnMatch, Product, Source, Variant
from catalog.tasks import sync_sources
from jobs.models import Job
from tests.catalog.importers.folders import BLUE, RED
from tests.catalog.importers.web import Web, answer, serving
from tests.helpers import text_of

pytestmark = pytest.mark.django_db
FEED = "sku,name,price\n1,Tee,20\n2,Shirt,30\n3,Jeans,40\n4,Cap,5\n5,Hat,6\n"


@pytest.fixture
def web(settings: Any) -> Iterator[Web]:
    settings.FETCH_PRIVATE_ADDRESSES = True
    settings.SOURCE_SECRETS = {"SOURCE_TOKEN": "secret", "SOURCE_PAIR": "ck:cs"}
    with serving() as found:
        yield found


def source(web: Web, path: str = "/feed", **fields: Any) -> Source:
    made = Source(name="Feed", address=f"{web.base}{path}", **fields)
    made.full_clean()
    made.save()
    return made


def sync(*names: str) -> str:
    out = io.StringIO()
    call_command("sync_sources", *names, stdout=out, stderr=out)
    return out.getvalue().splitlines()[-1]


def test_a_feed_is_read_again_only_where_it_has_changed(web: Web) -> None:
    web.photo("/feed", FEED.encode(), etag='"a"', kind="text/csv")
    made = source(web)
    assert sync("Feed").startswith("Feed: 5 rows: 5 added")
    assert sync("Feed") == "Feed: nothing has changed"
    assert web.asked == ["/feed", '/feed "a"']
    web.photo("/feed", FEED.replace("5,Hat,6\n", "").encode(), etag='"b"', kind="text/csv")
    assert "1 archived, 0 held back" in sync("Feed")
    made.refresh_from_db()
    assert (made.etag, made.error) == ('"b"', "")
    assert made.synced_at is not None


def test_what_is_held_back_is_asked_about_until_somebody_says(
    web: Web, admin_client: Client, at_once: None
) -> None:
    web.photo("/feed", FEED.encode(), etag='"a"', kind="text/csv")
    made = source(web)
    sync("Feed")
    web.photo("/feed", b"sku,name,price\n1,Tee,20\n", etag='"b"', kind="text/csv")
    for _ in range(2):
        assert "0 archived, 4 held back" in sync("Feed")
    made.refresh_from_db()
    assert made.error.startswith("4 products are no longer listed")
    address = "/admin/catalog/source/"
    assert "4 products are no longer listed" in text_of(admin_client.get(address))
    admin_client.post(address, {"action": "archive_all", "_selected_action": made.pk})
    assert set(Product.objects.active().values_list("sku", flat=True)) == {"1"}
    made.refresh_from_db()
    assert made.error == ""


def test_what_goes_wrong_is_remembered_and_others_go_on(web: Web) -> None:
    web.photo("/other", FEED.encode(), kind="text/csv")
    made = source(web, "/none")
    Source.objects.create(name="Other", address=f"{web.base}/other")
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 sources failed"):
        call_command("sync_sources", "Feed", "Other", stdout=out, stderr=out)
    made.refresh_from_db()
    assert made.error == f"The address {web.base}/none answers 404."
    assert Product.objects.count() == 5
    web.photo("/none", FEED.encode(), kind="text/csv")
    sync("Feed")
    made.refresh_from_db()
    assert made.error == ""


def test_it_is_due_by_its_timetable_and_given_to_one(
    web: Web, django_capture_on_commit_callbacks: Any
) -> None:
    web.photo("/feed", FEED.encode(), kind="text/csv")
    past = timezone.now() - timedelta(minutes=1)
    made = source(web, every=24, next_run_at=past)
    Source.objects.create(name="By hand", address=f"{web.base}/feed", every=0, next_run_at=past)
    assert claim_due() == [made]
    assert claim_due() == []
    Source.objects.update(next_run_at=past)
    with django_capture_on_commit_callbacks(execute=True):
        sync_sources()
    assert Product.objects.count() == 5
    made.refresh_from_db()
    assert made.next_run_at is not None
    assert made.next_run_at > timezone.now() + timedelta(hours=23)
    Source.objects.update(next_run_at=past)
    Job.objects.update(state=Job.State.QUEUED)
    assert claim_due() == []


def test_a_private_address_is_not_asked(web: Web, settings: Any) -> None:
    settings.FETCH_PRIVATE_ADDRESSES = False
    made = source(web)
    with pytest.raises(CommandError):
        sync("Feed")
    made.refresh_from_db()
    assert "leads into a private network" in made.error
    assert web.asked == []


def test_a_file_lies_in_its_folder_and_nowhere_else(tmp_path: Path, settings: Any) -> None:
    settings.SOURCES_DIR = tmp_path / "sources"
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "feed.csv").write_text(FEED)
    (tmp_path / "other.csv").write_text(FEED)
    for address in ("../other.csv", str(tmp_path / "other.csv"), ""):
        with pytest.raises(ValidationError):
            Source(name="File", address=address).full_clean()
    made = Source(name="File", address="feed.csv")
    made.full_clean()
    made.save()
    assert "5 added" in sync("File")


@pytest.mark.parametrize("name", ["SECRET_KEY", "source_token", "SOURCE_UNKNOWN"])
def test_no_other_variable_is_sent_anywhere(web: Web, name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        source(web, credentials=name)
    assert "credentials" in caught.value.message_dict


def test_columns_are_remembered_for_the_source(web: Web) -> None:
    web.photo("/feed", b"sku,name,cost of it\n1,Tee,20\n", kind="text/csv")
    made = source(web, columns={"cost of it": "price"})
    sync("Feed")
    assert Product.objects.get().price == 20
    assert ColumnMatch.objects.get().source == made.key
    made.columns = {"cost of it": "no such"}
    made.save()
    with pytest.raises(CommandError):
        sync("Feed")
    made.refresh_from_db()
    assert made.error.startswith("No column can be no such.")


class Shop:
    """Pages of JSON behind a header that has to be there."""

    def __init__(self, web: Web, header: str, value: str) -> None:
        self._web, self._header, self._value = web, header, value

    def page(self, path: str, said: Any, following: str = "") -> None:
        def respond(handler: BaseHTTPRequestHandler) -> None:
            if handler.headers.get(self._header) != self._value:
                return answer(handler, 401, b"")
            link = f'<{self._web.base}{following}>; rel="next"' if following else ""
            data = json.dumps(said).encode()
            answer(handler, 200, data, **{"Content-Type": "application/json", "Link": link})
            return None

        self._web.pages[path] = respond


def shopify_product(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Tee {number}",
        "handle": f"tee-{number}",
        "body_html": "<p>Soft &amp; light</p>",
        "vendor": "Acme",
        "product_type": "T-Shirts",
        "tags": "new, summer",
        "status": "active",
        "published_at": "2026-01-01T00:00:00Z",
        "options": [{"name": "Size", "values": ["S", "M"]}],
        "variants": [
            {
                "sku": f"{number}-{size}",
                "price": "15.00",
                "compare_at_price": "20.00",
                "option1": size,
                "barcode": None,
                "inventory_quantity": stock,
                "inventory_policy": "deny",
                "inventory_management": "shopify",
                "image_id": None,
            }
            for size, stock in (("S", 3), ("M", 0))
        ],
        "images": [],
    } | more


def test_a_shop_on_shopify_is_asked_page_by_page(web: Web) -> None:
    web.photo("/red.jpg", RED)
    web.photo("/blue.jpg", BLUE)
    images = [
        {"id": at, "position": at, "alt": f"Photo {at}", "src": f"{web.base}/{name}.jpg"}
        for at, name in enumerate(("red", "blue"), start=1)
    ]
    shop = Shop(web, "X-Shopify-Access-Token", "secret")
    first, second = "/admin/api/2024-10/products.json", "/more"
    shop.page(first, {"products": [shopify_product(1, images=images)]}, second)
    shop.page(second, {"products": [shopify_product(2, status="draft")]})
    made = source(web, "/", kind="shopify", credentials="SOURCE_TOKEN")
    assert "2 added" in sync("Feed")
    product = Product.objects.get(sku="1-S")
    assert (product.name, product.brand, product.description) == ("Tee 1", "Acme", "Soft & light")
    assert [one.photo.read() for one in product.photos] == [RED, BLUE]
    assert [one.photo_alt for one in product.photos] == ["Photo 1", "Photo 2"]
    assert product.product_url == f"{web.base}/products/tee-1"
    small, medium = product.variants.all()
    assert (small.options, small.offer.current_price, small.offer.price) == ({"Size": "S"}, 15, 20)
    assert (small.offer.is_sold_out, medium.offer.is_sold_out) == (False, True)
    assert Product.objects.get(sku="2-S").status == "draft"
    assert "2 unchanged" in sync("Feed")
    made.credentials = ""
    made.save()
    with pytest.raises(CommandError):
        sync("Feed")
    assert Source.objects.get().error.endswith("answers 401.")


def test_it_follows_a_shop_to_no_other_machine(web: Web) -> None:
    said = {"products": [shopify_product(1)]}

    def respond(handler: BaseHTTPRequestHandler) -> None:
        link = '<http://127.0.0.2:1/admin>; rel="next"'
        answer(handler, 200, json.dumps(said).encode(), Link=link)

    web.pages["/admin/api/2024-10/products.json"] = respond
    source(web, "", kind="shopify", credentials="SOURCE_TOKEN")
    with pytest.raises(CommandError):
        sync("Feed")
    assert Source.objects.get().error.startswith("The shop leads on to another machine")
    assert not Product.objects.exists()


def woo_product(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"Tee {number}",
        "type": "simple",
        "status": "publish",
        "sku": f"woo-{number}",
        "description": "<p>Soft</p>",
        "short_description": "",
        "regular_price": "20.00",
        "sale_price": "",
        "date_on_sale_from": None,
        "date_on_sale_to": None,
        "stock_status": "instock",
        "stock_quantity": None,
        "backorders": "no",
        "catalog_visibility": "visible",
        "permalink": f"https://shop.example/tee-{number}",
        "categories": [{"name": "T-Shirts"}],
        "tags": [{"name": "new"}],
        "images": [],
        "attributes": [{"name": "Color", "options": ["Red"]}],
        "variations": [],
    } | more


def test_a_shop_on_woocommerce_is_asked_with_its_variations(web: Web) -> None:
    web.photo("/red.jpg", RED)
    pair = base64.b64encode(b"ck:cs").decode()
    shop = Shop(web, "Authorization", f"Basic {pair}")
    first = "/wp-json/wc/v3/products"
    images = [{"src": f"{web.base}/red.jpg", "alt": "A red tee"}]
    several = woo_product(2, type="variable", sku="", variations=[21, 22], images=images)
    shop.page(first, [woo_product(1), several])
    sizes = [
        {
            "id": 20 + at,
            "sku": f"woo-2-{size}",
            "status": "publish",
            "regular_price": "25",
            "sale_price": "19",
            "stock_status": state,
            "backorders": "no",
            "attributes": [{"name": "Size", "option": size}],
        }
        for at, (size, state) in enumerate((("S", "instock"), ("M", "outofstock")), start=1)
    ]
    shop.page(f"{first}/2/variations", sizes)
    source(web, "", kind="woocommerce", credentials="SOURCE_PAIR")
    assert "2 added" in sync("Feed")
    simple = Product.objects.get(sku="woo-1")
    assert (simple.price, simple.label("colour")) == (20, "red")
    assert simple.product_url == "https://shop.example/tee-1"
    product = Variant.objects.get(sku="woo-2-S").product
    assert [one.photo_alt for one in product.photos] == ["A red tee"]
    assert [one.offer.is_sold_out for one in product.variants.order_by("sku")] == [True, False]
    assert product.price == 19


def test_the_admin_has_sources(admin_client: Client, web: Web, at_once: None) -> None:
    web.photo("/feed", FEED.encode(), etag='"a"', kind="text/csv")
    fields = {"name": "Feed", "kind": "table", "address": f"{web.base}/feed", "columns": "{}"}
    data = fields | {"unlisted": "archive", "every": 24}
    page = admin_client.post("/admin/catalog/source/add/", data)
    assert page.status_code == 302, page.context["errors"]
    made = Source.objects.get()
    assert claim_due() == [made]
    admin_client.post("/admin/catalog/source/", {"action": "sync", "_selected_action": made.pk})
    assert Product.objects.count() == 5
    change = f"/admin/catalog/source/{made.pk}/change/"
    assert "Done" in text_of(admin_client.get(change))
    admin_client.post(change, data | {"every": 0})
    made.refresh_from_db()
    assert (made.etag, made.next_run_at) == ("", None)
