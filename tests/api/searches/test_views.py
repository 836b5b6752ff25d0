from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from api.examples import example
from api.models import ApiClient, AskedSearch
from catalog.models import Product
from matching.engine.heads import Heads
from matching.models import Search
from tests.api.clients import ORIGIN, V1, Program, problem, program
from tests.helpers import MakeProduct, encoded, picture
from tests.matching.search.test_find_garments import two_garments

pytestmark = pytest.mark.django_db
RED = encoded(picture("red"))


def photo(data: bytes = RED) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", data, "image/jpeg")


def nothing_kept(folder: Path) -> bool:
    files = [path for path in (folder / "private").rglob("*") if path.is_file()]
    return not files and not Search.objects.exists() and not AskedSearch.objects.exists()


@pytest.fixture
def till() -> Program:
    return program("search")


def test_a_photo_is_answered_with_what_it_shows_and_what_matches(
    till: Program, shop: dict[str, Product]
) -> None:
    Product.objects.filter(sku="tshirt-red").update(brand="Tidewell")
    response = till.send("/searches", {"photo": photo(), "k": 2})
    found = response.json()
    assert response.status_code == 201
    assert response["Location"] == found["href"] == f"http://testserver{V1}/searches/{found['id']}"
    assert response["Cache-Control"] == "private, no-store"
    assert found["is_fashion"] is True
    assert found["understood"]["attributes"]["item_type"][0]["value"] == "tshirts"
    best = found["matches"][0]
    shown = example("search")
    assert (set(found), set(best)) == (set(shown), set(shown["matches"][0]))
    assert len(found["matches"]) == 2
    assert (best["sku"], best["brand"], best["rank"]) == ("tshirt-red", "Tidewell", 1)
    assert best["photo"]["url"] == "http://testserver" + shop["tshirt-red"].photo.url
    assert (best["photo"]["width"], best["photo"]["height"]) == (60, 80)
    assert best["page"] == "http://testserver/products/tshirt-red/"
    assert best["href"] == f"http://testserver{V1}/products/tshirt-red"
    assert best["score"] == pytest.approx(0.7 * best["visual"] + 0.3 * best["style"], abs=1e-3)
    assert best["reasons"][0] == {"code": "item_type", "text": "same item type"}
    assert (found["generation"], found["weight"]) == (1, 0.7)
    assert len(found["backbone"]) == 16


def test_a_match_tells_its_offers_photos_and_twins(
    till: Program, make_product: MakeProduct, own_data_folder: Path
) -> None:
    large = encoded(picture("red", "tshirt", (600, 800)))
    first = make_product("a", photo=large, item_type="tshirts", price="20", currency="EUR")
    offer = first.variants.get().offers.get()
    offer.sale_price, offer.sale_until, offer.product_url = 15, date(2099, 1, 31), "https://x/a"
    offer.save()
    big = first.variants.create(sku="a-xl", options={"Size": "XL"})
    big.offers.create(price="25", currency="EUR", availability="out_of_stock")
    make_product("b", photo=large, item_type="tshirts")
    call_command("build_index", stdout=StringIO())
    best = till.send("/searches", {"photo": photo(large), "k": 1}).json()["matches"][0]
    told = {name: best[name] for name in ("price", "price_before", "sale_until", "availability")}
    assert told == {
        "price": "15.00",
        "price_before": "20.00",
        "sale_until": "2099-01-31",
        "availability": "in_stock",
    }
    assert best["shop_page"] == "https://x/a"
    own, larger = best["offers"]
    assert (own["sku"], own["price"], larger["price"]) == ("a", "15.00", "25.00")
    assert (larger["options"], larger["availability"]) == ({"Size": "XL"}, "out_of_stock")
    sizes = best["photo"]["sizes"]
    assert [one["width"] for one in sizes] == first.renditions
    assert all(one["url"].startswith("http://testserver/media/") for one in sizes)
    assert (best["sku"], best["similar"], best["twins"]) == ("a", 1, ["b"])
    product = till_of_catalogue().get("/products/a").json()
    assert {name: product[name] for name in told} == told


def till_of_catalogue() -> Program:
    return program("catalogue:read", client="reader")


