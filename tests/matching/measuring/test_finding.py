from __future__ import annotations

import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from matching.measuring.changed_photos import CHANGES, COLLAGE, collage
from matching.measuring.worn import worn
from tests.helpers import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command("measure_finder", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def masked(tmp_path: Path) -> Path:
    """One photo of a shirt beside an empty ground, with the label of every pixel."""
    for name in ("photos", "masks"):
        (tmp_path / name).mkdir()
    (tmp_path / "labels.csv").write_text("number,label\n0,null\n1,t-shirt\n2,skin\n")
    photo, mask = Image.new("RGB", (800, 600), "white"), np.zeros((600, 800), np.uint8)
    shirt = picture("red", "tshirt", (300, 400))
    photo.paste(shirt, (40, 100))
    photo.paste(picture("navy", "tshirt", (300, 400)), (430, 100))
    mask[100:500, 40:340] = np.asarray(shirt.convert("L")) < 200
    photo.save(tmp_path / "photos" / "1.jpg", quality=95)
    Image.fromarray(mask).save(tmp_path / "masks" / "1.png")
    return tmp_path


def test_what_is_found_is_held_against_the_masks(masked: Path, tmp_path: Path) -> None:
    told = run(masked, "--json", tmp_path / "figures.json")
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["counts"]["photos"] == figures["counts"]["garments"] == 1
    assert figures["recall_near"] == 1
    assert figures["refused"] == 0
    assert 0 < figures["precision"] < 1  # the second shirt is not in the mask
    assert "Measured 1 photos with 1 garments" in told


def test_a_folder_without_photos_is_told_so(masked: Path) -> None:
    (masked / "photos" / "1.jpg").unlink()
    with pytest.raises(CommandError, match="There are no photos with masks"):
        run(masked)
    (masked / "labels.csv").write_text("number,name\n1,t-shirt\n")
    with pytest.raises(CommandError, match="no table of number and label"):
        run(masked)


def test_each_product_is_shown_in_every_way(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    picture("red").save(tmp_path / "images" / "9.jpg", quality=95)
    header = "id,gender,articleType,baseColour,season,usage,productDisplayName"
    (tmp_path / "styles.csv").write_text(f"{header}\n9,Men,Tshirts,Red,Summer,Casual,Red Tee\n")
    run(tmp_path, "--json", tmp_path / "figures.json")
    changes = json.loads((tmp_path / "figures.json").read_text())["changes"]
    assert set(changes) == {*CHANGES, COLLAGE}
    assert changes["as it is"] == {"accepted": 1, "type": 1}
    assert all(not math.isnan(share) for row in changes.values() for share in row.values())


def test_a_collage_holds_four_photos_beside_each_other() -> None:
    made = collage(
        [Image.new("RGB", (30, 60), colour) for colour in ("red", "lime", "blue", "black")]
    )
    middle = made.width // 4
    places = [(x, y) for y in (middle, 3 * middle) for x in (middle, 3 * middle)]
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0)]
    assert [made.getpixel(place) for place in places] == colours


def test_a_folder_without_labels_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no styles\.csv"):
        run(tmp_path)


def test_labels_of_pixels_stand_for_item_types() -> None:
    assert worn()["jeans"].kind == "trousers"
    assert "jeans" in worn()["jeans"].item_types
    assert "skin" not in worn()
