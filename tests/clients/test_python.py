"""The Python client against a server of the site, and against one that fails."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.contrib.auth.models import User
from find_my_vibe import (
    AsyncClient,
    Client,
    JobFailedError,
    ProblemError,
    UnreachableError,
    _common,
)

from catalog.models import Product
from matching.models import Search
from scripts import client as maker
from tests.api.clients import program
from tests.helpers import encoded, picture

ROOT = Path(__file__).parents[2]
PASSWORD = "a long and odd pass phrase"
with_a_server = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def key(settings: Any) -> str:
    settings.ALLOWED_HOSTS = ["*"]
    return program("admin").secret


@pytest.fixture
def till(shop: dict[str, Product], live_server: Any, key: str) -> Iterator[Client]:
    with Client(live_server.url, key) as found:
        yield found


@with_a_server
@pytest.mark.slow
def test_it_searches_and_finds_its_searches_again(till: Client, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(encoded(picture("red")))
    found = till.search(
        photo=photo,
        k=2,
        crop={"left": 0, "top": 0, "width": 1, "height": 0.99},
        filters={"attributes": {"item_type": ["tshirts"]}},
    )
    assert found["matches"][0]["sku"] == "tshirt-red"
    search_id = found["id"]
    assert search_id
    assert till.get_search(search_id)["matches"] == found["matches"]
    assert till.search_photo(search_id)[:2] == b"\xff\xd8"
    for words in ("red", "blue", "green"):
        till.search(words=words, k=1, idempotency_key=words)
    till.search(words="green", k=1, idempotency_key="green")
    assert [one["asked"].get("words") for one in till.searches()] == ["green", "blue", "red", None]
    till.delete_search(search_id)
    assert Search.objects.count() == 3
    assert till.search(sku="tshirt-red", store=False)["id"] is None
    rows = till.embeddings(photos=[photo, photo.read_bytes()], texts=["a red t-shirt"])
    assert len(rows["photos"]) == 2
    assert len(rows["texts"][0]) == rows["dimension"]
    assert till.suggestions("t-sh")["words"] or till.suggestions("tsh")["words"]


@with_a_server
@pytest.mark.slow
def test_it_reads_and_writes_the_catalogue(till: Client, at_once: None) -> None:
    assert len(list(till.products(limit=3))) == 8
    some = till.products(attributes={"gender": ["men"]}, sort="name")
    assert {one["attributes"]["gender"]["value"] for one in some} == {"men"}
    made = till.create_product({"sku": "a b/c", "name": "Tee", "price": "9.90", "currency": "EUR"})
    assert made["price"] == "9.90"
    changed = till.update_product("tshirt-red", {"name": "Very Red Tee"})
    assert changed["name"] == "Very Red Tee"
    with pytest.raises(ProblemError) as refusal:
        till.update_product("tshirt-red", {"name": "Late"}, etag='"old"')
    assert refusal.value.code == "changed-meanwhile"
    assert till.put_product_photo("tshirt-red", encoded(picture("navy")))["photo"]
    till.delete_product("tshirt-blue")
    with pytest.raises(ProblemError) as refusal:
        till.product("tshirt-blue")
    assert (refusal.value.status, refusal.value.code) == (404, "not-found")
    assert isinstance(till.similar("tshirt-red"), list)
    assert isinstance(till.goes_with("tshirt-red"), list)
    assert {one["key"] for one in till.attributes()} >= {"item_type", "gender"}
    assert till.attribute("item_type")["role"] == "gate"


@with_a_server
@pytest.mark.slow
def test_it_brings_many_products_and_makes_keys(till: Client, at_once: None) -> None:
    job = till.upsert_products([{"sku": str(at), "name": f"Tee {at}"} for at in range(150)] + [{}])  # type: ignore[list-item]
    done = till.wait_for_job(job["id"], every=0)
    assert (done["counts"]["added"], done["counts"]["refused"]) == (150, 1)
    assert [row["number"] for row in till.job_results(job["id"])] == list(range(1, 152))
    assert [one["id"] for one in till.jobs()] == [job["id"]]
    till.cancel_job(job["id"])
    new = till.make_key({"client": "Pages", "scopes": ["search"]})
    other = till.rotate_key(new["prefix"], grace_hours=0)
    till.revoke_key(other["prefix"])
    assert till.key()["scopes"] == ["admin"]
    assert len(till.keys()) == 3
    assert any(one["code"] == "limited" for one in till.problems())


@with_a_server
@pytest.mark.slow
def test_a_shopper_signs_in_to_it(till: Client, live_server: Any) -> None:
    User.objects.create_user("anna", "anna@example.org", PASSWORD)
    made = till.sign_in("anna@example.org", PASSWORD)
    with Client(live_server.url, made["token"], language="de") as anna:
        for sku in ("tshirt-red", "tshirt-blue"):
            anna.like(sku)
        anna.unlike("tshirt-blue")
        assert [one["product"]["sku"] for one in anna.favourites()] == ["tshirt-red"]
        one = anna.create_list("Hochzeit")
        anna.put_listed(one["id"], "tshirt-green")
        assert [each["product"]["sku"] for each in anna.listed(one["id"])] == ["tshirt-green"]
        assert anna.update_list(one["id"], is_shared=True)["link"]
        anna.delete_listed(one["id"], "tshirt-green")
        assert anna.get_list(one["id"])["count"] == 0
        anna.delete_list(one["id"])
        assert [each["name"] for each in anna.lists()] == ["Merkliste"]
        assert list(anna.own_searches()) == []
        anna.delete_own_searches()
        assert anna.account()["favourites"] == 1
        with pytest.raises(ProblemError) as refusal:
            anna.get_list(one["id"])
        assert refusal.value.title == "Hier ist nichts"
        (token,) = anna.tokens()
        anna.sign_out(token["prefix"])
        with pytest.raises(ProblemError) as refusal:
            anna.account()
        assert refusal.value.code == "token-unknown"


@with_a_server
@pytest.mark.slow
def test_the_async_one_does_the_same(shop: dict[str, Product], live_server: Any, key: str) -> None:
    async def ask() -> list[str]:
        async with AsyncClient(live_server.url, key) as till:
            found = await till.search(photo=encoded(picture("red")), k=1)
            assert found["matches"][0]["sku"] == "tshirt-red"
            both = await asyncio.gather(till.key(), till.attribute("item_type"))
            assert both[1]["key"] == "item_type"
            return [one["sku"] async for one in till.products(limit=5)]

    assert len(asyncio.run(ask())) == 8


# What goes wrong on the way


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long it has waited, instead of waiting."""
    found: list[float] = []
    monkeypatch.setattr("find_my_vibe._sync.time.sleep", found.append)
    return found


