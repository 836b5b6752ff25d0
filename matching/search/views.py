from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Product
from matching.engine.errors import PictureError
from matching.models import Search
from matching.runtime import NotReadyError
from matching.search.cropping import Crop, CropError
from matching.search.find import (
    PAGE_K,
    Asker,
    WishError,
    correct,
    find,
    find_again,
    find_by_words,
    insist,
)
from matching.search.page import answer, result
from matching.search.uploads import UploadError, read_upload
from matching.search.wording import said
from shoppers.favourites import Visitor

SHOWCASE = 12
MOST_WORDS = 200
REFUSALS = (UploadError, PictureError, CropError, WishError)


@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """The drop zone; a POST with a photo or words answers with the result, or says what is wrong.

    Scripts get the result as a fragment, plain forms are sent on to its page.
    """
    if request.method != "POST":
        return _home(request)
    try:
        found = _search(request)
    except REFUSALS as error:
        return _home(request, error=said(error), status=HTTPStatus.BAD_REQUEST)
    except NotReadyError as error:
        return _home(request, error=said(error), status=HTTPStatus.SERVICE_UNAVAILABLE)
    return _found(request, found)


@require_safe
def search(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The answer; filters and weight in the query narrow it down. `#matches` alone for scripts."""
    found = own_search(request, pk)
    if request.headers.get("HX-Target") == "matches":
        context = {"search": found} | answer(request, found)
        return render(request, "matching/_matches.html", context)
    return render(request, "matching/search.html", result(request, found))


@require_POST
def search_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same photo, but another part of it, or as other words want it."""
    found = own_search(request, pk)
    try:
        words, crop = _words(request), Crop.from_form(request.POST)
        if not words and not found.photo:
            raise WishError(_("Say in a few words what you are looking for."))
        again = find_again(found, words=words, crop=crop, asker=_asker(request))
    except REFUSALS as error:
        return _refused(request, found, said(error), HTTPStatus.BAD_REQUEST)
    except NotReadyError as error:
        return _refused(request, found, said(error), HTTPStatus.SERVICE_UNAVAILABLE)
    return _found(request, again)


@require_POST
def correct_search(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The shopper says what is right: a value of an attribute, or that there is a garment."""
    found = own_search(request, pk)
    try:
        if "insist" in request.POST:
            insist(found)
        else:
            correct(found, request.POST.get("attribute", ""), request.POST.get("value", ""))
    except REFUSALS as error:
        return _refused(request, found, said(error), HTTPStatus.BAD_REQUEST)
    except NotReadyError as error:
        return _refused(request, found, said(error), HTTPStatus.SERVICE_UNAVAILABLE)
    return _found(request, found)


@require_safe
@cache_control(private=True, max_age=86400)
def search_photo(request: HttpRequest, pk: UUID) -> FileResponse:
    photo = own_search(request, pk).photo
    if not photo:
        raise Http404("This search has no photo.")
    try:
        return FileResponse(photo.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404("The photo is gone.") from error


def own_search(request: HttpRequest, pk: UUID) -> Search:
    """Somebody else's search is not there at all."""
    found = get_object_or_404(Search, pk=pk)
    if not found.belongs_to(request.user, Visitor.of(request).session_key):
        raise Http404("There is no such search.")
    return found


def _search(request: HttpRequest) -> Search:
    """By the photo, with the words beside it; by the words alone where there is no photo."""
    try:
        data = read_upload(request, "photo", settings.MAX_UPLOAD_BYTES)
    except UploadError as error:
        if error.code == "no_file" and (words := _words(request)):
            return find_by_words(words, asker=_asker(request))
        raise
    words, crop = _words(request), Crop.from_form(request.POST)
    return find(data, k=PAGE_K, words=words, crop=crop, asker=_asker(request))


def _words(request: HttpRequest) -> str:
    words = " ".join(request.POST.get("words", "").replace("\0", "").split())
    if len(words) > MOST_WORDS:
        raise WishError(_("These are too many words; a short sentence is best."))
    return words


def _found(request: HttpRequest, found: Search) -> HttpResponse:
    if request.headers.get("HX-Request"):
        response = render(request, "matching/_result.html", result(request, found))
        response["HX-Push-Url"] = found.get_absolute_url()
        return response
    return redirect(found)


def _refused(request: HttpRequest, found: Search, error: str, status: int) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "matching/_error.html", {"error": error}, status=status)
    context = result(request, found) | {"error": error}
    return render(request, "matching/search.html", context, status=status)


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
    return Asker(Search.Source.PAGE, request.user, Visitor.to_keep(request).session_key)