def test_what_the_words_were_taken_for_is_told_part_by_part(
    till: Program, shop: dict[str, Product]
) -> None:
    found = till.post(
        "/searches", {"words": "red trosers under 50"}, headers={"Accept-Language": "de"}
    ).json()
    chips = found["understood"]["chips"]
    assert [one["role"] for one in chips] == ["wanted", "wanted", "limit"]
    assert chips[1]["typed"] == "trosers"
    assert chips[1]["without"] == "red under 50"
    assert chips[1]["as_typed"] == 'red "trosers" under 50'
    assert [one["turned"] for one in chips] == [
        "-red trosers under 50",
        "red -trosers under 50",
        "",
    ]
    assert chips[2]["text"].startswith("under 50: danach ")
    assert found["garments"] == []
    assert found["garment"] is None


def test_more_filters_bring_no_more_than_was_asked_for(
    till: Program, shop: dict[str, Product]
) -> None:
    wish = {"words": "red", "k": 1, "filters": {"attributes": {"gender": ["women"]}}}
    assert len(till.post("/searches", wish).json()["matches"]) == 1


@pytest.mark.slow
def test_a_garment_is_chosen_by_its_number(till: Program, shop: dict[str, Product]) -> None:
    data = two_garments()
    made = till.send("/searches", {"photo": photo(data), "k": 1}).json()
    numbers = [one["number"] for one in made["garments"]]
    assert numbers[:2] == [1, 2]
    assert made["garment"] == 1
    first, second = made["garments"][:2]
    assert set(first) == {"number", "box", "turned", "item_type", "confidence", "attributes"}
    assert first["attributes"]["item_type"]["value"] == first["item_type"]
    other = till.send("/searches", {"photo": photo(data), "k": 1, "garment": 2}).json()
    again = till.post("/searches", {"search": made["id"], "k": 1, "garment": 2}).json()
    seen = other["understood"]["attributes"]["item_type"][0]["value"]
    assert seen == second["item_type"]
    for found in (other, again):
        assert found["garment"] == 2
        assert found["matches"]
    none = till.send("/searches", {"photo": photo(data), "garment": 99})
    assert problem(none, 400, "invalid")["errors"][0]["field"] == "garment"


def test_the_photo_of_a_search_is_searched_with_again_by_its_client_alone(
    till: Program, shop: dict[str, Product]
) -> None:
    made = till.send("/searches", {"photo": photo(), "k": 1}).json()
    again = till.post("/searches", {"search": made["id"], "words": "in blue", "k": 1}).json()
    assert again["matches"][0]["sku"] == "tshirt-blue"
    assert again["photo"] != made["photo"]
    other = program("search", client="other")
    refused = problem(other.post("/searches", {"search": made["id"]}), 400, "invalid")
    assert refused["errors"][0]["field"] == "search"
    worded = till.post("/searches", {"words": "red"}).json()
    problem(till.post("/searches", {"search": worded["id"]}), 400, "invalid")


@pytest.mark.parametrize(
    "wish",
    [
        {"words": "t-shirt"},
        {"sku": "tshirt-red"},
        {"sku": "tshirt-red", "words": "blue", "weight": 1},
        {"words": "for women", "filters": {"attributes": {"gender": ["women"]}}},
    ],
)
def test_matches_go_on_page_by_page(
    till: Program, shop: dict[str, Product], wish: dict[str, Any]
) -> None:
    whole = till.post("/searches", wish | {"k": 100}).json()
    assert whole["next"] is None
    made = till.post("/searches", wish | {"k": 2}).json()
    first = till.get(f"/searches/{made['id']}/matches").json()
    assert first == {"results": made["matches"], "next": made["next"]}
    found, place = list(made["matches"]), made["next"]
    while place:
        page = till.get(place.partition(V1)[2]).json()
        found, place = found + page["results"], page["next"]
    assert [one["rank"] for one in found] == list(range(1, len(found) + 1))
    skus = [one["sku"] for one in found]
    assert skus == [one["sku"] for one in whole["matches"]][: len(skus)]
    assert len(skus) >= 3


