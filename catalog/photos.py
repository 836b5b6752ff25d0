"""The check a photo of the shop must pass before a product may carry it."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

# What browsers show and the embedding reads; anything else would break the shop's pages.
FORMATS = ["JPEG", "PNG", "WEBP", "GIF"]
# A JPEG that holds several pictures, as some phones take them, calls itself MPO.
SUFFIXES = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}
MAX_PIXELS = 50_000_000
ORIENTATION_TAG = 0x0112


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


def examine_photo(data: bytes) -> Photo:
    """Decodes every pixel, so that a truncated file is found now. Raises PhotoError."""
    if not data:
        raise PhotoError("the photo is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                width, height = image.size
                if width * height > MAX_PIXELS:
                    raise PhotoError(f"the photo is too large ({width} x {height} pixels)")
                suffix = SUFFIXES[image.format or "JPEG"]
                image.load()
                if _lies_on_its_side(image):
                    width, height = height, width
    except UnidentifiedImageError as error:
        kinds = "JPEG, PNG, WebP or GIF"
        raise PhotoError(f"the photo cannot be read as {kinds}") from error
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        if isinstance(error, PhotoError):
            raise
        raise PhotoError("the photo is damaged or incomplete") from error
    return Photo(hashlib.sha256(data).hexdigest(), width, height, suffix)


def _lies_on_its_side(image: Image.Image) -> bool:
    """Whether a browser turns it by a quarter."""
    try:
        return image.getexif().get(ORIENTATION_TAG) in (5, 6, 7, 8)
    except Exception:  # noqa: BLE001  (readers raise nearly anything on a broken block)
        return False
