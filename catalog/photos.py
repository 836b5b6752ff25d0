"""The check a photo of the shop must pass before a product may carry it."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from PIL import Image

from pictures import PictureError, clean, decode
from pictures.plain import is_plain

# What is kept as it came if it holds nothing but a picture. Anything else is made anew of its
# pixels: a PNG of a PNG, which loses nothing, else a JPEG.
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png"}
MAX_PIXELS = 50_000_000
# Photos of the shop are decoded at full size, by staff and workers.
MAX_WORKING_BYTES = 640 * 1024 * 1024
JPEG_QUALITY = 92
REASONS = {
    "empty": "the photo is empty",
    "too_many_pixels": f"the photo has more than {MAX_PIXELS // 1_000_000} million pixels",
    "too_costly": "the photo takes too much work to open; save it as a plain JPEG",
    "not_a_picture": "the photo cannot be read as JPEG, PNG, WebP, GIF, HEIC or AVIF",
    "too_small": "the photo has no pixels",
    "damaged": "the photo is damaged or incomplete",
}


class PhotoError(ValueError):
    """The photo cannot be used; the message says why in the shop's words."""


@dataclass(frozen=True)
class Photo:
    """`digest`: SHA-256 of the bytes that came, hex. `width`, `height`: pixels, as it is shown.
    `suffix`: ".jpg" or ".png", of what is kept. `is_shown`: what came is, as it came."""

    digest: str
    width: int
    height: int
    suffix: str
    is_shown: bool = True


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def open_photo(data: bytes) -> tuple[Photo, Image.Image]:
    """What a photo is, and its pixels as it is shown: RGB, in the colours of the profile that it
    brings. Every pixel is decoded, so that a truncated file is found now. Raises PhotoError."""
    try:
        sent = decode(data, max_pixels=MAX_PIXELS, min_side=1, max_working_bytes=MAX_WORKING_BYTES)
        shown = clean(sent, keep_profile=True)
    except PictureError as error:
        raise PhotoError(REASONS[error.code]) from error
    suffix = SUFFIXES.get(sent.format or "", ".jpg")
    return Photo(digest_of(data), *shown.size, suffix, is_plain(data)), shown


def kept_bytes(data: bytes, photo: Photo, image: Image.Image) -> bytes:
    """What to keep of a photo that came as `data`: itself, or a file of its pixels, in which
    nothing else has come along."""
    if photo.is_shown:
        return data
    packed = io.BytesIO()
    profile = image.info.get("icc_profile")
    if photo.suffix == SUFFIXES["PNG"]:
        image.save(packed, "PNG", icc_profile=profile)
    else:
        image.save(packed, "JPEG", quality=JPEG_QUALITY, icc_profile=profile)
    return packed.getvalue()