def test_a_page_goes_on_though_a_product_went(till: Program, shop: dict[str, Product]) -> None:
    made = till.post("/searches", {"words": "t-shirt", "k": 2}).json()
    path = made["next"].partition(V1)[2]
    before = till.get(path).json()["results"]
    Product.objects.get(sku=made["matches"][0]["sku"]).delete()
    after = till.get(path).json()["results"]
    assert after[0]["sku"] == before[0]["sku"]
    Product.objects.get(sku=made["matches"][1]["sku"]).delete()
    assert till.get(path).status_code == 200
    kept = till.get(f"/searches/{made['id']}").json()
    assert [one["href"] for one in kept["matches"]] == [None, None]
    assert [one["sku"] for one in kept["matches"]] == [one["sku"] for one in made["matches"]]
    problem(till.get(f"/searches/{made['id']}/matches?cursor=x"), 400, "invalid")
    other = program("search", client="other")
    problem(other.get(f"/searches/{made['id']}/matches"), 404, "not-found")


def test_a_photo_may_be_the_whole_body(till: Program, shop: dict[str, Product]) -> None:
    path = '/searches?k=1&words=in+blue&filters={"attributes":{"item_type":["tshirts"]}}'
    for kind in ("image/jpeg", "application/octet-stream"):
        found = till.post(path, RED, content_type=kind).json()
        assert [one["sku"] for one in found["matches"]] == ["tshirt-blue"]
        assert found["understood"]["wishes"] == {"colour": ["blue"]}
        assert found["asked"]["words"] == "in blue"


def test_words_alone(till: Program, shop: dict[str, Product]) -> None:
    found = till.post("/searches", {"words": "trousers for men", "k": 2}).json()
    assert {one["sku"] for one in found["matches"]} == {"trousers-black", "trousers-blue"}
    assert found["understood"]["wishes"] == {"item_type": ["trousers"], "gender": ["men"]}
    assert found["photo"] is None


def test_more_like_a_product_without_itself(till: Program, shop: dict[str, Product]) -> None:
    found = till.post("/searches", {"sku": "tshirt-red", "k": 3}).json()
    skus = [one["sku"] for one in found["matches"]]
    assert len(skus) == 3
    assert all(sku.startswith("tshirt") for sku in skus)
    assert "tshirt-red" not in skus
    assert found["asked"]["sku"] == "tshirt-red"
    refused = till.post("/searches", {"sku": "nothing"})
    assert problem(refused, 400, "invalid")["errors"][0]["field"] == "sku"


def test_a_product_that_is_not_indexed_says_so(
    till: Program, shop: dict[str, Product], make_product: MakeProduct
) -> None:
    make_product("new", photo=encoded(picture("green")))
    assert (
        "not in the index"
        in problem(till.post("/searches", {"sku": "new"}), 400, "invalid")["detail"]
    )


def test_filters_weight_overrides_and_crop_count(till: Program, shop: dict[str, Product]) -> None:
    form = {
        "photo": photo(),
        "k": 5,
        "weight": "1",
        "filters": json.dumps({"attributes": {"gender": ["women"]}}),
        "attributes": json.dumps({"item_type": "handbags"}),
        "crop": json.dumps({"left": 0.1, "top": 0.1, "width": 0.8, "height": 0.8}),
    }
    found = till.send("/searches", form).json()
    assert {one["sku"] for one in found["matches"][:2]} == {"handbag-red", "handbag-brown"}
    assert found["understood"]["overridden"] == {"item_type": "handbags"}
    best = found["matches"][0]
    assert found["weight"] == 1
    assert best["score"] == pytest.approx(best["visual"], abs=1e-3)
    kept = Search.objects.get()
    assert kept.crop == {"left": 0.1, "top": 0.1, "width": 0.8, "height": 0.8}
    assert kept.visual_weight == 1


def test_up_to_a_hundred_products_come(till: Program, shop: dict[str, Product]) -> None:
    found = till.post("/searches", {"words": "red", "k": 100}).json()
    assert len(found["matches"]) == 8
    problem(till.post("/searches", {"words": "red", "k": 101}), 400, "invalid")


