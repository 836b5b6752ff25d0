from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from matching.engine.backbone import Backbone
from matching.engine.errors import BackboneError
from pictures import PictureError
from tests.helpers import encoded, picture

BUNDLED = Path(__file__).parents[3] / "matching" / "backbones" / "vibe-mini"
COLOURS = ("red", "blue", "green", "black", "orange", "purple", "navy")


def drawings() -> list[Image.Image]:
    kinds = ("tshirt", "trousers", "handbag")
    return [picture(colour, kind, (90, 120)) for colour in COLOURS for kind in kinds]


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return Backbone(BUNDLED)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "mini"))


def rewrite(folder: Path, **changes: Any) -> None:
    manifest = json.loads((folder / "manifest.json").read_text()) | changes
    kept = {key: value for key, value in manifest.items() if value is not None}
    (folder / "manifest.json").write_text(json.dumps(kept))


def embed_both(folder: Path) -> None:
    Backbone(folder).embed_images([picture("red")])
    Backbone(folder).embed_texts(["red"])


def intake_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("intake")]


def test_pictures_become_unit_rows(backbone: Backbone) -> None:
    rows = backbone.embed_images(drawings())
    assert rows.dtype == np.float32
    assert rows.shape == (21, backbone.dimension)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(21), abs=1e-5)


def test_texts_become_unit_rows_whatever_their_length(backbone: Backbone) -> None:
    rows = backbone.embed_texts(["a red dress", "shirt " * 500, "Röcke für Damen 👗"] * 30)
    assert rows.shape == (90, backbone.dimension)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(90), abs=1e-5)
    assert rows[:3] == pytest.approx(rows[-3:], abs=1e-5)


def test_an_empty_text_spoils_no_other_and_is_never_nan(backbone: Backbone) -> None:
    rows = backbone.embed_texts(["a red dress", "", "   "])
    assert np.isfinite(rows).all()
    assert rows[0] == pytest.approx(backbone.embed_texts(["a red dress"])[0], abs=1e-5)


def test_a_tower_that_the_runtime_cannot_load_is_named(copied: Path) -> None:
    (copied / "image.onnx").write_bytes(b"no network")
    digest = hashlib.sha256(b"no network").hexdigest()
    rewrite(copied, sha256={"image.onnx": digest})
    expected = f"ONNX Runtime cannot load {copied / 'image.onnx'}"
    with pytest.raises(BackboneError, match=re.escape(expected)):
        Backbone(copied).embed_images([picture("red")])


def test_nothing_gives_no_rows(backbone: Backbone) -> None:
    assert backbone.embed_images([]).shape == (0, backbone.dimension)
    assert backbone.embed_texts([]).shape == (0, backbone.dimension)
    assert list(backbone.embed_stream([])) == []


def test_one_by_one_equals_any_batch(backbone: Backbone) -> None:
    images = drawings()
    alone = np.concatenate([backbone.embed_images([image]) for image in images])
    for size in (1, 4, 32):
        assert np.abs(backbone.embed_images(images, batch_size=size) - alone).max() < 1e-5


def test_texts_one_by_one_equal_a_batch(backbone: Backbone) -> None:
    texts = [f"{colour} dress for women" for colour in COLOURS]
    alone = np.concatenate([backbone.embed_texts([text]) for text in texts])
    assert np.abs(backbone.embed_texts(texts, batch_size=3) - alone).max() < 1e-5


def test_images_files_and_bytes_are_the_same_to_it(backbone: Backbone, tmp_path: Path) -> None:
    image = picture("red")
    data = encoded(image, "PNG")
    (tmp_path / "photo.png").write_bytes(data)
    rows = backbone.embed_images([image, data, tmp_path / "photo.png"])
    assert np.abs(rows - rows[0]).max() < 1e-6


def test_a_stream_keeps_the_order_of_its_keys(backbone: Backbone) -> None:
    images = drawings()
    items = [(f"key {number}", image) for number, image in enumerate(images)]
    found = list(backbone.embed_stream(items, batch_size=4, workers=3))
    assert [key for key, _ in found] == [key for key, _ in items]
    rows = [row for _, row in found if not isinstance(row, PictureError)]
    assert np.abs(np.stack(rows) - backbone.embed_images(images)).max() < 1e-5


def test_a_bad_picture_among_good_ones_is_reported_in_its_place(
    backbone: Backbone, tmp_path: Path
) -> None:
    good = encoded(picture("red"))
    items = [(0, good), (1, b""), (2, good), (3, tmp_path / "no.jpg"), (4, good[:300]), (5, good)]
    found = dict(backbone.embed_stream(items, batch_size=2))
    errors = {key: row.code for key, row in found.items() if isinstance(row, PictureError)}
    assert errors == {1: "empty", 3: "missing", 4: "damaged"}
    assert np.array_equal(found[0], found[5])


