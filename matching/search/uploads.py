"""Takes a picture out of a request without ever reading more than is allowed."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError

# Boundaries, headers and the other fields of a form beside the file.
ROOM_FOR_THE_FORM = 64 * 1024


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