def test_no_garment_is_said_in_the_language_asked_for(
    till: Program,
    shop: dict[str, Product],
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    settings.FINDER = ""
    monkeypatch.setattr(
        Heads, "fashion_logits", lambda self, vectors: np.full(len(vectors), -0.1, "f4")
    )
    found = till.send("/searches", {"photo": photo()}, **{"Accept-Language": "de"}).json()
    assert found["matches"] == []
    assert found["is_fashion"] is False
    assert found["message"]["code"] == "no_garment"
    assert found["message"]["text"].startswith("Auf diesem Bild sehen wir keine")


# Kept, found again, deleted


def test_a_search_is_read_listed_and_deleted_by_its_client_alone(
    till: Program,
    shop: dict[str, Product],
    own_data_folder: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    made = till.send("/searches", {"photo": photo(), "k": 1}).json()
    place = f"/searches/{made['id']}"
    assert till.get(place).json() == made
    assert till.get("/searches").json()["results"] == [made]
    assert b"".join(till.get(f"{place}/photo").streaming_content).startswith(b"\xff\xd8")
    colleague, other = program("search"), program("search", "admin", client="other")
    assert colleague.get(place).json() == made
    for method, path in (("GET", place), ("DELETE", place), ("GET", f"{place}/photo")):
        problem(other.ask(method, path), 404, "not-found")
    assert other.get("/searches").json()["results"] == []
    with django_capture_on_commit_callbacks(execute=True):
        assert till.ask("DELETE", place).status_code == 204
    problem(till.get(place), 404, "not-found")
    assert nothing_kept(own_data_folder)


def test_searches_are_listed_in_pages(till: Program, shop: dict[str, Product]) -> None:
    ids = [till.post("/searches", {"words": "red", "k": 1}).json()["id"] for _ in range(3)]
    page = till.get("/searches?limit=2").json()
    assert [one["id"] for one in page["results"]] == ids[:0:-1]
    rest = till.get(page["next"].partition(V1)[2]).json()
    assert [one["id"] for one in rest["results"]] == ids[:1]
    assert rest["next"] is None
    problem(till.get("/searches?cursor=nonsense"), 404, "not-found")


def test_visitors_of_a_page_do_not_see_one_anothers_searches(shop: dict[str, Product]) -> None:
    page = program("search", origins=(ORIGIN,))
    made = page.post("/searches", {"words": "red", "k": 1}).json()
    problem(page.get("/searches"), 403, "forbidden")
    assert page.get(f"/searches/{made['id']}").json() == made


def test_what_is_not_to_be_kept_is_not(
    till: Program, shop: dict[str, Product], own_data_folder: Path
) -> None:
    response = till.send("/searches", {"photo": photo(), "k": 1, "store": "false"})
    found = response.json()
    assert response.status_code == 200
    assert (found["id"], found["href"], found["created_at"]) == (None, None, None)
    assert found["matches"][0]["sku"] == "tshirt-red"
    assert nothing_kept(own_data_folder)


def test_the_same_request_with_the_same_key_is_answered_once(
    till: Program, shop: dict[str, Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(words: str, **form: Any) -> Any:
        return till.send("/searches", {"words": words, **form}, **{"Idempotency-Key": "one"})

    first, again = send("red", photo=photo()), send("red", photo=photo())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Search.objects.count() == 1
    problem(send("blue", photo=photo()), 422, "key-reused")
    problem(send("red", photo=photo(encoded(picture("blue")))), 422, "key-reused")
    other = program("search", client="other")
    theirs = other.post("/searches", {"words": "red"}, headers={"Idempotency-Key": "one"})
    assert theirs.status_code == 201
    till.ask("DELETE", f"/searches/{first.json()['id']}")
    assert send("blue").status_code == 201


def test_two_at_once_with_the_same_key_become_one(
    till: Program, shop: dict[str, Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.searches import asked

    look_up, is_first = asked.look_up, [True]

    def slow(ask: Any, *, asker: Any) -> Any:
        found = look_up(ask, asker=asker)
        if is_first.pop() if is_first else False:
            till.post("/searches", {"words": "red"}, headers={"Idempotency-Key": "one"})
        return found

    monkeypatch.setattr(asked, "look_up", slow)
    late = till.post("/searches", {"words": "red"}, headers={"Idempotency-Key": "one"})
    assert late.status_code == 200
    assert Search.objects.count() == 1
    assert late.json()["id"] == str(Search.objects.get().pk)


# What is refused


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, ""),
        ({"words": " \0 "}, "words"),
        ({"words": "x" * 201}, "words"),
        ({"words": "red", "k": 0}, "k"),
        ({"words": "red", "weight": 2}, "weight"),
        ({"words": "red", "crop": {"left": 0.5, "top": 0, "width": 0.9, "height": 1}}, "crop"),
        (
            {"words": "red", "filters": {"attributes": {"colour": ["octarine"]}}},
            "filters.attributes.colour",
        ),
        ({"words": "red", "filters": {"brand": ["nobody"]}}, "filters.brand"),
        ({"words": "red", "filters": {"price_min": "-1"}}, "filters.price_min"),
        ({"words": "red", "attributes": {"colour": "octarine"}}, "attributes.colour"),
        ({"photo_url": "ftp://x/y"}, "photo_url"),
        ({"photo_url": "https://x.example/y", "sku": "1"}, "photo_url"),
    ],
)
def test_what_cannot_be_is_told_by_its_field(
    till: Program, make_product: MakeProduct, wish: dict[str, Any], field: str
) -> None:
    make_product("1")
    found = problem(till.post("/searches", wish), 400, "invalid")
    assert field in {one["field"] for one in found["errors"]}
    assert not Search.objects.exists()


UNUSABLE = [
    (b"", 400, "bad-picture"),
    (b"Hello, this is text.", 415, "not-a-picture"),
    (RED[:500], 400, "bad-picture"),
    (b"\xff" * (10 * 1024**2 + 1), 413, "too-large"),
    (b"\xff" * (11 * 1024**2), 413, "too-large"),
]


def test_what_is_no_usable_picture_is_refused(
    till: Program, shop: dict[str, Product], own_data_folder: Path
) -> None:
    for data, status, code in UNUSABLE:
        problem(till.send("/searches", {"photo": photo(data)}), status, code)
        if data:
            problem(till.post("/searches", data, content_type="image/jpeg"), status, code)
    assert nothing_kept(own_data_folder)


def test_bodies_that_cannot_be_read_are_refused(till: Program) -> None:
    problem(till.post("/searches", b"[]", content_type="application/json"), 400, "invalid")
    problem(till.post("/searches", b"{", content_type="application/json"), 400, "malformed")
    problem(till.post("/searches", b"\xff", content_type="application/json"), 400, "malformed")
    broken = till.post("/searches", b"--x\r\nbroken", content_type="multipart/form-data")
    problem(broken, 400, "malformed")
    problem(till.send("/searches", {"words": "red", "filters": "{"}), 400, "invalid")
    problem(till.post("/searches", b"<a/>", content_type="text/xml"), 415, "unsupported-media")
    long = till.post("/searches", {"words": "red"}, headers={"Idempotency-Key": "x" * 256})
    problem(long, 400, "invalid")


def test_without_an_index_there_is_nothing_to_search(till: Program) -> None:
    found = problem(till.post("/searches", {"words": "red"}), 503, "not-ready")
    assert "build_index" in found["detail"]


def test_an_address_in_the_own_network_is_not_fetched(
    till: Program, shop: dict[str, Product]
) -> None:
    asked = {"photo_url": "http://127.0.0.1:1/photo.jpg"}
    found = problem(till.post("/searches", asked), 422, "address-unusable")
    assert "private network" in found["detail"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_photo_at_an_address_is_fetched(
    till: Program, shop: dict[str, Product], settings: Any, live_server: Any
) -> None:
    settings.FETCH_PRIVATE_ADDRESSES = True
    address = f"{live_server.url}{shop['tshirt-red'].photo.url}"
    found = till.post("/searches", {"photo_url": address, "k": 1}).json()
    assert found["matches"][0]["sku"] == "tshirt-red"
    assert found["asked"]["photo_url"] == address


def test_a_client_that_goes_takes_its_searches_along(
    till: Program, shop: dict[str, Product]
) -> None:
    till.post("/searches", {"words": "red"})
    ApiClient.objects.get().delete()
    assert not AskedSearch.objects.exists()
