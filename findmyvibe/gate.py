"""What comes from the net is looked at once, before any view: what no reader, database or file
system can take is refused, and no more of a body is read than its view may want."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError, split_domain_port
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from findmyvibe.refusals import refuse

LONGEST_NAME = 255  # bytes of one part of a path: what file systems take
LONGEST_COOKIE = 4096  # bytes with its name: what browsers keep
CHARSETS = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"}
LOOPBACK, HEALTH = "127.0.0.1", {"/healthz", "/readyz", "/metrics"}
FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}
MEGABYTE = 1024 * 1024

UNREADABLE = _("The request holds characters that cannot be read.")
NOT_OURS = _("This site has another name.")
TOO_LONG = _("A name or a cookie in the request is too long.")
BROKEN = _("The upload is not complete; send it again.")
TOO_LARGE = _("The file is larger than {most} MB.")

# Views that take files, and the setting that says how large; those of staff from staff alone.
TAKE_FILES = {"matching:home": "MAX_UPLOAD_BYTES", "matching:predict": "MAX_UPLOAD_BYTES"}
PROGRAMS = "api:"
# Reads its form itself, once it knows whose it is: hundreds of photos.
READS_ITSELF = "api:jobs"
TAKE_FILES_OF_STAFF = {
    "admin:upload-archive": "MAX_ARCHIVE_BYTES",
    "admin:import-table": "MAX_ARCHIVE_BYTES",
    "admin:catalog_product_add": "MAX_PHOTO_BYTES",
    "admin:catalog_product_change": "MAX_PHOTO_BYTES",
}


class RefusedError(Exception):
    """The request goes no further; `advice` says why."""

    def __init__(self, advice: Promise | str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(advice)
        self.advice, self.status = advice, status


class GateMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            check_head(request)
        except RefusedError as error:
            return refuse(request, error.status, error.advice)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """The body, now that it is known whose it is and what it is for."""
        try:
            check_length(request)
            check_body(request)
        except RefusedError as error:
            return refuse(request, error.status, error.advice)
        return None


def check_head(request: HttpRequest) -> None:
    """Path, query, cookies and charset. Raises RefusedError."""
    if not is_for_this_site(request):
        raise RefusedError(NOT_OURS)
    if not _is_charset((request.content_params or {}).get("charset", "utf-8")):
        request.encoding = "utf-8"
        raise RefusedError(UNREADABLE)
    cookies = request.META.get("HTTP_COOKIE", "")
    _check_texts(request.path_info, cookies, *_texts(request.GET))
    if any(len(name.encode()) > LONGEST_NAME for name in request.path_info.split("/")):
        raise RefusedError(TOO_LONG)
    if any(len(cookie) > LONGEST_COOKIE for cookie in cookies.split(";")):
        raise RefusedError(TOO_LONG)


def is_for_this_site(request: HttpRequest) -> bool:
    """Health checks ask this very machine; by that name nothing else is answered, as mails would
    carry it."""
    host = split_domain_port(request.META.get("HTTP_HOST", ""))[0]
    is_own = host != LOOPBACK or LOOPBACK in settings.SITE_HOSTS or settings.DEBUG
    return is_own or request.path_info.rstrip("/") in HEALTH


def check_length(request: HttpRequest) -> None:
    """Nothing of a body that is too large is read. Raises RefusedError."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = most_bytes(request)
    if length.isdecimal() and int(length) > most + settings.ROOM_FOR_THE_FORM:
        advice = format_lazy(TOO_LARGE, most=most // MEGABYTE)
        raise RefusedError(advice, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def most_bytes(request: HttpRequest) -> int:
    """Of the body, for this view and whoever asks."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    limit = TAKE_FILES.get(name, "DATA_UPLOAD_MAX_MEMORY_SIZE")
    if name.startswith(PROGRAMS):
        limit = "MAX_ARCHIVE_BYTES" if name == READS_ITSELF else "MAX_UPLOAD_BYTES"
    if name in TAKE_FILES_OF_STAFF and request.user.is_staff:
        limit = TAKE_FILES_OF_STAFF[name]
    return int(getattr(settings, limit))


def check_body(request: HttpRequest) -> None:
    """Fields of forms; what else there is, views of the API look at. Raises RefusedError."""
    is_read_later = request.resolver_match and request.resolver_match.view_name == READS_ITSELF
    if request.content_type not in FORMS or is_read_later:
        return
    try:
        names = [file.name or "" for _field, files in request.FILES.lists() for file in files]
        _check_texts(*_texts(request.POST), *request.FILES, *names)
    except (MultiPartParserError, UnreadablePostError, LookupError) as error:
        raise RefusedError(BROKEN) from error
    except SuspiciousOperation as error:  # too many fields, or too much in them
        raise RefusedError(BROKEN) from error


def _is_charset(name: str) -> bool:
    try:
        return codecs.lookup(name).name in CHARSETS
    except (LookupError, ValueError):
        return False


def _texts(fields: QueryDict) -> Iterator[str]:
    for name, values in fields.lists():
        yield name
        yield from (str(value) for value in values)


def _check_texts(*texts: str) -> None:
    for text in texts:
        if "\0" in text:
            raise RefusedError(UNREADABLE)
        try:
            text.encode()
        except UnicodeEncodeError as error:  # half of a character
            raise RefusedError(UNREADABLE) from error
