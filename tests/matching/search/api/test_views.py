from __future__ import annotations

import io
import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from catalog.models import Attribute, Product
from matching.engine.heads import Heads
from matching.models import Search
from tests.helpers import MakeProduct, encoded, picture

pytestmark = pytest.mark.django_db


def post(client: Client, data: bytes, name: str = "photo.jpg", query: str = "") -> Any:
    return client.post(f"/predict/{query}", {"file": SimpleUploadedFile(name, data)})


def refused(response: Any, status: int, detail: str) -> None:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": response.reason_phrase,
        "status": status,
        "detail": detail,
    }


def nothing_left(folder: Path) -> bool:
    kept = [path for path in (folder / "private").rglob("*") if path.is_file()]
    return not kept and not Search.objects.exists()


def test_the_answer_has_exactly_the_keys_that_clients_know(
    client: Client, shop: dict[str, Product]
) -> None:
    answer = post(client, encoded(picture("red"))).json()
    assert list(answer) == [
        "prediction",
        "recommendations",
        "matches",
        "widened",
        "is_fashion",
        "garments",
    ]
    assert list(answer["prediction"]) == [
        "item_type",
        "gender",
        "colour",
        "season",
        "style_top3",
        "confidence",
    ]
    assert list(answer["prediction"]["confidence"]) == ["item_type", "gender", "colour", "season"]
    assert len(answer["prediction"]["style_top3"]) == 3
    assert list(answer["matches"][0]) == [
        "sku",
        "name",
        "url",
        "image",
        "score",
        "visual",
        "style",
        "reasons",
        "similar",
    ]


def test_a_red_tshirt_is_seen_and_found(client: Client, shop: dict[str, Product]) -> None:
    answer = post(client, encoded(picture("red"))).json()
    assert answer["is_fashion"] is True
    assert answer["prediction"]["item_type"] == "tshirts"
    assert answer["prediction"]["colour"] == "red"
    best = answer["matches"][0]
    assert best["sku"] == "tshirt-red"
    assert best["url"] == "/products/tshirt-red/"
    assert best["image"] == shop["tshirt-red"].photo.url == answer["recommendations"][0]
    assert best["visual"] == pytest.approx(1, abs=0.01)
    assert best["score"] == pytest.approx(0.7 * best["visual"] + 0.3 * best["style"], abs=1e-3)
    assert best["reasons"][0] == "same item type"
    assert {match["sku"][:6] for match in answer["matches"]} == {"tshirt"}
    assert client.get(best["image"]).status_code == 200
    assert client.get(best["url"]).status_code == 200


def test_labels_are_lower_case_and_confidences_are_probabilities(
    client: Client, shop: dict[str, Product]
) -> None:
    prediction = post(client, encoded(picture("navy", "trousers"))).json()["prediction"]
    labels = [prediction[key] for key in ("item_type", "gender", "colour", "season")]
    assert labels == [label.lower() for label in labels]
    shares = [*prediction["confidence"].values(), *prediction["style_top3"].values()]
    assert all(0 <= share <= 1 for share in shares)


@pytest.mark.parametrize("k", [1, 5, 8])
def test_k_products_come_back(client: Client, shop: dict[str, Product], k: int) -> None:
    answer = post(client, encoded(picture("red")), query=f"?k={k}").json()
    assert len(answer["matches"]) == len(answer["recommendations"]) == k


def test_more_than_the_catalogue_has_gives_all_of_it_and_says_it_widened(
    client: Client, shop: dict[str, Product]
) -> None:
    answer = post(client, encoded(picture("red")), query="?k=10").json()
    assert len(answer["matches"]) == 8
    assert answer["widened"] == "everything"


@pytest.mark.parametrize("k", ["0", "11", "-1", "abc", "1.5", "", "9" * 2000])
def test_another_k_is_refused(client: Client, shop: dict[str, Product], k: str) -> None:
    response = post(client, encoded(picture("red")), query=f"?k={k}")
    refused(response, 400, "k must be a whole number from 1 to 10.")


def test_inactive_and_deleted_products_are_never_shown(
    client: Client, shop: dict[str, Product]
) -> None:
    Product.objects.filter(pk=shop["tshirt-red"].pk).update(status="archived")
    shop["tshirt-black"].delete()
    answer = post(client, encoded(picture("red")), query="?k=10").json()
    skus = {match["sku"] for match in answer["matches"]}
    assert len(skus) == 6
    assert not skus & {"tshirt-red", "tshirt-black"}


def test_near_twins_are_folded_and_counted(
    client: Client, shop: dict[str, Product], make_product: MakeProduct
) -> None:
    from django.core.management import call_command

    for number in range(3):
        twin = encoded(picture("red"), quality=92 + number)
        make_product(f"twin-{number}", photo=twin, item_type="tshirts")
    call_command("build_index", stdout=io.StringIO())
    matches = post(client, encoded(picture("red"))).json()["matches"]
    assert matches[0]["similar"] == 3
    assert len({match["sku"] for match in matches}) == 3