def test_a_broken_picture_opened_elsewhere_stops_no_other(backbone: Backbone) -> None:
    good = picture("red")
    broken = Image.open(io.BytesIO(encoded(picture("red", size=(240, 320)))[:1500]))
    items = [(0, good), (1, broken), (2, Image.new("RGB", (0, 4))), (3, good)]
    found = dict(backbone.embed_stream(items))
    errors = {key: row.code for key, row in found.items() if isinstance(row, PictureError)}
    assert errors == {1: "damaged", 2: "too_small"}


@pytest.mark.parametrize("resize", ["letterbox", "squash", "shortest-edge"])
def test_transparency_is_white_to_it_whatever_the_resize(copied: Path, resize: str) -> None:
    image = json.loads((copied / "manifest.json").read_text())["image"] | {"resize": resize}
    rewrite(copied, image=image)
    clear, white = Image.new("RGBA", (60, 80), (0, 0, 0, 0)), Image.new("RGB", (60, 80), "white")
    rows = Backbone(copied).embed_images([clear, white, Image.new("L", (60, 80), 255)])
    assert np.abs(rows - rows[0]).max() < 1e-6


@pytest.mark.parametrize("size", [0, -1])
def test_batches_of_nothing_are_refused(backbone: Backbone, size: int) -> None:
    with pytest.raises(ValueError, match=f"batch_size must be at least 1, not {size}"):
        backbone.embed_images([picture("red")], batch_size=size)
    with pytest.raises(ValueError, match=f"batch_size must be at least 1, not {size}"):
        backbone.embed_texts(["red"], batch_size=size)


def test_a_batch_of_bad_pictures_alone_runs_no_model(copied: Path) -> None:
    (copied / "image.onnx").unlink()
    found = list(Backbone(copied).embed_stream(enumerate([b"", b"?"])))
    assert all(isinstance(row, PictureError) for _, row in found)


def test_embed_images_raises_what_is_wrong_with_a_picture(backbone: Backbone) -> None:
    with pytest.raises(PictureError, match=r"^The file is empty\.$"):
        backbone.embed_images([picture("red"), b""])


def test_progress_counts_every_picture(backbone: Backbone) -> None:
    seen: list[int] = []
    backbone.embed_images(drawings()[:5], batch_size=2, on_progress=seen.append)
    assert seen == [1, 2, 3, 4, 5]


def test_a_stream_takes_only_a_few_batches_ahead(backbone: Backbone) -> None:
    taken = 0

    def endless() -> Iterator[tuple[int, Image.Image]]:
        nonlocal taken
        while True:
            yield taken, picture("red")
            taken += 1

    stream = backbone.embed_stream(endless(), batch_size=4)
    for _ in range(40):
        next(stream)
    stream.close()
    assert taken <= 40 + 4 * 4


def test_a_stream_closed_early_stops_its_threads(backbone: Backbone) -> None:
    stream = backbone.embed_stream((number, picture("red")) for number in range(500))
    next(stream)
    assert intake_threads()
    stream.close()
    assert not intake_threads()


def test_a_source_that_fails_stops_the_threads_and_is_heard(backbone: Backbone) -> None:
    def failing() -> Iterator[tuple[int, Image.Image]]:
        yield 0, picture("red")
        raise LookupError("the shelf is gone")

    with pytest.raises(LookupError, match="the shelf is gone"):
        list(backbone.embed_stream(failing()))
    assert not intake_threads()


def test_callers_at_the_same_time_get_what_one_alone_gets() -> None:
    fresh, images = Backbone(BUNDLED), drawings()[:6]
    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(lambda _: fresh.embed_images(images), range(16)))
        texts = list(pool.map(lambda _: fresh.embed_texts(["red shirt"]), range(16)))
    assert max(np.abs(row - rows[0]).max() for row in rows) < 1e-6
    assert max(np.abs(row - texts[0]).max() for row in texts) < 1e-6


def test_a_name_is_nearer_to_its_picture_than_another_colour(backbone: Backbone) -> None:
    red, blue = backbone.embed_images([picture("red", size=(240, 320)), picture("blue")])
    text = backbone.embed_texts(["red tshirt for men"])[0]
    assert text @ red > text @ blue


def test_the_fingerprint_depends_on_what_image_vectors_depend_on(copied: Path) -> None:
    first = Backbone(copied).fingerprint
    assert len(first) == 16
    rewrite(copied, name="other", licence="other", text=None)
    assert Backbone(copied).fingerprint == first
    rewrite(copied, dimension=513)
    assert Backbone(copied).fingerprint != first