def failing(*answers: httpx2.Response | Exception) -> tuple[Client, list[httpx2.Request]]:
    """A client of a server that answers so, and what it is asked."""
    left, asked = list(answers), list[httpx2.Request]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        one = left.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    return Client("https://shop.example", "k", transport=httpx2.MockTransport(answer)), asked


def busy(status: int = 429, **headers: str) -> httpx2.Response:
    document = {"type": "/api/v1/problems/limited", "title": "Too many", "detail": "Wait."}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, json=document, headers=named)


FINE = httpx2.Response(200, json={"results": [], "next": None})


def test_it_waits_as_long_as_it_is_told(waits: list[float]) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=30))
    client, asked = failing(busy(Retry_After="7"), busy(503, Retry_After=moment), FINE)
    assert client.attributes() == []
    assert waits[0] == 7
    assert 25 < waits[1] <= 30
    assert len(asked) == 3
    assert asked[0].headers["Authorization"] == "Bearer k"


def test_it_gives_up_after_some_times_and_where_it_is_to_wait_for_long(waits: list[float]) -> None:
    client, _asked = failing(*(busy() for _ in range(4)))
    with pytest.raises(ProblemError) as refusal:
        client.attributes()
    assert (refusal.value.code, refusal.value.status) == ("limited", 429)
    assert len(waits) == 3
    assert 0.25 <= waits[0] <= 0.5
    assert 1 <= waits[2] <= 2
    client, _asked = failing(busy(Retry_After="3600"))
    with pytest.raises(ProblemError) as refusal:
        client.attributes()
    assert refusal.value.retry_after == 3600
    assert len(waits) == 3


