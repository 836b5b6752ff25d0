"""ETags of answers: another one as soon as anything in the answer is other."""

from __future__ import annotations

import hashlib

from django.utils.http import parse_etags, quote_etag
from rest_framework.request import Request
from rest_framework.response import Response

from api.problems import ProblemError


def etag_of(content: bytes) -> str:
    return quote_etag(hashlib.sha256(content).hexdigest()[:32])


def tag(request: Request, response: Response) -> None:
    """Once it is rendered it has an ETag, and is empty where the program has it already."""

    def finish(rendered: Response) -> None:
        found = etag_of(rendered.content)
        rendered["ETag"] = found
        if _names(request.headers.get("If-None-Match", ""), found):
            rendered.content = b""
            rendered.status_code = 304
            del rendered["Content-Type"]

    response.add_post_render_callback(finish)


def check_unchanged(request: Request, content: bytes) -> None:
    """Raises a problem if `If-Match` names another state than `content` is."""
    asked = request.headers.get("If-Match", "")
    if asked and not _names(asked, etag_of(content)):
        raise ProblemError("changed-meanwhile")


def _names(header: str, found: str) -> bool:
    named = [one.removeprefix("W/") for one in parse_etags(header)]
    return "*" in named or found in named