def test_a_folder_without_manifest_is_no_backbone(tmp_path: Path) -> None:
    with pytest.raises(BackboneError) as caught:
        Backbone(tmp_path)
    assert str(caught.value) == f"{tmp_path} is no backbone: it has no manifest.json."


@pytest.mark.parametrize("text", ["", "{", "\x00\xff"])
def test_a_manifest_that_is_no_json_is_refused(copied: Path, text: str) -> None:
    path = copied / "manifest.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BackboneError) as caught:
        Backbone(copied)
    assert str(caught.value) == f"{path} cannot be read."


@pytest.mark.parametrize("text", ["[]", "{}", '{"format": 2}'])
def test_a_manifest_of_another_format_is_refused(copied: Path, text: str) -> None:
    path = copied / "manifest.json"
    path.write_text(text)
    with pytest.raises(BackboneError) as caught:
        Backbone(copied)
    assert str(caught.value) == f"{path} is not of format 1; install the backbone again."


@pytest.mark.parametrize(
    ("key", "value"),
    [("name", None), ("image", None), ("sha256", {}), ("sha256", []), ("dimension", "many")],
)
def test_a_manifest_with_holes_is_refused(copied: Path, key: str, value: Any) -> None:
    rewrite(copied, **{key: value})
    with pytest.raises(BackboneError) as caught:
        Backbone(copied)
    expected = f"{copied / 'manifest.json'} is incomplete; install the backbone again."
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"dimension": 0},
        {"text": []},
        {"text": {"inputs": "input_ids"}},
        {"text": {"inputs": []}},
        {"text": {"inputs": [["input_ids"]]}},
        {"text": {"inputs": ["input_ids", "position_ids"]}},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(copied: Path, changes: dict[str, Any]) -> None:
    rewrite(copied, **changes)
    with pytest.raises(BackboneError) as caught:
        Backbone(copied)
    expected = f"{copied / 'manifest.json'} makes no sense; install the backbone again."
    assert str(caught.value) == expected


def test_a_tower_for_pictures_of_another_size_is_named(copied: Path) -> None:
    image = json.loads((copied / "manifest.json").read_text())["image"]
    rewrite(copied, image=image | {"size": [64, 64]})
    with pytest.raises(BackboneError) as caught:
        Backbone(copied).embed_images([picture("red")])
    expected = f"{copied / 'image.onnx'} does not fit its manifest; install the backbone again."
    assert str(caught.value) == expected


@pytest.mark.parametrize("key", ["padding", "truncation"])
def test_a_tokenizer_that_leaves_texts_of_unlike_length_is_named(copied: Path, key: str) -> None:
    path = copied / "tokenizer.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: None}))
    digests = json.loads((copied / "manifest.json").read_text())["sha256"]
    digests["tokenizer.json"] = hashlib.sha256(path.read_bytes()).hexdigest()
    rewrite(copied, sha256=digests)
    with pytest.raises(BackboneError) as caught:
        Backbone(copied).embed_texts(["red", "a blue dress"])
    assert str(caught.value) == f"{path} does not fit its manifest; install the backbone again."


def test_a_provider_that_is_not_there_is_named_and_nothing_is_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(BackboneError, match=r"^ONNX Runtime has no NoProvider here; it has "):
        Backbone(BUNDLED, providers=["NoProvider"]).embed_images([picture("red")])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["image.onnx", "text.onnx", "tokenizer.json"])
def test_a_damaged_file_is_named(copied: Path, name: str) -> None:
    data = bytearray((copied / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / name).write_bytes(data)
    with pytest.raises(BackboneError) as caught:
        embed_both(copied)
    assert str(caught.value) == f"{copied / name} is damaged; install the backbone again."


@pytest.mark.parametrize("name", ["image.onnx", "tokenizer.json"])
def test_a_missing_file_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(BackboneError) as caught:
        embed_both(copied)
    assert str(caught.value) == f"{copied / name} is missing; install the backbone again."


def test_without_a_text_tower_texts_are_refused(copied: Path) -> None:
    rewrite(copied, text=None)
    without = Backbone(copied)
    assert not without.has_text
    with pytest.raises(BackboneError, match=r"^The backbone vibe-mini has no text tower\.$"):
        without.embed_texts(["red"])
    assert without.embed_images([picture("red")]).shape == (1, 512)


def test_one_picture_alone_is_the_row_of_a_batch_of_one(backbone: Backbone) -> None:
    image = picture("red")
    (row,) = backbone.embed_images([image])
    assert backbone.embed_image(image).tolist() == row.tolist()
    with pytest.raises(PictureError):
        backbone.embed_image(b"no picture")
