"""The check a photo of the shop must pass before a product may carry it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from PIL import Image

from pictures import PictureError, clean, decode

# What browsers show and the embedding reads; anything else would break the shop's pages.
FORMATS = ["JPEG", "PNG", "WEBP", "GIF"]
# A JPEG that holds several pictures, as some phones take them, calls itself MPO.
SUFFIXES = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}
MAX_PIXELS = 50_000_000
REASONS = {
    "empty": "the photo is empty",
    "too_many_pixels": f"the photo has more than {MAX_PIXELS // 1_000_000} million pixels",
    "not_a_picture": "the photo cannot be read as JPEG, PNG, WebP or GIF",
    "too_small": "the photo has no pixels",
    "damaged": "the photo is damaged or incomplete",
}


class PhotoError(ValueError):
    """The photo cannot be used; the message says why in the shop's words."""


@dataclass(frozen=True)
class Photo:
    """`digest`: SHA-256 of the bytes, hex. `width`, `height`: pixels, as it is shown. `suffix`:
    ".jpg" etc."""

    digest: str
    width: int
    height: int
    suffix: str


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def open_photo(data: bytes) -> tuple[Photo, Image.Image]:
    """What a photo is, and its pixels as it is shown: RGB, in the colours of the profile that it
    brings. Every pixel is decoded, so that a truncated file is found now. Raises PhotoError."""
    try:
        sent = decode(data, formats=FORMATS, max_pixels=MAX_PIXELS, min_side=1)
        shown = clean(sent, keep_profile=True)
    except PictureError as error:
        raise PhotoError(REASONS[error.code]) from error
    suffix = SUFFIXES[sent.format or "JPEG"]
    return Photo(digest_of(data), shown.width, shown.height, suffix), shown
