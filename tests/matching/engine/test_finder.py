from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from PIL import Image

from matching.engine.errors import FinderError
from matching.engine.finder import FINDER_FILE, WHOLE, Box, Finder, _peaks, _way_up
from tests.helpers import picture

BUNDLED = Path(settings.BUNDLED_FINDERS_DIR) / "garment-finder"


@pytest.fixture(scope="module")
def finder() -> Finder:
    return Finder(BUNDLED)


def on_white(*things: tuple[Image.Image, tuple[int, int]]) -> Image.Image:
    canvas = Image.new("RGB", (800, 600), "white")
    for thing, place in things:
        canvas.paste(thing, place)
    return canvas


def test_two_things_are_two_garments_each_in_its_place(finder: Finder) -> None:
    red, navy = picture("red", "tshirt", (300, 400)), picture("navy", "tshirt", (300, 400))
    found = finder.find(on_white((red, (40, 100)), (navy, (430, 100))))
    assert found.turns == 0
    assert {garment.kind for garment in found.garments} == {"top"}
    left, right = sorted(found.garments, key=lambda garment: garment.box.left)
    assert left.box.right < 0.5 < right.box.left
    assert all(0.3 <= garment.confidence <= 1 for garment in found.garments)


def test_a_mask_covers_the_garment_more_than_what_is_around_it(finder: Finder) -> None:
    shirt = picture("red", "tshirt", (300, 400))
    garment = finder.find(on_white((shirt, (250, 100)))).garments[0]
    height, width = garment.mask.shape
    box = garment.box
    rows = slice(round(box.top * height), round(box.bottom * height))
    columns = slice(round(box.left * width), round(box.right * width))
    assert garment.mask[rows, columns].mean() > 3 * garment.mask.mean()


def test_of_an_empty_picture_nothing_is_found(finder: Finder) -> None:
    assert finder.find(Image.new("RGB", (300, 200), "white")).garments == []


@pytest.mark.parametrize("size", [(8, 8), (4000, 40), (40, 4000)])
def test_pictures_of_any_shape_are_taken(finder: Finder, size: tuple[int, int]) -> None:
    found = finder.find(Image.new("RGB", size, "red"))
    for garment in found.garments:
        assert 0 <= garment.box.left <= garment.box.right <= 1
        assert 0 <= garment.box.top <= garment.box.bottom <= 1


@pytest.mark.parametrize("quarters", range(4))
def test_four_looks_together_say_which_way_is_up(quarters: int) -> None:
    upright = np.array([0.7, 0.1, 0.1, 0.1], np.float32)
    # turned q quarters anticlockwise, the picture still lacks the rest of the way
    turn = np.stack([np.roll(upright, (quarters - q) % 4) for q in range(4)])
    assert _way_up(turn) == quarters


def test_a_peak_is_sure_and_above_its_neighbours() -> None:
    centres = np.zeros((2, 4, 4), np.float32)
    centres[0, 1, 1], centres[0, 1, 2], centres[1, 3, 3], centres[1, 0, 0] = 0.9, 0.8, 0.4, 0.2
    assert _peaks(centres) == [(0, 1, 1), (1, 3, 3)]


def test_overlap_is_of_the_union() -> None:
    assert Box(0, 0, 0.5, 1).overlap(Box(0.25, 0, 0.75, 1)) == pytest.approx(1 / 3)
    assert WHOLE.overlap(WHOLE) == 1
    assert Box(0, 0, 0.1, 0.1).overlap(Box(0.5, 0.5, 1, 1)) == 0


def copied(folder: Path) -> Path:
    shutil.copytree(BUNDLED, folder)
    return folder


def test_a_damaged_network_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path / "finder")
    data = bytearray((folder / FINDER_FILE).read_bytes())
    data[1000] ^= 1
    (folder / FINDER_FILE).write_bytes(data)
    with pytest.raises(FinderError, match="is damaged; install the finder again"):
        Finder(folder).find(Image.new("RGB", (60, 80)))


def test_a_manifest_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    folder = copied(tmp_path / "finder")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"stride": "wide"}))
    with pytest.raises(FinderError, match="makes no sense"):
        Finder(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(FinderError, match="is no finder"):
        Finder(folder)
