"""Text from the net as no browser sends it: refused in words, on every database."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.test.client import RequestFactory

from findmyvibe.wsgi import Handler
from matching.models import Search
from matching.search.ask import Asker
from shoppers.favourites import FavouriteList
from shoppers.visitor import Visitor
from tests.helpers import MakeProduct, encoded, picture
from tests.searches import FakeSearch, asker

pytestmark = pytest.mark.django_db
NO_TEXT = ("hex", "zlib", "rot13", "idna", "base64", "uu", "undefined", "punycode", "bz2", "quopri")
NO_TEXT += (
    "unicode_escape",
    "raw_unicode_escape",
    "utf-7",
    "utf-16",
    "utf-32",
    "no-such",
    "",
)
FORM = "multipart/form-data; boundary=X; charset={}"
BODY = b'--X\r\nContent-Disposition: form-data; name="words"\r\n\r\nred\r\n--X--\r\n'
DOORS = ("/", "/predict/", "/favourites/", "/account/login/", "/admin/login/", "/language/")


def answered(response: Any) -> int:
    """The status; a page has its words, a program its problem."""
    assert response.status_code < 500, response.content
    if response.status_code == 400:
        is_page = b"<h1>" in response.content
        assert is_page or json.loads(response.content)["status"] == 400
    return int(response.status_code)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("charset", NO_TEXT)
def test_a_charset_that_is_no_text_is_refused(client: Client, door: str, charset: str) -> None:
    kind = FORM.format(charset)
    assert answered(client.generic("POST", door, BODY, kind)) == 400
    assert answered(client.generic("GET", door + "?q=%ff", b"", f"text/plain; charset={charset}"))


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "latin-1", "ISO-8859-1", "windows-1252"])
def test_a_charset_of_text_is_taken(client: Client, charset: str) -> None:
    response = client.generic("GET", "/products/?q=%e4", b"", f"text/plain; charset={charset}")
    assert response.status_code == 200


@pytest.mark.parametrize("charset", ["charset*=no-such''utf-8", "charset=\0", "charset=a\0"])
def test_a_content_type_that_cannot_be_read_is_refused_all_the_same(charset: str) -> None:
    environ = RequestFactory().get("/products/").environ
    said: list[str] = []
    environ["CONTENT_TYPE"] = f"text/plain; {charset}"
    body = Handler()(environ, lambda status, headers: said.append(status))
    assert said == ["400 Bad Request"]
    assert b"<h1>" in b"".join(body)


PATHS = (
    "/products/%00/",
    "/products/%00/like",
    "/media/%00",
    "/media/a%00.jpg",
    "/static/%00",
    "/favourites/shared/%00/",
    "/admin/catalog/product/import/%00/",
    "/%00",
    "/products/?q=%00",
    "/products/?%00=a",
    "/products/?colour=%00",
    "/?next=%00",
    "/account/login/?next=%00",
    "/history/?page=%00",
    "/predict/?k=%00",
)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", "OPTIONS"])
def test_a_zero_byte_in_an_address_is_refused(client: Client, method: str, path: str) -> None:
    response = client.generic(method, path)
    assert response.status_code == 400


@pytest.mark.parametrize(
    "path", ["/media/{}", "/products/{}/", "/products/{}/like", "/static/{}", "/{}", "/admin/{}/"]
)
@pytest.mark.parametrize("length", [256, 300, 3000])
def test_a_name_that_no_file_system_takes_is_refused(
    client: Client, path: str, length: int
) -> None:
    assert answered(client.get(path.format("a" * length))) == 400
    assert answered(client.get(path.format("ä" * (length // 2)))) == 400
    assert answered(client.get(path.format("a" * 255))) in (200, 302, 404, 405)


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "django_language", "messages", "other"])
def test_a_cookie_of_zero_bytes_or_endless_is_refused(client: Client, name: str) -> None:
    for cookie in (f"{name}=\0", f"{name}=a\0b; a=b", f"{name}={'a' * 5000}"):
        assert answered(client.get("/favourites/", HTTP_COOKIE=cookie)) == 400
    for cookie in (f"{name}=", f"{name}={'a' * 4000}", f"{name}=ä", f'{name}="', f"{name}=%00"):
        assert answered(client.get("/favourites/", HTTP_COOKIE=cookie)) in (200, 400)


@pytest.fixture
def search(client: Client, fake_search: FakeSearch, make_product: MakeProduct) -> Search:
    return fake_search(asker(client), [make_product("1", photo=encoded(picture()))])


FIELDS = (
    "words",
    "attribute",
    "value",
    "name",
    "to",
    "sku",
    "do",
    "next",
    "newest",
    "login",
    "left",
)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", ["\0", "a\0b"])
def test_a_zero_byte_in_a_field_is_refused(
    client: Client, search: Search, field: str, value: str
) -> None:
    mine = FavouriteList.objects.create(session_key=search.session_key, name="mine")
    doors = ("/", "/favourites/", f"/favourites/{mine.pk}/", "/products/1/like", "/products/1/keep")
    doors += ("/account/login/", "/account/signup/", "/admin/login/", "/language/setlang/")
    doors += (f"/searches/{search.pk}/correct", f"/searches/{search.pk}/again")
    for door in doors:
        assert answered(client.post(door, {field: value})) == 400, door
        assert answered(client.post(door, {f"{field}\0": "a"})) == 400, door


@pytest.mark.parametrize("body", [b"{}", b'{"a": "\\u0000"}', b'{"\\ud800": 1}', b"[" * 20_000])
def test_json_of_no_text_is_no_error(client: Client, body: bytes) -> None:
    for door in DOORS:
        assert answered(client.generic("POST", door, body, "application/json")) >= 400 or door


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=", b"--"),
        ("multipart/form-data; boundary=ä", b"--"),
        ("multipart/form-data; boundary=" + "x" * 300, b"--"),
        ("multipart/form-data; boundary=X", b"--X\r\nContent-Disposition: form-data; name\r\n\r\n"),
        (
            "multipart/form-data; boundary=X",
            b"--X\r\nContent-Disposition: form-data; name*=hex''00\r\n\r\na\r\n--X--\r\n",
        ),
        (
            "multipart/form-data; boundary=X",
            b'--X\r\nContent-Disposition: form-data; name="a"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--X--\r\n",
        ),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(2000))),
        ("application/x-www-form-urlencoded", b"name=%ff%fe&%ed%a0%80=1"),
    ],
)
def test_a_form_that_is_none_is_no_error(client: Client, kind: str, body: bytes) -> None:
    for door in DOORS:
        answered(client.generic("POST", door, body, kind))


def test_a_long_number_names_nothing(client: Client, admin_client: Client) -> None:
    for digits in (19, 25, 200):
        assert client.get(f"/favourites/{'9' * digits}/").status_code == 404
        assert admin_client.get(f"/admin/jobs/job/{'9' * digits}/live/").status_code == 404
        assert answered(admin_client.get(f"/admin/jobs/job/{'9' * digits}/change/")) == 404


def test_words_of_every_plane_are_kept_as_they_are(client: Client, admin_user: User) -> None:
    name = "é \U0001f457 \ufdfa \u202e x"
    client.force_login(admin_user)
    client.post("/favourites/", {"name": name})
    assert Visitor(admin_user.pk).lists.get().name == name
    assert Asker(Search.Source.API).visitor.user_id is None


def test_what_is_too_large_is_refused_unread(client: Client, admin_client: Client) -> None:
    for door, status in (("/favourites/", 413), ("/", 413), ("/predict/", 413)):
        response = client.generic("POST", door, b"x" * 11_000_000, FORM.format("utf-8"))
        assert response.status_code == status
    upload = "/admin/catalog/product/upload/"
    kind = FORM.format("utf-8")
    assert client.generic("POST", upload, b"x" * 3_000_000, kind).status_code == 413
    assert admin_client.generic("POST", upload, b"x" * 3_000_000, kind).status_code == 400
