from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.examples import example
from api.models import AskedSearch, Scope
from api.pages import PARAMETERS, NewestFirst, read_cursor
from api.problems import ProblemError, refused
from api.schema import Example, Operation, header, in_path, query
from api.searches.asked import Answer, ask, matches_behind, searches_of
from api.searches.serializers import (
    MOST_MATCHES,
    MatchPageSerializer,
    SearchPageSerializer,
    SearchSerializer,
    matches_told,
    next_matches,
    search_told,
)
from api.searches.wishes import (
    BinaryParser,
    FormWishSerializer,
    PictureParser,
    WishSerializer,
    read_wish,
)
from matching.models import Search
from matching.runtime import NotReadyError
from matching.search.history import delete_searches
from matching.search.refusals import RefusedError
from matching.search.uploads import ROOM_FOR_THE_FORM, UploadError
from matching.search.wording import error_said
from pictures import PictureError

LONGEST_KEY = 255
ID = in_path("pk", "The id of the search.", UUID)
BY_CODE = {
    "too_large": "too-large",
    "not_a_picture": "not-a-picture",
    "bad_request": "malformed",
}
SEARCH = example("search")
# What a search is refused for -> the field of the request.
FIELDS = {"not_indexed": "sku", "no_such_garment": "garment"}
IDEMPOTENCY = header(
    "Idempotency-Key",
    "Of your choice: the same request with the same key is answered once, and then again so. "
    "It holds as long as the search is kept.",
)
WITH_A_PHOTO_PLAIN = {"words": str, "k": int, "weight": float, "garment": int, "store": bool}
WITH_A_PHOTO = [
    query(name, "Where the body is the photo: as in the JSON request.", kind)
    for name, kind in WITH_A_PHOTO_PLAIN.items()
]
WITH_A_PHOTO += [
    query(name, "Where the body is the photo: as in the JSON request, as JSON.")
    for name in ("crop", "filters", "attributes")
]
REQUEST = {
    "application/json": WishSerializer,
    "multipart/form-data": FormWishSerializer,
    **{
        kind: {"type": "string", "format": "binary"}
        for kind in ("image/*", "application/octet-stream")
    },
}


class SearchView(ApiView):
    """Any view that searches: what cannot be searched with is told as a problem."""

    tag = "Searches"

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(_problem(exc) or exc)


def _problem(error: Exception) -> ProblemError | None:
    if isinstance(error, NotReadyError):
        return ProblemError("not-ready", error_said(error))
    if isinstance(error, PictureError | UploadError):
        return ProblemError(BY_CODE.get(error.code, "bad-picture"), error_said(error))
    if isinstance(error, RefusedError):
        return refused(FIELDS.get(error.code, ""), error_said(error))
    return None


class SearchesView(SearchView):
    scopes = {"GET": Scope.SEARCH, "POST": Scope.SEARCH}
    parser_classes = [JSONParser, MultiPartParser, PictureParser, BinaryParser]

    @property
    def most_bytes(self) -> int:
        return settings.MAX_UPLOAD_BYTES + ROOM_FOR_THE_FORM

    @Operation(
        "search",
        "Search by photo, by words, by both or for more like a product",
        {200: SearchSerializer, 201: SearchSerializer},
        request=REQUEST,
        parameters=[IDEMPOTENCY, *WITH_A_PHOTO],
        problems=[422, 503],
        examples=[Example(example("search_wish")), Example(SEARCH, 201)],
        about="201 with the search, 200 with one that is not kept or was answered before.",
    )
    def post(self, request: Request) -> Response:
        key = _idempotency_key(request)
        wish = read_wish(request, searches_of(self.client))
        answer = ask(self.client, wish, key)
        told = _told(answer, request)
        if told["href"] is None or not answer.is_new:
            return Response(told)
        return Response(told, 201, headers={"Location": told["href"]})

    @Operation(
        "list_searches",
        "The searches of your client, newest first",
        {200: SearchPageSerializer},
        parameters=PARAMETERS,
        problems=[404],
        about="With a secret key only: visitors of a page must not see one another's.",
    )
    def get(self, request: Request) -> Response:
        if not self.key.is_secret:
            raise ProblemError("forbidden")
        pages = NewestFirst()
        rows = pages.paginate_queryset(searches_of(self.client), request, self) or []
        return pages.get_paginated_response([_told(_kept(row), request) for row in rows])


class OneSearchView(SearchView):
    scopes = {"GET": Scope.SEARCH, "DELETE": Scope.SEARCH}

    @Operation(
        "get_search",
        "A search as it was answered",
        {200: SearchSerializer},
        parameters=[ID],
        problems=[404],
        examples=[Example(SEARCH, 200)],
    )
    def get(self, request: Request, pk: UUID) -> Response:
        row = get_object_or_404(searches_of(self.client), pk=pk)
        return Response(_told(_kept(row), request))

    @Operation(
        "delete_search",
        "Delete a search with its photo",
        {204: None},
        parameters=[ID],
        problems=[404],
    )
    def delete(self, request: Request, pk: UUID) -> Response:
        row = get_object_or_404(searches_of(self.client), pk=pk)
        delete_searches(Search.objects.filter(pk=row.pk))
        return Response(status=204)


class SearchMatchesView(SearchView):
    scopes = {"GET": Scope.SEARCH}

    @Operation(
        "list_matches",
        "The matches of a search, page by page",
        {200: MatchPageSerializer},
        parameters=[ID, query("cursor", "Where the page begins: take the whole `next`.")],
        problems=[404, 503],
        examples=[Example(example("matches"), 200)],
        about="A page has as many as the search has. The first is the answer as it was given; what "
        f"comes behind it, up to the {MOST_MATCHES}th, is of the catalogue as it is now.",
    )
    def get(self, request: Request, pk: UUID) -> Response:
        row = get_object_or_404(searches_of(self.client), pk=pk)
        cursor = request.query_params.get("cursor", "")
        kept = list(row.search.matches.all())
        matches = matches_behind(row, *_begin(cursor)) if cursor else kept
        told = matches_told(matches, request)
        return Response({"next": next_matches(row.search, matches, request), "results": told})


class SearchPhotoView(SearchView):
    scopes = {"GET": Scope.SEARCH}

    @Operation(
        "get_search_photo",
        "The photo that was searched with",
        {(200, "image/jpeg"): OpenApiTypes.BINARY},
        parameters=[ID],
        problems=[404],
    )
    def get(self, request: Request, pk: UUID) -> Any:
        return photo_of(get_object_or_404(searches_of(self.client), pk=pk).search)


def photo_of(search: Search) -> FileResponse:
    """What it was made with. Raises Http404."""
    if not search.photo:
        raise Http404
    try:
        return FileResponse(search.photo.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error


def _idempotency_key(request: Request) -> str:
    """ "" if there is none."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY or not key.isprintable():
        said = _("It has at most %(most)s letters.") % {"most": LONGEST_KEY}
        raise refused("Idempotency-Key", said)
    return key


def _begin(cursor: str) -> tuple[int, int]:
    last, place = read_cursor(cursor)
    return last, min(place, MOST_MATCHES)


def _kept(row: AskedSearch) -> Answer:
    return Answer(row.search, list(row.search.matches.all()), row.request, is_new=False)


def _told(answer: Answer, request: Request) -> dict[str, Any]:
    return search_told(answer.search, answer.matches, answer.asked, request)