def test_a_picture_of_no_garment_is_told_so(
    client: Client,
    shop: dict[str, Product],
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    settings.FINDER = ""
    monkeypatch.setattr(Heads, "fashion_logits", lambda self, vectors: np.array([-0.1], "f4"))
    response = post(client, encoded(picture("red")))
    answer = response.json()
    assert response.status_code == 200
    assert answer["is_fashion"] is False
    assert answer["recommendations"] == answer["matches"] == answer["garments"] == []
    assert answer["prediction"]["item_type"]
    assert answer["message"].startswith("We see no clothing, shoes or accessories")


def test_every_search_is_kept(client: Client, shop: dict[str, Product]) -> None:
    post(client, encoded(picture("red")))
    search = Search.objects.get()
    assert search.source == "api"
    assert search.user is None
    assert (search.k, search.visual_weight, search.generation) == (3, 0.7, 1)
    assert search.label("item_type") == "tshirts"
    assert [match.rank for match in search.matches.all()] == [1, 2, 3]
    with Image.open(search.photo.open()) as kept:
        assert kept.size == (search.photo_width, search.photo_height) == (60, 80)
        assert not kept.getexif()


def test_another_attribute_of_the_shop_appears_in_the_prediction(
    client: Client, make_product: MakeProduct
) -> None:
    from django.core.management import call_command

    Attribute.objects.create(key="pattern", label="Pattern", csv_column="pattern", position=9)
    for number in range(40):
        colour, shape, pattern = [("red", "tshirt", "plain"), ("blue", "bag", "striped")][
            number % 2
        ]
        make_product(
            str(number),
            photo=encoded(picture(colour, shape), quality=50 + number),
            item_type={"tshirt": "tshirts", "bag": "handbags"}[shape],
            pattern=pattern,
        )
    call_command("train_heads", stdout=io.StringIO())
    call_command("build_index", stdout=io.StringIO())
    answer = post(client, encoded(picture("red"))).json()
    assert answer["prediction"]["pattern"] == "plain"
    assert answer["prediction"]["confidence"]["pattern"] > 0.5
    assert "same pattern" in answer["matches"][0]["reasons"]


# --- pictures of every kind ------------------------------------------------------------------


def sideways() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(picture("red", size=(240, 320)).rotate(90, expand=True), exif=exif)


def palette_with_alpha() -> bytes:
    image = picture("red", size=(240, 320)).convert("RGBA")
    image.putalpha(Image.eval(image.getchannel("G"), lambda green: 0 if green > 250 else 255))
    return encoded(image.quantize(16), "PNG")


def animation() -> bytes:
    frames = [picture("red", size=(240, 320)), Image.new("RGB", (240, 320), "blue")]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)


@pytest.mark.parametrize(
    ("data", "colour"),
    [
        pytest.param(animation(), "red", id="animated GIF"),
        pytest.param(encoded(picture("red", size=(240, 320)).convert("CMYK")), "red", id="CMYK"),
        pytest.param(palette_with_alpha(), "red", id="palette with alpha"),
        pytest.param(sideways(), "red", id="EXIF-rotated"),
        pytest.param(encoded(picture("red"), "WEBP"), "red", id="WebP"),
        pytest.param(encoded(picture("red"), "PNG"), "red", id="PNG"),
    ],
)
def test_odd_pictures_are_read_right(
    client: Client, shop: dict[str, Product], data: bytes, colour: str
) -> None:
    answer = post(client, data).json()
    assert answer["prediction"]["item_type"] == "tshirts"
    assert answer["prediction"]["colour"] == colour


def test_sixteen_bits_say_the_same_as_eight(client: Client, shop: dict[str, Product]) -> None:
    grey = picture("grey", size=(240, 320)).convert("L")
    deep = Image.fromarray(np.asarray(grey, np.uint16) * 257)
    answers = [post(client, encoded(image, "PNG")).json() for image in (grey, deep)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.jpg", "a\r\nX-Evil: 1.jpg", "x" * 500 + ".jpg", "ünï©ode.jpg", "a"]
)
def test_the_name_of_the_file_does_not_matter(
    client: Client, shop: dict[str, Product], name: str, own_data_folder: Path
) -> None:
    assert post(client, encoded(picture("red")), name).status_code == 200
    search = Search.objects.get()
    assert search.photo.name.endswith(f"{search.pk}.jpg")


# --- what is refused -------------------------------------------------------------------------


def huge_png() -> bytes:
    """20,000 x 20,000 pixels in a few kilobytes."""
    row = zlib.compress(b"\0" * 20_001 * 100, 9)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


