"""What opening a picture takes, measured in a process of its own, against what it was said to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from pictures import open_picture
from pictures.cost import OF_DECODER, _bytes_a_pixel
from tests.helpers import encoded

ROOT = Path(__file__).parent.parent.parent
SIDE = 1600
# A little for what does not grow with the picture: strips, tables, the profile.
ROOM = 1.0
MEASURE = """
import sys
from pictures import clean, decode

def peak():
    lines = open("/proc/self/status")
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

small, large = (open(path, "rb").read() for path in sys.argv[1:])
clean(decode(small))
open("/proc/self/clear_refs", "w").write("5")
before = peak()
image = decode(large, max_working_bytes=1 << 40)
clean(image)
print((peak() - before) / (image.width * image.height))
"""
KINDS = [
    *(("PNG", mode) for mode in ("L", "LA", "RGB", "RGBA", "P", "I;16")),
    *(("WEBP", mode) for mode in ("RGB", "RGBA")),
    *(("AVIF", mode) for mode in ("RGB", "RGBA")),
    *(("HEIF", mode) for mode in ("RGB", "RGBA")),
    *(("TIFF", mode) for mode in ("RGBA", "CMYK", "F", "LAB")),
    *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
]


def noisy(mode: str, side: int) -> Image.Image:
    values = np.random.default_rng(0).integers(0, 255, (side // 16, side // 16, 4), np.uint8)
    image = Image.fromarray(values, "RGBA").resize((side, side))
    if mode == "I;16":
        return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 200)
    if mode == "F":
        return image.convert("L").convert("F")
    return image.convert("RGB").quantize(64) if mode == "P" else image.convert(mode)


def options_of(kind: str, mode: str) -> dict[str, object]:
    """The most work: a profile that is not that of sRGB, transparency, a turn."""
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "aRGB".encode("utf-16-be"))
    options: dict[str, object] = {} if kind in ("HEIF", "TIFF") else {"exif": exif}
    options |= {"icc_profile": profile} if mode in ("RGB", "RGBA") else {}
    return options | ({"transparency": 3} if mode == "P" else {})


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux tells the peak")
@pytest.mark.parametrize(("kind", "mode"), KINDS)
def test_no_picture_takes_more_than_was_said(tmp_path: Path, kind: str, mode: str) -> None:
    pillow_heif.register_heif_opener()
    paths = [tmp_path / "small", tmp_path / "large"]
    for path, side in zip(paths, (64, SIDE), strict=True):
        noisy(mode, side).save(path, kind, **options_of(kind, mode))
    command = [sys.executable, "-c", MEASURE, *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with Image.open(paths[1]) as image:
        said = _bytes_a_pixel(image) + OF_DECODER.get(image.format or "", 0)
    assert float(done.stdout) <= said + ROOM
    assert float(done.stdout) >= said / 3


@pytest.mark.parametrize("size", [(4000, 3000), (5000, 3000)])
def test_an_honest_png_with_transparency_is_taken(size: tuple[int, int]) -> None:
    data = encoded(Image.new("RGBA", size, (255, 0, 0, 128)), "PNG")
    assert open_picture(data).getpixel((0, 0)) == (255, 127, 127)
