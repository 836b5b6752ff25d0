"""Takes out of a request what somebody asks for, without ever reading more than is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

from catalog.models import Product
from matching.models import Search
from matching.search.ask import PAGE_K, Ask, Asker
from matching.search.cropping import Crop
from matching.search.refusals import CropError
from matching.search.wording import in_english
from shoppers.visitor import Visitor

# Boundaries, headers and the other fields of a form beside the file.
ROOM_FOR_THE_FORM = 64 * 1024
MOST_WORDS = 200
SIDES = ("left", "top", "width", "height")
SMALLEST = 2  # per cent of a side


class UploadError(Exception):
    """The request holds no usable file; the message says why, `code` names the kind."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_upload(request: HttpRequest, field: str, max_bytes: int) -> bytes:
    """The bytes of the file in `field`. Raises UploadError before reading one that is too large."""
    too_large = UploadError("too_large", f"The file is larger than {max_bytes // 1024 // 1024} MB.")
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and int(length) > max_bytes + ROOM_FOR_THE_FORM:
        raise too_large
    try:
        file = request.FILES.get(field)
    except (MultiPartParserError, RequestDataTooBig, SuspiciousOperation) as error:
        raise UploadError("bad_request", "The upload is not complete; send it again.") from error
    except UnreadablePostError as error:
        raise UploadError("bad_request", "The upload broke off; send it again.") from error
    if file is None:
        raise UploadError(
            "no_file", f"There is no file. Send the picture as multipart form field {field!r}."
        )
    if (file.size or 0) > max_bytes:
        raise too_large
    return bytes(file.read())


def read_ask(request: HttpRequest) -> Ask:
    """The photo with the words and the part of it beside it; the words alone where there is no
    photo. Raises UploadError, and CropError for what is no part."""
    try:
        photo = read_upload(request, "photo", settings.MAX_UPLOAD_BYTES)
    except UploadError as error:
        if error.code == "no_file" and (words := read_words(request.POST)):
            return Ask(words=words, k=PAGE_K)
        raise
    words, crop = read_words(request.POST), read_crop(request.POST)
    return Ask(photo, words, crop, PAGE_K, like=_read_like(request.POST))


def _read_like(form: Mapping[str, Any]) -> int | None:
    """The product whose own photo it is; None where that is no product."""
    number = str(form.get("like", ""))
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    known = Product.objects.active().filter(pk=number) if is_number else Product.objects.none()
    return known.values_list("pk", flat=True).first()


def read_asker(request: HttpRequest) -> Asker:
    """Who asks; somebody without a session gets one, to find the answer again."""
    return Asker(Search.Source.PAGE, Visitor.to_keep(request))


def read_words(form: Mapping[str, Any]) -> str:
    """What is typed, in one line. Raises UploadError for more than anybody reads."""
    words = " ".join(str(form.get("words", "")).replace("\0", "").split())
    if len(words) > MOST_WORDS:
        raise UploadError("too_many_words", in_english("too_many_words"))
    return words


def read_crop(form: Mapping[str, Any]) -> Crop | None:
    """The fields `left`, `top`, `width` and `height` in per cent; None if none is filled in, or if
    they mean the whole photo. Raises CropError."""
    given = [str(form.get(side, "")).strip().replace(",", ".") for side in SIDES]
    if not any(given):
        return None
    try:
        left, top, width, height = (float(text) for text in given)
    except ValueError as error:
        raise CropError("not_a_part") from error
    if not (0 <= left <= 100 and 0 <= top <= 100 and width <= 100.5 and height <= 100.5):
        raise CropError("not_a_part")
    width, height = min(width, 100 - left), min(height, 100 - top)
    if width < SMALLEST or height < SMALLEST:
        raise CropError("part_too_small")
    crop = Crop(*(round(side / 100, 4) for side in (left, top, width, height)))
    return None if crop.width * crop.height > 0.99 else crop
