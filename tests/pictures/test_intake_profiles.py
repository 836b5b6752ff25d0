"""Photos that say in a profile what their numbers mean."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from pictures import as_rgb, open_picture
from tests.pictures.test_intake import at, packed, quarters

Primary = tuple[float, float, float]
R, G, B = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
P3 = ((0.5151, 0.2412, -0.0011), (0.2919, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))


def colour_profile(red: Primary, green: Primary, blue: Primary, name: str = "Made") -> bytes:
    """A version 2 ICC profile of a display with a gamma of 2.2; primaries are XYZ under D50."""

    def fixed(*values: float) -> bytes:
        return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))

    description = struct.pack(">4sII", b"desc", 0, len(name) + 1) + name.encode() + b"\0" * 79
    curve = struct.pack(">4sIIHH", b"curv", 0, 1, round(2.2 * 256), 0)
    tags = {b"desc": description, b"cprt": b"text\0\0\0\0none\0"}
    tags[b"wtpt"] = b"XYZ \0\0\0\0" + fixed(0.9642, 1, 0.8249)
    for letter, primary in ((b"r", red), (b"g", green), (b"b", blue)):
        tags[letter + b"XYZ"] = b"XYZ \0\0\0\0" + fixed(*primary)
        tags[letter + b"TRC"] = curve
    table, body, start = b"", b"", 132 + 12 * len(tags)
    for key, value in tags.items():
        padded = value + b"\0" * (-len(value) % 4)
        table += struct.pack(">4sII", key, start + len(body), len(value))
        body += padded
    header = struct.pack(
        ">I4sI4s4s4s12x4s", start + len(body), b"", 0x02100000, b"mntr", b"RGB ", b"XYZ ", b"acsp"
    )
    header = header.ljust(68, b"\0") + fixed(0.9642, 1, 0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_profile_says_what_the_numbers_mean(mode: str) -> None:
    swapped = colour_profile(B, G, R)
    image = Image.new("RGB", (16, 16), (200, 30, 30))
    image = image.quantize() if mode == "P" else image.convert(mode)
    found = open_picture(packed(image, "PNG", icc_profile=swapped))
    assert np.abs(np.subtract(at(found, 8, 8), (30, 30, 200))).max() <= 8
    assert found.info == {}
    image.info["icc_profile"] = swapped
    assert np.abs(np.subtract(at(as_rgb(image), 8, 8), (30, 30, 200))).max() <= 8


def test_a_phone_photo_in_display_p3_keeps_its_colours() -> None:
    wanted = (200, 60, 40)
    light = np.linalg.inv(np.transpose(P3)) @ np.transpose((R, G, B)) @ np.power(wanted, 2.2)
    sent = tuple(np.power(light, 1 / 2.2).round().astype(int).tolist())
    assert np.abs(np.subtract(sent, wanted)).max() > 10
    data = packed(Image.new("RGB", (64, 64), sent), "JPEG", icc_profile=colour_profile(*P3))
    assert np.abs(np.subtract(at(open_picture(data), 32, 32), wanted)).max() <= 5


def test_transparency_survives_a_profile() -> None:
    profile = colour_profile(B, G, R)
    clear = packed(Image.new("RGBA", (16, 16), (200, 30, 30, 0)), "PNG", icc_profile=profile)
    assert at(open_picture(clear), 8, 8) == (255, 255, 255)
    red = Image.new("RGB", (16, 16), (200, 30, 30))
    keyed = packed(red, "PNG", icc_profile=profile, transparency=(200, 30, 30))
    assert at(open_picture(keyed), 8, 8) == (255, 255, 255)


@pytest.mark.parametrize(
    "profile",
    [b"x" * 200, colour_profile(B, G, R)[:150], colour_profile(B, G, R, "sRGB")],
)
def test_a_broken_profile_and_one_that_says_srgb_change_nothing(profile: bytes) -> None:
    for image in (quarters(), quarters().convert("CMYK"), quarters().convert("L")):
        expected = open_picture(packed(image, "TIFF"))
        found = open_picture(packed(image, "TIFF", icc_profile=profile))
        assert found.tobytes() == expected.tobytes()
