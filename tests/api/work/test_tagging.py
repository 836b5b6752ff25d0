from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from api.models import ClientJob, JobRow
from api.work.tagging import tag
from catalog.models import Product
from jobs.models import Job
from jobs.queue import JobError
from tests.api.clients import ORIGIN, V1, Program, problem, program
from tests.helpers import encoded, picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once")]
RED = encoded(picture("red"))


def photo(name: str, data: bytes = RED) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def zipped(**files: bytes) -> SimpleUploadedFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return SimpleUploadedFile("photos.zip", packed.getvalue(), "application/zip")


def place(response: Any) -> str:
    assert response.status_code == 202, response.content
    return str(response["Location"].partition(V1)[2])


@pytest.fixture
def till() -> Program:
    return program("search")


def test_each_photo_has_a_result_and_a_bad_one_keeps_none_back(
    till: Program, shop: dict[str, Product]
) -> None:
    sent = [photo("one.jpg"), photo("=b\0ad.jpg", b"no picture"), photo("one.jpg")]
    job = place(till.send("/jobs", {"photo": sent}))
    told = till.get(job).json()
    assert (told["state"], told["done"], told["total"]) == ("done", 3, 3)
    assert told["counts"] == {"tagged": 2, "refused": 1}
    first, bad, _last = till.get(f"{job}/results").json()["results"]
    assert (first["number"], first["name"], first["outcome"]) == (1, "one.jpg", "tagged")
    garment = first["garments"][0]
    assert garment["attributes"]["item_type"]["value"] == garment["item_type"] == "tshirts"
    assert (bad["name"], bad["outcome"], bad["garments"]) == ("=bad.jpg", "refused", None)
    assert "not a picture" in bad["detail"]
    table = till.get(f"{job}/results?limit=2", headers={"Accept": "text/csv"})
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert 'rel="next"' in table["Link"]
    lines = list(csv.DictReader(io.StringIO(table.content.decode())))
    assert lines[0]["item_type"] == "tshirts"
    assert lines[-1]["name"] == "'=bad.jpg"
    missing = till.get("/jobs/7b0d3f34-5a5e-4d0a-9d5c-9f1a1f0b8a11/results?format=csv")
    problem(missing, 404, "not-found")


def test_a_zip_is_looked_through(till: Program, shop: dict[str, Product]) -> None:
    files = {"a/red.jpg": RED, "__MACOSX/a/._red.jpg": b"x", ".hidden": b"x", "b.txt": b"text"}
    job = place(till.send("/jobs", {"zip": zipped(**files)}))
    told = till.get(f"{job}/results").json()["results"]
    assert [(one["name"], one["outcome"]) for one in told] == [
        ("a/red.jpg", "tagged"),
        ("b.txt", "refused"),
    ]


def test_addresses_are_fetched_from_public_machines_only(
    till: Program, shop: dict[str, Product]
) -> None:
    asked = {"photo_urls": ["http://127.0.0.1:1/a.jpg", "http://127.0.0.1:1/b.jpg"]}
    job = place(till.post("/jobs", asked))
    told = till.get(f"{job}/results").json()["results"]
    assert [one["name"] for one in told] == asked["photo_urls"]
    assert all("private network" in one["detail"] for one in told)


def test_a_job_goes_on_where_it_was_stopped(
    till: Program, shop: dict[str, Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.work.tagging.forget_upload", lambda name: None)
    place(till.send("/jobs", {"photo": [photo("1.jpg"), photo("2.jpg")]}))
    made = ClientJob.objects.get()
    before = made.rows.get(number=1)
    made.rows.filter(number=2).delete()
    told: list[int] = []

    class Told:
        def progress(self, done: int, total: int | None = None, note: str = "") -> None:
            told.append(done)

        def log(self, line: str) -> None: ...

    assert made.job
    assert tag(Told(), **made.job.params) == {"tagged": 2}
    assert told == [2]
    assert made.rows.get(number=1).pk == before.pk


def test_without_an_index_the_job_says_so(till: Program) -> None:
    job = place(till.send("/jobs", {"photo": [photo("1.jpg")]}))
    told = till.get(job).json()
    assert told["state"] == "failed"
    assert "build_index" in told["detail"]


def test_a_job_is_of_its_client_and_of_keys_that_might_have_started_it(
    till: Program, shop: dict[str, Product]
) -> None:
    job = place(till.post("/jobs", {"photo_urls": ["http://127.0.0.1:1/a.jpg"]}))
    writer, other = program("catalogue:write"), program("search", client="other")
    for asker in (writer, other):
        for method, path in (("GET", job), ("GET", f"{job}/results"), ("DELETE", job)):
            problem(asker.ask(method, path), 404, "not-found")
        assert asker.get("/jobs").json()["results"] == []
    assert len(program("search").get("/jobs").json()["results"]) == 1
    page = program("search", origins=(ORIGIN,))
    problem(page.get(job), 403, "forbidden")
    assert till.ask("DELETE", job).status_code == 204


def test_no_client_has_ever_more_jobs_waiting(till: Program) -> None:
    for _ in range(10):
        ClientJob.objects.create(
            client=till.row.client,  # type: ignore[union-attr]
            job=Job.objects.create(kind="api_tag"),
        )
    refused = till.post("/jobs", {"photo_urls": ["https://shop.example/a.jpg"]})
    problem(refused, 429, "limited")
    assert refused["Retry-After"]


def test_what_holds_no_photos_is_refused(till: Program) -> None:
    problem(till.post("/jobs", {}), 400, "invalid")
    problem(till.post("/jobs", {"photo_urls": ["ftp://x/y"]}), 400, "invalid")
    problem(till.post("/jobs", {"photo_urls": ["https://x.example/y"] * 501}), 400, "invalid")
    problem(till.send("/jobs", {"words": "red"}), 400, "invalid")
    broken = SimpleUploadedFile("a.zip", b"PK", "application/zip")
    problem(till.send("/jobs", {"zip": broken}), 400, "invalid")
    problem(till.send("/jobs", {"zip": zipped()}), 400, "invalid")
    many = {f"{at}.jpg": b"" for at in range(501)}
    problem(till.send("/jobs", {"zip": zipped(**many)}), 413, "too-large")
    some = [photo("a.jpg", b"x") for _ in range(501)]
    problem(till.send("/jobs", {"photo": some}), 413, "too-large")
    assert not JobRow.objects.exists()


def test_a_program_that_is_gone_gets_nothing(shop: dict[str, Product]) -> None:
    with pytest.raises(JobError, match="gone"):
        tag(None, order="7b0d3f34-5a5e-4d0a-9d5c-9f1a1f0b8a11", upload="x.zip")  # type: ignore[arg-type]
