from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from matching.engine.errors import BackboneError
from matching.engine.preprocess import ImagePreprocessor
from tests.matching.engine.checkpoints import drawing

PLAIN: dict[str, Any] = {
    "size": [4, 6],
    "resize": "letterbox",
    "resample": "nearest",
    "mean": [0.0, 0.0, 0.0],
    "std": [1.0, 1.0, 1.0],
}
ODD_SIZES = [(32, 32), (33, 57), (57, 33), (301, 44), (20, 31), (9, 8), (640, 480), (32, 500)]


def made(**changes: Any) -> ImagePreprocessor:
    return ImagePreprocessor.from_manifest(PLAIN | changes)


def test_letterbox_fits_the_whole_picture_on_white() -> None:
    pixels = made()(Image.new("RGB", (2, 2), "red"))
    assert pixels.dtype == np.float32
    assert pixels.shape == (3, 4, 6)
    white = np.array([True, False, False, False, False, True])
    assert (pixels[0] == 1).all()
    assert ((pixels[1] == 1) == white).all()


def test_letterbox_pads_in_the_colour_that_the_manifest_names() -> None:
    pixels = made(pad=[0, 255, 0])(Image.new("RGB", (6, 2), "red"))
    assert (pixels[:, 0] == [[0], [1], [0]]).all()
    assert (pixels[:, 1:3] == np.array([1, 0, 0])[:, None, None]).all()


def test_letterbox_keeps_at_least_one_pixel_of_a_strip() -> None:
    assert made()(Image.new("RGB", (4000, 8), "red")).shape == (3, 4, 6)


def test_mean_and_deviation_are_applied_per_channel_in_rgb_order() -> None:
    pixels = made(mean=[0.5, 0.25, 0.0], std=[0.5, 0.25, 0.1])(
        Image.new("RGB", (6, 4), (255, 0, 51))
    )
    assert pixels[:, 0, 0] == pytest.approx([1, -1, 2], abs=1e-6)


def test_the_picture_handed_in_stays_as_it_was() -> None:
    image = drawing(30, 20)
    before = image.tobytes()
    for resize in ("letterbox", "squash", "shortest-edge"):
        made(resize=resize)(image)
    assert image.tobytes() == before


@pytest.mark.parametrize("size", ODD_SIZES)
@pytest.mark.parametrize(("edge", "crop"), [(32, (32, 32)), (36, (32, 28))])
def test_shortest_edge_equals_the_image_processor_of_clip(
    size: tuple[int, int], edge: int, crop: tuple[int, int]
) -> None:
    transformers = pytest.importorskip("transformers")
    theirs = transformers.CLIPImageProcessorPil(
        size={"shortest_edge": edge}, crop_size={"height": crop[0], "width": crop[1]}
    )
    ours = made(
        size=list(crop),
        resize="shortest-edge",
        shortest_edge=edge,
        resample="bicubic",
        mean=theirs.image_mean,
        std=theirs.image_std,
    )
    image = drawing(*size)
    expected = theirs(image, return_tensors="np")["pixel_values"][0]
    assert np.abs(ours(image) - expected).max() < 1e-5


@pytest.mark.parametrize("size", ODD_SIZES)
def test_squash_equals_the_image_processor_of_siglip(size: tuple[int, int]) -> None:
    transformers = pytest.importorskip("transformers")
    theirs = transformers.SiglipImageProcessorPil(size={"height": 32, "width": 40})
    ours = made(
        size=[32, 40],
        resize="squash",
        resample="bicubic",
        mean=theirs.image_mean,
        std=theirs.image_std,
    )
    image = drawing(*size)
    expected = theirs(image, return_tensors="np")["pixel_values"][0]
    assert np.abs(ours(image) - expected).max() < 1e-5


@pytest.mark.parametrize("size", [(8, 1_000_000), (1_000_000, 8)])
def test_an_endless_strip_is_cropped_before_it_is_scaled_up(size: tuple[int, int]) -> None:
    pixels = made(size=[224, 224], resize="shortest-edge", shortest_edge=224)(
        Image.new("RGB", size, "red")
    )
    assert pixels.shape == (3, 224, 224)
    assert (pixels == np.array([1, 0, 0])[:, None, None]).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"resize": "stretch"}, "The manifest asks for an unknown resize 'stretch'."),
        ({"size": [0, 6]}, "The manifest has a size below 1 or a standard deviation of 0."),
        ({"std": [1, 0, 1]}, "The manifest has a size below 1 or a standard deviation of 0."),
        (
            {"std": [1, float("nan"), 1]},
            "The manifest has a mean, deviation or rescale that is no scale.",
        ),
        ({"std": [-1, 1, 1]}, "The manifest has a mean, deviation or rescale that is no scale."),
        ({"rescale": 0}, "The manifest has a mean, deviation or rescale that is no scale."),
        (
            {"mean": [float("inf"), 0, 0]},
            "The manifest has a mean, deviation or rescale that is no scale.",
        ),
        ({"size": [9999, 6]}, "The manifest asks for pictures of more than 4096 pixels."),
        ({"pad": [0, 256, 0]}, "The manifest has a pad colour that is not within 0 to 255."),
        ({"resample": "magic"}, "The image section of the manifest is wrong: KeyError('magic')."),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BackboneError) as caught:
        made(**changes)
    assert str(caught.value) == message


@pytest.mark.parametrize("key", ["size", "resize", "resample", "mean", "std"])
def test_a_manifest_that_lacks_a_key_is_refused(key: str) -> None:
    with pytest.raises(BackboneError, match="The image section of the manifest is wrong"):
        ImagePreprocessor.from_manifest({k: v for k, v in PLAIN.items() if k != key})
