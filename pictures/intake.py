"""From the bytes somebody sent to a clean picture: upright, RGB, first frame, nothing else."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, UnidentifiedImageError

from pictures.cost import (
    MAX_PROFILE_BYTES,
    MAX_WORKING_BYTES,
    check_memory,
    check_scans,
    held_bytes,
)
from pictures.errors import PictureError

FORMATS = ("JPEG", "MPO", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MIN_SIDE = 8
WHITE = (255, 255, 255)
STRIP = 64  # rows
ORIENTATION_TAG = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

NOT_A_PICTURE = "The file is not a picture that we can read; send a JPEG, PNG, WebP, GIF or HEIC."
DAMAGED = "The picture is damaged or incomplete; send it again."
# A file that begins like this and still cannot be identified is a broken one of a kind we read.
BEGINNINGS = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF....WEBP|....ftypavi[fs]", re.S
)


def open_picture(
    source: bytes | Path,
    *,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    target: int | None = None,
) -> Image.Image:
    """The picture as sRGB, upright, without metadata, transparency on white, its first frame.

    `target` is the shorter side in pixels that is still needed: a large JPEG is then decoded at a
    reduced scale, never below it. Raises PictureError, and nothing else, for any content.
    """
    return clean(decode(_read(source, max_bytes), max_pixels=max_pixels, target=target))


def decode(
    data: bytes,
    *,
    formats: Sequence[str] = FORMATS,
    max_pixels: int = MAX_PIXELS,
    min_side: int = MIN_SIDE,
    target: int | None = None,
    max_working_bytes: int = MAX_WORKING_BYTES,
) -> Image.Image:
    """All pixels of the first frame as they were sent: perhaps lying, in a mode, colours and with
    metadata of their own. `formats` are Pillow's names; `target` as in `open_picture`;
    `max_working_bytes` is the memory that it may take at once until it is clean. Raises
    PictureError, and nothing else, for any content."""
    if not data:
        raise PictureError("empty", "The file is empty.")
    unknown = ("damaged", DAMAGED) if BEGINNINGS.match(data) else ("not_a_picture", NOT_A_PICTURE)
    with _refusals(max_pixels, unknown):
        image = Image.open(io.BytesIO(data), formats=_readable(formats))
        _check_size(image, max_pixels, min_side)
        held = held_bytes(image, check_scans(image, data))
        if target and image.format in ("JPEG", "MPO") and image.mode in ("RGB", "L"):
            image.draft(image.mode, (target, target))
        check_memory(image, held, max_working_bytes)
        image.load()
        return image


def clean(image: Image.Image, *, keep_profile: bool = False) -> Image.Image:
    """A decoded picture as RGB, upright, transparency on white, without metadata. Its colours are
    those of sRGB or, with `keep_profile`, as they were, with the profile that describes them in
    `info`. Raises PictureError where its pixels cannot be had."""
    with _refusals(MAX_PIXELS, ("damaged", DAMAGED)):
        flat = _flat(image) if keep_profile else _to_rgb(image)
        cleaned = _upright(flat, _orientation(image))
    # a profile describes no other colours than those of these modes
    profile = image.info.get("icc_profile") if image.mode in ("RGB", "RGBA", "P") else None
    cleaned.info = {"icc_profile": profile} if keep_profile and profile else {}
    return cleaned


def as_rgb(image: Image.Image) -> Image.Image:
    """A picture that somebody opened elsewhere, as RGB with transparency on white; itself where it
    is that already. Raises PictureError, and nothing else, where its pixels cannot be had."""
    with _refusals(MAX_PIXELS, ("not_a_picture", NOT_A_PICTURE)):
        if 0 in image.size:
            raise _too_small(image)
        image.load()
        plain = image.mode == "RGB" and not image.has_transparency_data
        return image if plain and "icc_profile" not in image.info else _to_rgb(image)


def _read(source: bytes | Path, max_bytes: int) -> bytes:
    try:
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > max_bytes:
            limit = max_bytes // 1024 // 1024
            raise PictureError("too_large", f"The file is larger than {limit} MB.")
        return source if isinstance(source, bytes) else source.read_bytes()
    except FileNotFoundError as error:
        raise PictureError("missing", f"There is no file {source!s}.") from error
    except IsADirectoryError as error:
        raise PictureError("not_a_picture", f"{source!s} is a folder, not a picture.") from error
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        raise PictureError("missing", f"The file {str(source)!r} cannot be opened.") from error


def _readable(formats: Sequence[str]) -> list[str]:
    """Those that the libraries on this machine can read."""
    _make_ready()
    return [name for name in formats if name in Image.OPEN]


@cache
def _make_ready() -> None:
    """HEIC needs a plug-in, which adds itself to Pillow once."""
    import pillow_heif

    # Pillow warns of what it read past. A filter set once, as `catch_warnings` would have threads
    # restore each other's filters.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    pillow_heif.register_heif_opener()
    Image.init()


@contextmanager
def _refusals(max_pixels: int, unknown: tuple[str, str]) -> Iterator[None]:
    """Whatever a decoder stumbles over becomes one of our sentences; `unknown` is the one for a
    file that no decoder takes."""
    try:
        yield
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise PictureError(*unknown) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError("too_many_pixels", _too_many_pixels(max_pixels)) from error
    except Exception as error:  # decoders raise nearly anything on bytes made to hurt them
        raise PictureError("damaged", DAMAGED) from error


def _too_many_pixels(most: int) -> str:
    return f"The picture has too many pixels; at most {most // 1_000_000} million are accepted."


def _check_size(image: Image.Image, max_pixels: int, min_side: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise PictureError("too_many_pixels", _too_many_pixels(max_pixels))
    if min(width, height) < min_side:
        raise _too_small(image)


def _too_small(image: Image.Image) -> PictureError:
    return PictureError(
        "too_small",
        f"The picture is only {image.width} x {image.height} pixels; send a larger one.",
    )


def _to_rgb(image: Image.Image) -> Image.Image:
    return _flat(_in_srgb(image))


def _flat(image: Image.Image) -> Image.Image:
    """RGB, what is transparent on white."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _from_deep_grey(image)
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return _on_white(image)
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """A strip at a time: of the whole there would be four copies at once."""
    flat = Image.new("RGB", image.size)
    for top in range(0, image.height, STRIP):
        part = image.crop((0, top, image.width, min(top + STRIP, image.height))).convert("RGBA")
        white = Image.new("RGBA", part.size, (*WHITE, 255))
        flat.paste(Image.alpha_composite(white, part).convert("RGB"), (0, top))
    return flat


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours of a picture that brings a profile of its own, as phones (Display P3) and scans
    do; a profile that is broken, huge or meant for another mode says nothing."""
    profile = image.info.get("icc_profile")
    if not profile or len(profile) > MAX_PROFILE_BYTES:
        return image
    if image.mode in ("P", "RGB"):  # a changed picture no longer says which colour is none
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    change = _change_to_srgb(profile, image.mode)
    return image if change is None else change.apply(image)


def _change_to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """None where there is nothing to change, or no way to."""
    wanted = {"RGB": "RGB", "RGBA": "RGBA", "CMYK": "RGB"}.get(mode)
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if wanted is None or "sRGB" in ImageCms.getProfileDescription(source):
            return None
        return ImageCms.ImageCmsTransform(source, _srgb(), mode, wanted)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """16-bit, 32-bit and float grey to 8 bits; the latter two by the range their values show."""
    values = np.nan_to_num(np.asarray(image, np.float64), posinf=0, neginf=0)
    top = float(values.max())
    if image.mode.startswith("I;16") or 255 < top <= 65535:
        values = values / 257
    elif top > 65535:
        values = values * (255 / top)
    elif image.mode == "F" and top <= 1:
        values = values * 255
    return Image.fromarray(values.round().clip(0, 255).astype(np.uint8)).convert("RGB")


def _orientation(image: Image.Image) -> int:
    """The one tag that says which way is up; a broken EXIF block says nothing."""
    try:
        return int(image.getexif().get(ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001  (readers raise nearly anything on a broken block)
        return 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)
