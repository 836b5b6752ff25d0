from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from pictures.plain import is_plain
from tests.helpers import encoded, picture

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
EXIF = Image.Exif()
EXIF[0x010F] = "A maker"
PLAIN = encoded(picture())


def png(**about: object) -> bytes:
    return encoded(picture(), "PNG", **about)


def with_text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "where it was taken")
    return info


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        encoded(picture(), progressive=True),
        encoded(picture(), icc_profile=PROFILE),
        encoded(picture().convert("CMYK")),
        encoded(picture().convert("L"), optimize=True),
        png(),
        png(icc_profile=PROFILE),
        encoded(picture().convert("P"), "PNG", transparency=0),
    ],
)
def test_pixels_and_what_their_colours_need_are_plain(data: bytes) -> None:
    assert is_plain(data)


@pytest.mark.parametrize(
    "data",
    [
        encoded(picture(), exif=EXIF),
        encoded(picture(), comment=b"<script>"),
        encoded(picture(), xmp=b"<x:xmpmeta/>"),
        PLAIN + b"<script>alert(1)</script>",
        PLAIN[:-2],
        PLAIN[:100],
        b"\xff\xd8",
        png(exif=EXIF),
        png(pnginfo=with_text()),
        png() + b"<script>",
        encoded(picture(), "WEBP"),
        encoded(picture(), "GIF"),
        b"",
    ],
)
def test_anything_else_is_not(data: bytes) -> None:
    assert not is_plain(data)


def test_every_cut_of_a_picture_is_looked_at_without_an_error() -> None:
    for data in (PLAIN, png()):
        assert [at for at in range(len(data)) if is_plain(data[:at])] == []


def test_what_is_plain_opens_as_the_same_picture() -> None:
    assert Image.open(io.BytesIO(PLAIN)).size == picture().size
