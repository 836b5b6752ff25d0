"""Whether a file is a picture and nothing else: no metadata, no remarks, nothing behind its end."""

from __future__ import annotations

from collections.abc import Iterator

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
# Tables, frames and scans; JFIF's own header, colour profiles and Adobe's word on the colours.
PICTURE = {0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, SOS}
NAMED = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"cHRM", b"iCCP", b"pHYs"}
PNG = b"\x89PNG\r\n\x1a\n"


def is_plain(data: bytes) -> bool:
    """Of a JPEG or PNG; any other kind is taken for one that carries more."""
    try:
        if data.startswith(PNG):
            return all(name in CHUNKS for name in _chunks(data))
        return data.startswith(b"\xff\xd8") and all(_is_of_picture(*one) for one in _segments(data))
    except (IndexError, ValueError):
        return False


def _is_of_picture(code: int, content: bytes) -> bool:
    if code in NAMED:
        # A thumbnail of JFIF is one more picture, of which nobody knows what it shows.
        return content.startswith(NAMED[code]) and (code != 0xE0 or content[12:14] == b"\0\0")
    return code in PICTURE


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and content of each. Raises ValueError for what is none, or stands behind the end."""
    place = 2
    while True:
        if data[place] != 0xFF:
            raise ValueError
        code = data[place + 1]
        if code == EOI:
            if place + 2 != len(data):
                raise ValueError
            return
        length = int.from_bytes(data[place + 2 : place + 4])
        yield code, data[place + 4 : place + 2 + length]
        place += 2 + max(2, length)
        if code == SOS:
            place = _end_of_scan(data, place)


def _end_of_scan(data: bytes, place: int) -> int:
    """The next marker that is neither a stuffed byte nor a restart."""
    while True:
        place = data.index(b"\xff", place)
        if data[place + 1] == 0 or 0xD0 <= data[place + 1] <= 0xD7:
            place += 2
        else:
            return place


def _chunks(data: bytes) -> Iterator[bytes]:
    """The names of all. Raises ValueError where it does not end with the last of them."""
    place, name = len(PNG), b""
    while place < len(data):
        name = data[place + 4 : place + 8]
        yield name
        place += 12 + int.from_bytes(data[place : place + 4])
        if (name == b"IEND") != (place == len(data)):
            raise ValueError
    if name != b"IEND":
        raise ValueError
