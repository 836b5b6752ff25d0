from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from catalog.models import Attribute, Product
from matching.engine.errors import PictureError
from matching.models import Search
from matching.runtime import NotReadyError
from matching.services.finding import Asker, find
from matching.uploads import UploadError, read_upload

SHOWCASE = 12


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """The drop zone; a POST with a photo answers with the result, or says what is wrong with it.

    Scripts get the result as a fragment, plain forms are sent on to its page.
    """
    if request.method != "POST":
        return _home(request)
    try:
        data = read_upload(request, "photo", settings.MAX_UPLOAD_BYTES)
        found = find(data, asker=_asker(request))
    except (UploadError, PictureError) as error:
        return _home(request, error=str(error), status=HTTPStatus.BAD_REQUEST)
    except NotReadyError as error:
        return _home(request, error=str(error), status=HTTPStatus.SERVICE_UNAVAILABLE)
    if request.headers.get("HX-Request"):
        response = render(request, "matching/_result.html", _result(found))
        response["HX-Push-Url"] = found.get_absolute_url()
        return response
    return redirect(found)


@require_safe
def search(request: HttpRequest, pk: UUID) -> HttpResponse:
    return render(request, "matching/search.html", _result(_own_search(request, pk)))


@require_safe
@cache_control(private=True, max_age=86400)
def search_photo(request: HttpRequest, pk: UUID) -> FileResponse:
    photo = _own_search(request, pk).photo
    try:
        return FileResponse(photo.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404("The photo is gone.") from error


def _home(request: HttpRequest, error: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    if error and request.headers.get("HX-Request"):
        return render(request, "matching/_error.html", {"error": error}, status=status)
    context = {"error": error, "showcase": _showcase()}
    return render(request, "matching/home.html", context, status=status)


def _showcase() -> list[Product]:
    """A look along the whole catalogue: the newest alone may all be of one kind."""
    shown = Product.objects.active().with_photo()
    newest, oldest = shown.first(), shown.last()
    if newest is None or oldest is None:
        return []
    step = max(1, (newest.pk - oldest.pk) // (SHOWCASE * 8))
    spread = list(shown.filter(pk__in=range(oldest.pk, newest.pk + 1, step)))
    if len(spread) < SHOWCASE:
        return list(shown[:SHOWCASE])
    return spread[:: len(spread) // SHOWCASE][:SHOWCASE]


def _asker(request: HttpRequest) -> Asker:
    if not request.session.session_key:
        request.session.create()
    return Asker(Search.Source.PAGE, request.user, request.session.session_key or "")


def _own_search(request: HttpRequest, pk: UUID) -> Search:
    """Somebody else's search is not there at all."""
    found = get_object_or_404(Search, pk=pk)
    if not found.belongs_to(request.user, request.session.session_key):
        raise Http404("There is no such search.")
    return found


def _result(found: Search) -> dict[str, Any]:
    """`attributes`: (attribute, ranked values) for each attribute the heads know."""
    attributes = [
        (attribute, found.prediction[attribute.key])
        for attribute in Attribute.objects.all()
        if found.prediction.get(attribute.key)
    ]
    matches = found.matches.select_related("product")
    return {"search": found, "attributes": attributes, "matches": matches}
