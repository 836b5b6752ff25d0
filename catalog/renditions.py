"""Small copies of product photos as WebP, so that a phone need not load what a shop uploaded.

They are found by what the photo is, not by whose it is: products with the same photo share them.
"""

from __future__ import annotations

import io

from django.core.files.storage import default_storage
from PIL import Image

WIDTHS = (320, 800)
QUALITY = 82
MOST_HEIGHT = 16_383  # of WebP


FOLDER = "renditions"


def path_of(digest: str, width: int) -> str:
    return f"{FOLDER}/{digest[:2]}/{digest}-{width}.webp"


def digest_in(path: str) -> str:
    """Of the photo that a path is of a rendition of."""
    return path.rpartition("/")[2].partition("-")[0]


def widths_for(width: int, height: int) -> list[int]:
    """Renditions are smaller than the photo, never larger, and no taller than WebP allows."""
    return [one for one in WIDTHS if one < width and height * one / width < MOST_HEIGHT]


def draw_renditions(image: Image.Image, digest: str) -> dict[int, bytes]:
    """Width to WebP: the renditions of a photo that there are not yet. `image` is the photo as it
    is shown, `digest` the SHA-256 of its bytes."""
    wanted = widths_for(*image.size)
    return {
        width: _drawn(image, width)
        for width in wanted
        if not default_storage.exists(path_of(digest, width))
    }


def _drawn(image: Image.Image, width: int) -> bytes:
    size = width, max(1, round(image.height * width / image.width))
    packed = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(
        # browsers need the profile to show the colours
        packed,
        "WEBP",
        quality=QUALITY,
        method=4,
        icc_profile=image.info.get("icc_profile"),
    )
    return packed.getvalue()
