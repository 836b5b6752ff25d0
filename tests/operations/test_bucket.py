"""Against moto's server on loopback, which speaks S3 but lets everybody in: who may read what is
asked of the policy itself."""

from __future__ import annotations

import io
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.test import Client
from moto.server import ThreadedMotoServer

from matching.models import Search
from operations.bucket import readable_by_anybody
from tests.searches import FakeSearch, asker


@pytest.fixture
def s3(settings: Any) -> Iterator[Any]:
    """An S3 server without a bucket, and the settings that name it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"access_key": "key", "secret_key": "secret", "region_name": "us-east-1"}
    options = {"bucket_name": "photos", "endpoint_url": f"http://{host}:{port}", **keys}
    options["file_overwrite"] = False
    backend = "storages.backends.s3.S3Storage"
    public = {"location": "media", "querystring_auth": False}
    settings.S3_BUCKET = "photos"
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": backend, "OPTIONS": options | public},
        "private": {"BACKEND": backend, "OPTIONS": options | {"location": "private"}},
    }
    yield storages["default"]
    # What is in it outlives a server of the same process.
    urllib.request.urlopen(f"http://{host}:{port}/moto-api/reset", data=b"", timeout=5).close()
    server.stop()


def said() -> str:
    out = io.StringIO()
    call_command("make_bucket", stdout=out)
    return out.getvalue()


def test_the_bucket_is_made_once(s3: Any) -> None:
    assert said() == "The bucket photos was made.\n"
    assert said() == "The bucket photos is there.\n"


def test_photos_of_the_catalogue_may_be_read_and_nothing_else(s3: Any) -> None:
    said()
    answer = s3.connection.meta.client.get_bucket_policy(Bucket="photos")
    (statement,) = json.loads(answer["Policy"])["Statement"]
    assert statement == readable_by_anybody("photos", "media")["Statement"][0]
    assert statement["Action"] == ["s3:GetObject"]
    assert statement["Resource"] == ["arn:aws:s3:::photos/media/*"]


def test_files_go_in_and_come_back(s3: Any) -> None:
    said()
    name = s3.save("products/a.jpg", ContentFile(b"one"))
    assert s3.save("products/a.jpg", ContentFile(b"two")) != name
    with urllib.request.urlopen(s3.url(name), timeout=5) as photo:
        assert photo.read() == b"one"
    private = storages["private"]
    kept = private.save("b.jpg", ContentFile(b"three"))
    assert "Signature" in private.url(kept)
    with private.open(kept) as file:
        assert file.read() == b"three"
    private.delete(kept)
    assert not private.exists(kept)


def test_a_server_that_does_not_answer_is_told(s3: Any, settings: Any) -> None:
    for one in ("default", "private"):
        settings.STORAGES[one]["OPTIONS"]["endpoint_url"] = "http://127.0.0.1:9"
    settings.STORAGES = dict(settings.STORAGES)
    with pytest.raises(CommandError, match="The S3 server refuses: Could not connect"):
        call_command("make_bucket")


def test_without_a_bucket_there_is_nothing_to_make(settings: Any) -> None:
    settings.S3_BUCKET = ""
    with pytest.raises(CommandError, match="S3_BUCKET is not set"):
        call_command("make_bucket")


def test_a_photo_of_a_search_is_read_at_an_address_that_is_signed(
    s3: Any, settings: Any, client: Client, fake_search: FakeSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    said()
    settings.SIGNED_UPLOADS = True
    monkeypatch.setattr(Search._meta.get_field("photo"), "storage", storages["private"])
    search = fake_search(asker(client), photo="one.jpg")
    search.photo.save("two.jpg", ContentFile(b"a photo"))
    answer = client.get(f"/searches/{search.pk}/photo")
    assert (answer.status_code, answer["Cache-Control"]) == (302, "private, max-age=150")
    assert "Signature" in answer["Location"]
    assert "Expires" in answer["Location"]
    with urllib.request.urlopen(answer["Location"], timeout=5) as photo:
        assert photo.read() == b"a photo"
    assert Client().get(f"/searches/{search.pk}/photo").status_code == 404
