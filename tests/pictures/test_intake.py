from __future__ import annotations

import io
import struct
import threading
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pictures import PictureError, as_rgb, clean, decode, open_picture
from pictures.intake import DAMAGED, NOT_A_PICTURE

RED, GREEN, BLUE, GREY = (220, 20, 30), (10, 200, 40), (20, 30, 210), (120, 120, 120)
CORNERS = ((0, 0), (-1, 0), (0, -1), (-1, -1))
FUZZED = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "AVIF", "HEIF", "BMP")


def quarters(width: int = 48, height: int = 32) -> Image.Image:
    """Red and green above, blue and grey below."""
    image = Image.new("RGB", (width, height), GREY)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def packed(image: Image.Image, kind: str, **options: Any) -> bytes:
    pillow_heif.register_heif_opener()
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def at(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    """The pixel two steps in from a corner, where compression leaves colours alone."""
    pixel = image.getpixel((image.width - 3 if x else 2, image.height - 3 if y else 2))
    assert isinstance(pixel, tuple)
    return pixel


def assert_quarters(image: Image.Image, tolerance: int = 6) -> None:
    assert image.mode == "RGB"
    found = np.array([at(image, x, y) for x, y in CORNERS], int)
    assert np.abs(found - [RED, GREEN, BLUE, GREY]).max() <= tolerance, found


def refusal(source: bytes | Path, **options: Any) -> tuple[str, str]:
    with pytest.raises(PictureError) as caught:
        open_picture(source, **options)
    return caught.value.code, str(caught.value)


def zeros_png(width: int, height: int) -> bytes:
    """A valid PNG of a few hundred kilobytes at most, however many black pixels it has."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", FUZZED)
def test_every_accepted_format_keeps_its_colours(kind: str) -> None:
    options = {"quality": 95} if kind in ("JPEG", "WEBP", "AVIF", "HEIF") else {}
    assert_quarters(open_picture(packed(quarters(), kind, **options)), tolerance=20)


def test_a_path_opens_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    quarters().save(path)
    assert_quarters(open_picture(path), tolerance=0)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(b"") == ("empty", "The file is empty.")
    (tmp_path / "empty.jpg").touch()
    assert refusal(tmp_path / "empty.jpg") == ("empty", "The file is empty.")


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.jpg") == ("missing", f"There is no file {tmp_path / 'no.jpg'}.")
    expected = ("not_a_picture", f"{tmp_path} is a folder, not a picture.")
    assert refusal(tmp_path) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"just a text that calls itself a photo",
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><rect/></svg>',
        b"8BPS\x00\x01" + bytes(200),
        b"\x00\x00\x01\x00\x01\x00\x10\x10" + bytes(200),
        b"PK\x03\x04" + bytes(200),
        b"\x00",
    ],
    ids=["text", "PDF", "SVG", "PSD", "ICO", "ZIP", "one byte"],
)
def test_a_file_of_another_kind_is_refused_in_words(data: bytes) -> None:
    assert refusal(data) == ("not_a_picture", NOT_A_PICTURE)


def test_a_name_that_no_file_can_have_is_refused() -> None:
    assert refusal(Path("a\0b.jpg"))[0] == "missing"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
@pytest.mark.parametrize("kept", [20, 200, 0.5])
def test_the_first_bytes_of_a_picture_are_a_damaged_one(kind: str, kept: float) -> None:
    data = packed(quarters(480, 320), kind)
    size = int(len(data) * kept) if kept < 1 else int(kept)
    assert refusal(data[:size]) == ("damaged", DAMAGED)


def test_a_real_icon_is_refused_in_words() -> None:
    assert refusal(packed(quarters(), "ICO")) == ("not_a_picture", NOT_A_PICTURE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_truncated_picture_is_refused(kind: str, part: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = packed(Image.fromarray(noise), kind)
    assert refusal(data[: int(len(data) * part)]) == ("damaged", DAMAGED)


@pytest.mark.parametrize("side", [8_000, 20_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(side: int) -> None:
    expected = "The picture has too many pixels; at most 50 million are accepted."
    assert refusal(zeros_png(side, side)) == ("too_many_pixels", expected)


def test_too_many_pixels_are_named_even_where_warnings_are_errors() -> None:
    data = zeros_png(10_000, 10_000)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert refusal(data)[0] == "too_many_pixels"


def test_a_large_picture_within_the_limit_is_accepted() -> None:
    assert open_picture(zeros_png(4_000, 3_000)).size == (4_000, 3_000)


def test_a_tiny_picture_is_refused() -> None:
    expected = "The picture is only 5 x 40 pixels; send a larger one."
    assert refusal(packed(quarters(5, 40), "PNG")) == ("too_small", expected)


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    expected = ("too_large", "The file is larger than 10 MB.")
    path = tmp_path / "big.jpg"
    with path.open("wb") as file:
        file.truncate(10 * 1024 * 1024 + 1)
    assert refusal(path) == expected
    assert refusal(bytes(10 * 1024 * 1024 + 1)) == expected


def test_of_an_animation_the_first_frame_is_taken() -> None:
    others = [Image.new("RGB", (48, 32), colour) for colour in (RED, BLUE)]
    for kind in ("GIF", "WEBP", "PNG"):
        options = {"lossless": True} if kind == "WEBP" else {}
        data = packed(quarters(), kind, save_all=True, append_images=others, **options)
        assert_quarters(open_picture(data))


def test_cmyk_becomes_rgb() -> None:
    assert_quarters(open_picture(packed(quarters().convert("CMYK"), "JPEG", quality=98)), 12)
    assert_quarters(open_picture(packed(quarters().convert("CMYK"), "TIFF")), 2)


def test_a_cmyk_jpeg_is_read_as_inverted_with_and_without_its_adobe_marker() -> None:
    # Browsers and Photoshop read every CMYK JPEG that way.
    plain = packed(quarters().convert("CMYK"), "JPEG", quality=98)
    marker = plain.index(b"\xff\xee")
    assert plain[marker + 4 : marker + 9] == b"Adobe"
    length = struct.unpack(">H", plain[marker + 2 : marker + 4])[0]
    assert_quarters(open_picture(plain), 12)
    assert_quarters(open_picture(plain[:marker] + plain[marker + 2 + length :]), 12)


def test_sixteen_bit_grey_is_scaled_to_eight() -> None:
    values = np.full((20, 30), 128 * 257, np.uint16)
    values[:10] = 255
    image = open_picture(packed(Image.fromarray(values), "PNG"))
    assert at(image, 0, 1) == (128, 128, 128)
    assert at(image, 0, 0) == (1, 1, 1)


def test_a_dark_sixteen_bit_picture_stays_dark() -> None:
    image = open_picture(packed(Image.fromarray(np.ones((20, 30), np.uint16)), "PNG"))
    assert image.getextrema() == ((0, 0), (0, 0), (0, 0))


@pytest.mark.parametrize(
    ("top", "expected"), [(1.0, 255), (200.0, 200), (65535.0, 255), (1e6, 255), (0.0, 0)]
)
def test_float_grey_is_read_by_its_range(top: float, expected: int) -> None:
    values = np.zeros((20, 30), np.float32)
    values[:10] = top
    values[-1, 0] = np.nan
    image = open_picture(packed(Image.fromarray(values), "TIFF"))
    assert at(image, 0, 0) == (expected,) * 3
    assert at(image, 1, 1) == (0, 0, 0)


def test_transparency_lies_on_white() -> None:
    image = quarters().convert("RGBA")
    image.paste((255, 0, 0, 0), (24, 16, 48, 32))
    for kind in ("PNG", "WEBP", "TIFF"):
        options = {"lossless": True} if kind == "WEBP" else {}
        opened = open_picture(packed(image, kind, **options))
        assert at(opened, 1, 1) == (255, 255, 255)
        assert at(opened, 0, 0) == RED


def test_a_palette_with_alpha_lies_on_white() -> None:
    image = Image.new("P", (48, 32), 0)
    image.putpalette([*RED, *GREEN, *BLUE])
    image.paste(1, (24, 0, 48, 16))
    image.paste(2, (24, 16, 48, 32))
    data = packed(image, "PNG", transparency=bytes([255, 255, 0]))
    opened = open_picture(data)
    assert [at(opened, *corner) for corner in ((0, 0), (1, 0), (1, 1))] == [
        RED,
        GREEN,
        (255, 255, 255),
    ]


def test_grey_with_alpha_lies_on_white() -> None:
    image = Image.new("LA", (48, 32), (90, 255))
    image.paste((0, 0), (24, 0, 48, 32))
    image.paste((0, 128), (0, 16, 24, 32))
    opened = open_picture(packed(image, "PNG"))
    assert at(opened, 0, 0) == (90, 90, 90)
    assert at(opened, 1, 1) == (255, 255, 255)
    assert abs(at(opened, 0, 1)[0] - 127) <= 1


def test_a_colour_that_counts_as_transparent_lies_on_white() -> None:
    opened = open_picture(packed(quarters(), "PNG", transparency=BLUE))
    assert at(opened, 0, 1) == (255, 255, 255)
    assert at(opened, 0, 0) == RED


def test_one_bit_pictures_are_black_and_white() -> None:
    image = Image.new("1", (48, 32), 1)
    image.paste(0, (0, 0, 24, 32))
    for kind in ("PNG", "TIFF", "BMP"):
        opened = open_picture(packed(image, kind))
        assert at(opened, 0, 0) == (0, 0, 0)
        assert at(opened, 1, 0) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_rotated_photo_comes_out_upright(kind: str, orientation: int) -> None:
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = quarters()
    if orientation in back:
        stored = stored.transpose(back[orientation])
    options = {} if kind in ("PNG", "TIFF") else {"quality": 95}
    opened = open_picture(packed(stored, kind, exif=exif, **options))
    assert opened.size == (48, 32)
    assert_quarters(opened, tolerance=20)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_ignored(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert_quarters(open_picture(packed(quarters(), "JPEG", quality=95, exif=exif)), 20)


@pytest.mark.parametrize(
    "block", [b"", b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0" + b"\xff" * 60]
)
def test_broken_exif_does_not_spoil_the_picture(block: bytes) -> None:
    plain = packed(quarters(), "JPEG", quality=95)
    segment = b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    assert_quarters(open_picture(plain[:2] + segment + plain[2:]), 20)


def test_no_metadata_stays_on_the_picture() -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    opened = open_picture(packed(quarters(), "JPEG", exif=exif, comment=b"from a place"))
    assert opened.info == {}
    assert not opened.getexif()


def test_a_large_jpeg_is_decoded_smaller_but_never_below_the_target() -> None:
    data = packed(quarters(1600, 1200), "JPEG", quality=95)
    assert open_picture(data, target=200).size == (400, 300)
    assert open_picture(data, target=150).size == (200, 150)
    assert open_picture(data).size == (1600, 1200)
    assert open_picture(data, target=2000).size == (1600, 1200)
    assert_quarters(open_picture(data, target=200), 20)


def test_a_picture_opened_elsewhere_is_taken_as_it_is_if_it_is_rgb() -> None:
    image = quarters()
    assert as_rgb(image) is image


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P", "CMYK", "1", "I", "F"])
def test_a_picture_opened_elsewhere_becomes_rgb(mode: str) -> None:
    image = Image.new("RGB", (48, 32), "white").convert(mode)
    assert as_rgb(image).getextrema() == ((255, 255),) * 3


def test_transparency_of_a_picture_opened_elsewhere_lies_on_white() -> None:
    assert at(as_rgb(Image.new("RGBA", (48, 32), (0, 0, 0, 0))), 0, 0) == (255, 255, 255)


def test_a_picture_opened_elsewhere_that_cannot_be_read_is_refused() -> None:
    broken = Image.open(io.BytesIO(packed(quarters(480, 320), "JPEG")[:1500]))
    with pytest.raises(PictureError, match="damaged or incomplete"):
        as_rgb(broken)
    with pytest.raises(PictureError, match=r"only 0 x 9 pixels"):
        as_rgb(Image.new("RGB", (0, 9)))


def test_warning_filters_survive_pictures_opened_by_many_threads() -> None:
    data = packed(quarters(), "TIFF")[:-40]
    refusal(data)
    before = list(warnings.filters)
    threads = [
        threading.Thread(target=lambda: [refusal(data) for _ in range(20)]) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before


SEEDS = {kind: packed(quarters(), kind) for kind in FUZZED}


def assert_picture_or_refusal(data: bytes) -> None:
    try:
        opened = open_picture(data)
    except PictureError:
        return
    assert opened.mode == "RGB"
    assert min(opened.size) >= 8


@given(st.binary(max_size=400))
def test_random_bytes_are_refused(data: bytes) -> None:
    assert_picture_or_refusal(data)


@pytest.mark.parametrize("kind", FUZZED)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_mangled_file_is_a_picture_or_refused(kind: str, data: st.DataObject) -> None:
    seed = bytearray(SEEDS[kind])
    for _ in range(data.draw(st.integers(0, 6), label="flips")):
        place = data.draw(st.integers(0, len(seed) - 1), label="place")
        seed[place] ^= 1 << data.draw(st.integers(0, 7), label="bit")
    kept = data.draw(st.integers(0, len(seed)) | st.just(len(seed)), label="kept")
    assert_picture_or_refusal(bytes(seed[:kept]))


def test_other_formats_are_none_where_they_are_not_wanted() -> None:
    data = packed(quarters(), "TIFF")
    assert decode(data).format == "TIFF"
    with pytest.raises(PictureError) as caught:
        decode(data, formats=["JPEG"])
    assert caught.value.code == "not_a_picture"


def test_a_decoded_picture_is_as_it_was_sent_until_it_is_cleaned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    sent = decode(packed(quarters().rotate(90, expand=True), "JPEG", quality=95, exif=exif))
    assert sent.size == (32, 48)
    assert_quarters(clean(sent), 20)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "CMYK"])
def test_a_profile_is_kept_where_it_still_describes_the_colours(mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    sent = decode(packed(quarters().convert(mode), kind, icc_profile=b"a profile"))
    kept = {} if mode == "CMYK" else {"icc_profile": b"a profile"}
    assert clean(sent, keep_profile=True).info == kept
    assert clean(sent).info == {}
