"""Small files that would take much time or memory are refused before they are decoded."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from pictures import PictureError, decode, open_picture
from pictures.cost import jpeg_scans


def packed(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def code_of(data: bytes, **options: int) -> str:
    with pytest.raises(PictureError) as refused:
        decode(data, **options)
    return refused.value.code


def with_scans(data: bytes, more: int) -> bytes:
    """The last scan of a progressive JPEG, so many times more."""
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * more + data[-2:]


def grey_png(side: int, bits: int) -> bytes:
    row = b"\0" + bytes(side * bits // 8)
    packer = zlib.compressobj()
    pixels = b"".join([packer.compress(row) for _ in range(side)]) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, bits, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    body = [
        struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))
        for name, held in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


PROGRESSIVE = packed(Image.new("RGB", (400, 300), "red"), "JPEG", progressive=True)


@pytest.mark.parametrize("options", [{}, {"target": 224}])
def test_a_jpeg_of_very_many_scans_is_refused(options: dict[str, int]) -> None:
    assert code_of(with_scans(PROGRESSIVE, 1_000), **options) == "too_costly"


def test_scans_count_for_more_where_there_are_more_pixels() -> None:
    large = packed(Image.new("RGB", (5_000, 5_000)), "JPEG", progressive=True)
    assert code_of(with_scans(large, 60), target=224) == "too_costly"
    assert decode(with_scans(PROGRESSIVE, 60)).size == (400, 300)


def test_scans_of_a_thumbnail_and_behind_the_end_do_not_count() -> None:
    comment = b"\xff\xfe" + struct.pack(">H", 402) + b"\xff\xda" * 200
    data = PROGRESSIVE[:2] + comment + PROGRESSIVE[2:] + b"\xff\xda" * 200
    assert jpeg_scans(data) == jpeg_scans(PROGRESSIVE) > 1
    assert decode(data).size == (400, 300)


def test_an_end_that_a_comment_only_mentions_hides_no_scans() -> None:
    comment = b"\xff\xfe" + struct.pack(">H", 4) + b"\xff\xd9"
    data = PROGRESSIVE[:2] + comment + with_scans(PROGRESSIVE, 500)[2:]
    assert code_of(data) == "too_costly"


@pytest.mark.parametrize("bits", [16])
def test_deep_grey_of_many_pixels_is_refused(bits: int) -> None:
    assert code_of(grey_png(7_000, bits)) == "too_costly"


@pytest.mark.parametrize(("kind", "mode"), [("WEBP", "RGBA"), ("TIFF", "F"), ("TIFF", "CMYK")])
def test_memory_is_counted_by_kind_and_mode(kind: str, mode: str) -> None:
    data = packed(Image.new(mode, (700, 700)), kind)
    assert code_of(data, max_working_bytes=700 * 700 * 11) == "too_costly"
    assert decode(data).size == (700, 700)


def test_a_photo_of_a_phone_is_taken_at_every_resolution_phones_have() -> None:
    photo = packed(Image.new("RGB", (8_000, 6_000)), "JPEG")
    assert min(open_picture(photo, target=224).size) >= 224


def test_a_huge_profile_is_passed_over() -> None:
    data = packed(Image.new("RGB", (40, 40), "red"), "JPEG", icc_profile=bytes(2_000_000))
    assert open_picture(data).getpixel((5, 5)) == (254, 0, 0)