NOT_A_PICTURE = "The file is not a picture that we can read; send a JPEG, PNG, WebP, GIF or HEIC."
DAMAGED = "The picture is damaged or incomplete; send it again."
TOO_LARGE = "The file is larger than 10 MB."
TRUNCATED = encoded(picture("red", size=(600, 800)))[:3000]


@pytest.mark.parametrize(
    ("data", "status", "detail"),
    [
        pytest.param(b"", 400, "The file is empty.", id="empty"),
        pytest.param(b"Hello, this is text.", 415, NOT_A_PICTURE, id="text"),
        pytest.param(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", 415, NOT_A_PICTURE, id="PDF"),
        pytest.param(TRUNCATED, 400, DAMAGED, id="truncated"),
        pytest.param(
            huge_png(),
            400,
            "The picture has too many pixels; at most 50 million are accepted.",
            id="too many pixels",
        ),
        pytest.param(
            b"\xff" * (10 * 1024**2 + 1), 413, "The file is larger than 10 MB.", id="10 MB"
        ),
        pytest.param(b"\xff" * (11 * 1024**2), 413, "The file is larger than 10 MB.", id="11 MB"),
    ],
)
def test_what_is_no_usable_picture_is_refused_in_one_sentence(
    client: Client,
    shop: dict[str, Product],
    own_data_folder: Path,
    data: bytes,
    status: int,
    detail: str,
) -> None:
    refused(post(client, data), status, detail)
    assert nothing_left(own_data_folder)


NO_FILE = "There is no file. Send the picture as multipart form field 'file'."


def test_a_request_without_a_file_is_refused(client: Client, shop: dict[str, Product]) -> None:
    refused(client.post("/predict/"), 400, NO_FILE)
    refused(client.post("/predict/", {"file": "text, no file"}), 400, NO_FILE)
    refused(client.post("/predict/", {"photo": SimpleUploadedFile("a.jpg", b"x")}), 400, NO_FILE)
    refused(client.post("/predict/", "{}", content_type="application/json"), 400, NO_FILE)


def test_a_broken_form_is_refused(client: Client, shop: dict[str, Product]) -> None:
    response = client.post("/predict/", b"--x\r\nbroken", content_type="multipart/form-data")
    refused(response, 400, "The upload is not complete; send it again.")


def test_other_methods_are_refused_as_problems(client: Client) -> None:
    refused(client.get("/predict/"), 405, 'Method "GET" not allowed.')


def test_no_token_is_needed(shop: dict[str, Product]) -> None:
    assert post(Client(enforce_csrf_checks=True), encoded(picture("red"))).status_code == 200


def test_too_many_requests_are_slowed_down(
    client: Client, shop: dict[str, Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    from rest_framework.throttling import SimpleRateThrottle

    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"predict": "2/min"})
    codes = [post(client, encoded(picture("red"))).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


# --- nothing to search yet -------------------------------------------------------------------


def test_without_an_index_the_answer_says_what_to_run(client: Client) -> None:
    refused(
        post(client, encoded(picture("red"))),
        503,
        "The index is not built yet. Run: python manage.py build_index",
    )


def test_an_emptied_catalogue_says_what_to_run(client: Client, shop: dict[str, Product]) -> None:
    Product.objects.all().delete()
    refused(
        post(client, encoded(picture("red"))),
        503,
        "The catalogue is empty. Run: python manage.py import_products FOLDER",
    )


def test_a_damaged_index_says_what_to_run(
    client: Client, shop: dict[str, Product], own_data_folder: Path
) -> None:
    from matching import runtime

    (own_data_folder / "artifacts/index/1/index.faiss").write_bytes(b"broken")
    runtime.forget()
    response = post(client, encoded(picture("red")))
    assert response.status_code == 503
    assert response.json()["detail"].endswith("is damaged; build the index again.")


def test_a_failing_database_leaves_no_photo_behind(
    client: Client,
    shop: dict[str, Product],
    own_data_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from django.db import DatabaseError

    from matching.models import SearchMatch

    def fail(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(SearchMatch.objects, "bulk_create", fail)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(DatabaseError):
        post(client, encoded(picture("red")))
    assert nothing_left(own_data_folder)


# --- the description ---------------------------------------------------------------------------


def test_the_schema_describes_the_upload_and_the_answer(client: Client) -> None:
    schema = json.loads(client.get("/schema/?format=json").content)
    operation = schema["paths"]["/predict/"]["post"]
    assert "multipart/form-data" in operation["requestBody"]["content"]
    assert set(operation["responses"]) == {"200", "400", "413", "415", "429", "503"}
    assert [parameter["name"] for parameter in operation["parameters"]] == ["each", "k"]


def test_the_documentation_page_loads_nothing_from_elsewhere(client: Client) -> None:
    for place in ("/docs/", "/redoc/"):
        page = client.get(place).content.decode()
        assert "/static/drf_spectacular_sidecar/" in page
        assert 'src="https://' not in page
        assert "fonts.googleapis" not in page
