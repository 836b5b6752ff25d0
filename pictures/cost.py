"""What a picture would cost to decode, told from its first bytes and markers before it is."""

from __future__ import annotations

import re

from PIL import Image

from pictures.errors import PictureError

MAX_WORKING_BYTES = 300 * 1024 * 1024
# Every scan of a progressive JPEG passes over all its pixels; encoders write 3 to 20 of them.
MAX_SCANS = 100
MAX_SCANNED_PIXELS = 1_000_000_000
MAX_PROFILE_BYTES = 1024 * 1024
TOO_COSTLY = "The picture takes too much work to open; save it as a plain JPEG and send that."

# Bytes a pixel at the peak, from the decoder's own buffers to the last copy that `clean` makes,
# with a profile to apply and a turn to take; measured (tests/pictures/test_cost_memory.py).
OF_MODE = {"1": 10, "L": 10, "RGB": 12, "YCbCr": 12, "CMYK": 12, "LAB": 12, "RGBX": 12}
OF_DEEP_GREY = 32
OF_TRANSPARENT = 13
OF_DECODER = {"WEBP": 12, "AVIF": 4, "HEIF": 4}
OF_COEFFICIENTS = 6

MARKER = re.compile(rb"\xff+([\x01-\xfe])")
SCAN, END, FIRST_WITH_LENGTH = 0xDA, 0xD9, 0xC0
WITHOUT_LENGTH = {*range(0xD0, 0xD9)}


def check_scans(image: Image.Image, data: bytes) -> int:
    """How many scans an opened picture has. Raises PictureError where passing over its pixels so
    often takes too long. To be asked before a reduced scale is, which makes no scan shorter."""
    scans = _scans(image, data)
    if scans > MAX_SCANS or scans * image.width * image.height > MAX_SCANNED_PIXELS:
        raise PictureError("too_costly", TOO_COSTLY)
    return scans


def check_memory(image: Image.Image, held: int, most: int) -> None:
    """Of an opened picture at the scale it will be decoded at; `held` bytes are what its decoder
    keeps at any scale. Raises PictureError where it takes more than `most` bytes at once."""
    each = _bytes_a_pixel(image) + OF_DECODER.get(image.format or "", 0)
    if each * image.width * image.height + held > most:
        raise PictureError("too_costly", TOO_COSTLY)


def held_bytes(image: Image.Image, scans: int) -> int:
    """The coefficients of all scans, at the size that was sent."""
    return OF_COEFFICIENTS * image.width * image.height if scans > 1 else 0


def jpeg_scans(data: bytes) -> int:
    """How many scans the first picture of a JPEG file has; those of thumbnails in its metadata
    and of pictures behind its end do not count."""
    scans, place = 0, 2
    while found := MARKER.search(data, place):
        code, place = found[1][0], found.end()
        if code == END:
            break
        scans += code == SCAN
        if code >= FIRST_WITH_LENGTH and code not in WITHOUT_LENGTH:
            place += max(2, int.from_bytes(data[place : place + 2], "big"))
    return scans


def _scans(image: Image.Image, data: bytes) -> int:
    if image.format in ("JPEG", "MPO"):
        return jpeg_scans(data)
    if image.format == "TIFF" and "jpeg" in str(image.info.get("compression")):
        return data.count(b"\xff\xda")  # strips may share their bytes, so each counts for all
    return 1


def _bytes_a_pixel(image: Image.Image) -> int:
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return OF_DEEP_GREY
    if image.has_transparency_data:
        return OF_TRANSPARENT
    return OF_MODE.get(image.mode, OF_TRANSPARENT)
