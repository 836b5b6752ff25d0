from __future__ import annotations

import pytest
from PIL import Image

from matching.engine.finder import ANTICLOCKWISE, WHOLE, Box
from matching.search.look import Ground, Spot, _lying, ground_of, look
from tests.helpers import picture


def on_white(size: tuple[int, int], *places: tuple[int, int, int, int]) -> Image.Image:
    canvas = Image.new("RGB", size, "white")
    for left, top, right, bottom in places:
        canvas.paste((200, 20, 20), (left, top, right, bottom))
    return canvas


def test_a_small_thing_in_a_corner_is_looked_at_from_near() -> None:
    ground = ground_of(on_white((1000, 1000), (800, 700, 900, 900)))
    assert ground.has_one
    assert ground.inner == pytest.approx((0.788, 0.676, 0.912, 0.924), abs=0.02)


def test_a_thing_that_reaches_from_side_to_side_is_looked_at_as_it_is() -> None:
    ground = ground_of(on_white((600, 800), (20, 300, 580, 500)))
    assert (ground.inner, ground.has_one) == (WHOLE, True)


def test_things_apart_from_each_other_are_several() -> None:
    assert not ground_of(on_white((800, 800), (50, 100, 350, 700), (450, 100, 750, 700))).has_one


def test_a_photo_without_plain_ground_is_looked_at_as_it_is() -> None:
    gradient = Image.linear_gradient("L").resize((300, 400)).convert("RGB")
    assert ground_of(gradient).inner == WHOLE
    assert not ground_of(gradient).has_one


@pytest.mark.parametrize("colour", ["white", "black"])
def test_an_empty_photo_has_nothing_on_it(colour: str) -> None:
    ground = ground_of(Image.new("RGB", (50, 400), colour))
    assert (ground.inner, ground.has_one) == (WHOLE, False)


@pytest.mark.parametrize("turns", range(4))
def test_what_is_found_in_a_turned_photo_lies_where_it_lay(turns: int) -> None:
    photo = on_white((100, 60), (10, 5, 30, 25))
    turned = photo.transpose(ANTICLOCKWISE[turns - 1]) if turns else photo
    left, top, right, bottom = turned.convert("L").point(lambda level: level < 250).getbbox()
    box = Box(
        left / turned.width, top / turned.height, right / turned.width, bottom / turned.height
    )
    assert _lying(box, turns) == pytest.approx((0.1, 5 / 60, 0.3, 25 / 60))
    cut = Spot(_lying(box, turns), _lying(box, turns), turns).cut(photo)
    assert cut.size == ((20, 20))
    assert cut.getpixel((10, 10)) == (200, 20, 20)


def test_degrees_are_those_clockwise() -> None:
    assert [Spot(WHOLE, WHOLE, turns).degrees for turns in range(4)] == [0, 270, 180, 90]


def test_a_spot_is_kept_as_json() -> None:
    spot = Spot(Box(0.1, 0.2, 0.3, 0.4), WHOLE, 1, "dress", 0.75)
    assert Spot.from_json(spot.as_json()) == spot


def test_without_a_finder_there_is_the_photo_alone() -> None:
    assert look(picture(), Ground(WHOLE, has_one=True), None) == [Spot(WHOLE, WHOLE)]
