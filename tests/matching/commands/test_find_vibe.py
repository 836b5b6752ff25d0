from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image
from storages.backends.s3 import S3Storage

from catalog.models import Attribute, Product
from matching.management.commands.find_vibe import place_of_photo
from matching.models import Search, SearchMatch
from tests.helpers import encoded, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "query.jpg"
    path.write_bytes(encoded(picture("red")))
    return path


def find(*arguments: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command("find_vibe", *arguments, stdout=out, **options)
    return out.getvalue()


def test_attributes_and_matches_are_printed(photo: Path, shop: dict[str, Product]) -> None:
    lines = find(photo).splitlines()
    assert lines[:4] == [
        " item_type : tshirts",
        f" gender    : {Search.objects.get().label('gender')}",
        " colour    : red",
        f" season    : {Search.objects.get().label('season')}",
    ]
    assert lines[4].startswith(" style top-3: casual (")
    assert lines[4].count(" %)") == 3
    best = re.match(
        r" 1\. tshirt-red  Product tshirt-red  score ([\d.]+) \(visual 1\.000, style ([\d.]+)\); ",
        lines[5],
    )
    assert best
    assert float(best[1]) == pytest.approx(0.7 + 0.3 * float(best[2]), abs=1e-3)
    assert "same item type" in lines[5]


def test_photos_of_matches_are_paths_that_can_be_opened(
    photo: Path, shop: dict[str, Product]
) -> None:
    printed = re.findall(r"^    (/.+)$", find(photo), re.MULTILINE)
    assert printed[0] == shop["tshirt-red"].photo.path
    assert len(printed) == 3
    assert all(Image.open(path).size for path in printed)


def test_photos_in_a_bucket_are_named_by_their_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Product._meta.get_field("photo"), "storage", S3Storage(bucket_name="vibe"))
    address = "https://photos.example/products/a.jpg"
    match = SearchMatch(product=Product(photo="products/a.jpg"), image=address)
    assert place_of_photo(match) == address


def test_the_photo_of_a_product_that_went_is_named_by_its_address() -> None:
    assert place_of_photo(SearchMatch(image="/media/products/a.jpg")) == "/media/products/a.jpg"


def test_the_style_is_that_of_the_index_until_another_is_built(
    photo: Path, shop: dict[str, Product]
) -> None:
    Attribute.objects.filter(role=Attribute.Role.STYLE).update(role=Attribute.Role.PLAIN)
    Attribute.objects.filter(key="season").update(role=Attribute.Role.STYLE)
    assert re.findall(r" (\w+) top-3: ", find(photo)) == ["style"]
    call_command("build_index", stdout=io.StringIO())
    assert re.findall(r" (\w+) top-3: ", find(photo)) == ["season"]


def test_json_is_what_the_api_answers(photo: Path, shop: dict[str, Product]) -> None:
    printed = json.loads(find(photo, "--json", "-k", "4"))
    upload = SimpleUploadedFile("a.jpg", photo.read_bytes())
    assert printed == Client().post("/predict/?k=4", {"file": upload}).json()


def test_a_grid_shows_the_photo_and_its_matches(
    photo: Path, shop: dict[str, Product], tmp_path: Path
) -> None:
    grid = tmp_path / "grid.png"
    assert find(photo, grid=grid).endswith(f"grid: {grid}\n")
    with Image.open(grid) as drawn:
        assert drawn.width > 2 * drawn.height
        red = sum(
            count
            for count, colour in drawn.convert("RGB").getcolors(1 << 24)
            if colour[0] > 200 and colour[1] < 60 and colour[2] < 60
        )
    assert red > 1000


def test_a_grid_that_cannot_be_written_is_said(photo: Path, shop: dict[str, Product]) -> None:
    with pytest.raises(CommandError, match=r"/nowhere/grid.png cannot be written"):
        find(photo, grid=Path("/nowhere/grid.png"))


def test_the_search_is_kept(photo: Path, shop: dict[str, Product]) -> None:
    find(photo)
    assert Search.objects.get().source == "command"


@pytest.mark.parametrize("k", ["0", "11", "abc", "-3"])
def test_another_k_is_refused(photo: Path, k: str) -> None:
    with pytest.raises(CommandError, match="must be a whole number from 1 to 10"):
        find(photo, "-k", k)


def test_a_photo_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match=r"none.jpg cannot be read: No such file or directory."):
        find("none.jpg")


def test_a_file_that_is_no_picture_is_named(tmp_path: Path, shop: dict[str, Product]) -> None:
    (tmp_path / "a.jpg").write_text("text")
    with pytest.raises(CommandError, match=r"a.jpg: The file is not a picture that we can read"):
        find(tmp_path / "a.jpg")


def test_without_an_index_it_says_what_to_run(photo: Path) -> None:
    with pytest.raises(CommandError, match="Run: python manage.py build_index"):
        find(photo)
