from __future__ import annotations

import io
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from urllib3.util import connection

from catalog.importers import fetching
from catalog.importers.fetching import Answer, Fetcher, FetchError, Limits, is_public
from tests.catalog.importers.web import Web, answer, drip, serving

LIMITS = Limits(most_bytes=1024 * 1024, seconds=5, kinds=("image/",))


@pytest.fixture
def web(settings: Any) -> Iterator[Web]:
    settings.FETCH_PRIVATE_ADDRESSES = True
    with serving() as found:
        yield found


def fetched(url: str, limits: Limits = LIMITS, **headers: str) -> tuple[Answer, bytes]:
    into = io.BytesIO()
    return Fetcher().fetch(url, into, limits, headers), into.getvalue()


def test_what_stands_there_is_read_with_its_state(web: Web) -> None:
    web.photo("/a.jpg", b"photo", etag='"1"')
    web.redirect("/old.jpg", "/a.jpg")
    assert fetched(f"{web.base}/old.jpg") == (Answer(True, '"1"'), b"photo")
    unchanged = fetched(f"{web.base}/a.jpg", **{"If-None-Match": '"1"'})
    assert unchanged == (Answer(is_new=False), b"")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/none.jpg", "answers 404"),
        ("/page", "holds text/html"),
        ("/large.jpg", "holds more than 1 MB"),
        ("/endless.jpg", "holds more than 1 MB"),
        ("/round", "leads on too often"),
        ("/file", "does not answer as it should"),
    ],
)
def test_what_cannot_be_had_is_told_in_words(web: Web, path: str, said: str) -> None:
    web.photo("/page", b"<html>", kind="text/html; charset=utf-8")
    web.photo("/large.jpg", b"x" * (1024 * 1024 + 1))
    web.pages["/endless.jpg"] = lambda handler: endless(handler)
    web.redirect("/round", "/round")
    web.redirect("/file", "file:///etc/passwd")
    with pytest.raises(FetchError, match=said):
        fetched(web.base + path)


def endless(handler: Any) -> None:
    """Does not say how long it is."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def test_slow_ones_are_ended(web: Web) -> None:
    web.pages["/slow.jpg"] = drip
    begun = time.monotonic()
    with pytest.raises(FetchError, match="takes too long"):
        fetched(f"{web.base}/slow.jpg", Limits(1024, seconds=0.4))
    assert time.monotonic() - begun < 4


def test_nobody_there_is_told() -> None:
    with pytest.raises(FetchError, match="does not answer"):
        fetched("http://nowhere.invalid/a.jpg")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254"])
def test_the_own_network_is_not_asked(host: str) -> None:
    with pytest.raises(FetchError, match="leads into a private network"):
        fetched(f"http://{host}:9/a.jpg")


def test_nor_by_a_redirect(web: Web, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FETCH_PRIVATE_ADDRESSES = False
    monkeypatch.setattr(fetching, "is_public", lambda address: address == "127.0.0.1")
    web.redirect("/a.jpg", "http://127.0.0.2:9/b.jpg")
    with pytest.raises(FetchError, match="leads into a private network"):
        fetched(f"{web.base}/a.jpg")


def test_a_name_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another answer to a second question would lead past the check."""
    answers = iter(["93.184.216.34", "127.0.0.1"])
    connected: list[str] = []

    def resolve(host: str, port: int, **options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    def connect(address: tuple[str, int], *args: Any) -> socket.socket:
        connected.append(address[0])
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(connection, "create_connection", connect)
    with pytest.raises(FetchError):
        fetched("http://shop.example/a.jpg")
    assert connected == ["93.184.216.34"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
    ],
)
def test_who_everybody_reaches(address: str, public: bool) -> None:
    assert is_public(address) == public


def test_a_busy_server_is_asked_again(web: Web) -> None:
    tries = iter([503, 200])
    web.pages["/a.jpg"] = lambda handler: answer(
        handler, next(tries), b"photo", **{"Content-Type": "image/jpeg"}
    )
    assert fetched(f"{web.base}/a.jpg")[1] == b"photo"
