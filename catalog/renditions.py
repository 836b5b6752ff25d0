"""Small copies of product photos as WebP, so that a phone need not load what a shop uploaded.

They are found by what the photo is, not by whose it is: products with the same photo share them.
"""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps

from catalog.photos import FORMATS

WIDTHS = (320, 800)
QUALITY = 82
MOST_HEIGHT = 16_383  # of WebP


def path_of(digest: str, width: int) -> str:
    return f"renditions/{digest[:2]}/{digest}-{width}.webp"


def widths_for(width: int, height: int) -> list[int]:
    """Renditions are smaller than the photo, never larger, and no taller than WebP allows."""
    return [one for one in WIDTHS if one < width and height * one / width < MOST_HEIGHT]


def make_renditions(
    data: bytes, digest: str, width: int, height: int
) -> tuple[list[int], list[str]]:
    """Writes what is missing of the renditions of a photo: `data` its bytes, `digest` their
    SHA-256, `width` and `height` in pixels, as it is shown. Returns the widths there are now and
    the paths that are new."""
    widths = widths_for(width, height)
    missing = [one for one in widths if not default_storage.exists(path_of(digest, one))]
    if not missing:
        return widths, []
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        image = _flat(ImageOps.exif_transpose(opened))
        # browsers need the profile to show the colours; it describes no others than these modes'
        profile = opened.info.get("icc_profile") if opened.mode in ("RGB", "RGBA", "P") else None
    written = []
    for one in missing:
        size = one, max(1, round(image.height * one / image.width))
        packed = io.BytesIO()
        image.resize(size, Image.Resampling.LANCZOS).save(
            packed, "WEBP", quality=QUALITY, method=4, icc_profile=profile
        )
        written.append(default_storage.save(path_of(digest, one), ContentFile(packed.getvalue())))
    return widths, written


def delete_renditions(digest: str) -> None:
    for width in WIDTHS:
        default_storage.delete(path_of(digest, width))


def _flat(image: Image.Image) -> Image.Image:
    """RGB, what is transparent on white."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, rgba).convert("RGB")