def test_what_might_be_done_twice_is_not_sent_again(waits: list[float]) -> None:
    lost = httpx2.ReadTimeout("late")
    client, asked = failing(lost)
    with pytest.raises(UnreachableError, match="shop.example does not answer"):
        client.create_list("Wedding")
    client, asked = failing(lost, httpx2.Response(201, json={"id": "1"}))
    assert client.search(words="red")["id"] == "1"
    assert len({one.headers["Idempotency-Key"] for one in asked}) == 1
    assert len(asked) == 2
    client, asked = failing(busy(), httpx2.Response(201, json={"id": 1}))
    assert client.create_list("Wedding")["id"] == 1  # 429 says that nothing was done


def test_the_key_goes_to_no_other_host(waits: list[float]) -> None:
    elsewhere = "https://evil.example/api/v1/products?cursor=x%3D"
    page = httpx2.Response(200, json={"results": [{"sku": "1"}], "next": elsewhere})
    client, asked = failing(page, FINE)
    assert [one["sku"] for one in client.products()] == ["1"]
    assert str(asked[1].url) == "https://shop.example/api/v1/products?cursor=x%3D"


def test_what_is_no_problem_document_is_told_all_the_same(waits: list[float]) -> None:
    client, _asked = failing(httpx2.Response(500, text="<h1>Oops</h1>"))
    with pytest.raises(ProblemError) as refusal:
        client.key()
    assert (refusal.value.status, refusal.value.detail) == (500, "HTTP 500")


def test_a_job_that_fails_is_told(waits: list[float]) -> None:
    states = [("running", ""), ("failed", "It broke.")]
    answers = [httpx2.Response(200, json={"state": one, "detail": said}) for one, said in states]
    client, _asked = failing(*answers)
    with pytest.raises(JobFailedError, match=r"It broke\."):
        client.wait_for_job("1", every=2)
    assert waits == [2]


def test_parts_of_addresses_are_quoted() -> None:
    assert _common.path("products", "a b/c", "similar") == "/products/a%20b%2Fc/similar"


# What follows from other files


@pytest.mark.parametrize("name", ["types.py", "_sync.py"])
def test_what_is_made_of_other_files_is_up_to_date(name: str) -> None:
    assert (maker.PACKAGE / name).read_text() == maker.made()[name], "python scripts/client.py"


# What the client calls otherwise than the description does.
CALLED = {
    "put_favourite": "like",
    "delete_favourite": "unlike",
    "embed": "embeddings",
    "own_key": "key",
    "get_key": "keys",
    "problem": "problems",
}


def test_every_operation_has_a_method() -> None:
    operations = re.findall(r"operationId: (\w+)", (ROOT / "openapi.yaml").read_text())
    assert len(operations) > 40
    assert [
        one
        for one in operations
        if not any(
            hasattr(Client, name)
            for name in (CALLED.get(one, one), one.removeprefix("list_"), one.removeprefix("get_"))
        )
    ] == ["root"]


README = (ROOT / "clients/python/README.md").read_text()


def test_the_readme_shows_what_there_is() -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    compile(snippet, "README.md", "exec")
    for method in re.findall(r"shop\.(\w+)\(", README):
        assert hasattr(Client, method)


@pytest.mark.slow
def test_its_types_hold(tmp_path: Path) -> None:
    """For whoever installs it: without anything of this project."""
    use = tmp_path / "use.py"
    use.write_text(
        "from find_my_vibe import Client\n"
        "with Client('https://shop.example') as shop:\n"
        "    name: str = shop.search(words='red')['matches'][0]['name']\n"
        "    wrong: int = shop.product('1')['name']\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(use)],
        cwd=maker.PACKAGE.parent,
        capture_output=True,
        text=True,
    )
    assert done.stdout.count("error:") == 1, done.stdout
    assert 'expression has type "str", variable has type "int"' in done.stdout
