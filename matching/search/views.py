from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Product
from matching.models import Search
from matching.runtime import NotReadyError
from matching.search import page, page_wording
from matching.search.find import correct, find, find_again, insist, preview, turn_to
from matching.search.limits import LimitedError, count_search
from matching.search.refusals import RefusedError, WishError
from matching.search.suggest import suggest
from matching.search.uploads import (
    MOST_WORDS,
    UploadError,
    read_ask,
    read_asker,
    read_crop,
    read_words,
)
from matching.search.wording import error_said
from pictures import PictureError
from shoppers.visitor import Visitor

View = Callable[..., HttpResponse]
SHOWCASE = 12
DAY = 86_400  # seconds
# By the id of what a script replaces.
PARTS = {"matches": "matching/_matches.html", "more": "matching/_cards.html"}
REFUSALS = (UploadError, PictureError, RefusedError)


def _told(view: View) -> View:
    """What goes wrong is said in words: to scripts as a fragment, to forms on the page they came
    from."""

    @wraps(view)
    def wrapper(request: HttpRequest, **about: Any) -> HttpResponse:
        try:
            if request.method == "POST":
                count_search(request)
            return view(request, **about)
        except LimitedError as error:
            answer = _refused(request, error_said(error), HTTPStatus.TOO_MANY_REQUESTS, **about)
            answer.headers["Retry-After"] = str(error.seconds)
            return answer
        except REFUSALS as error:
            return _refused(request, error_said(error), HTTPStatus.BAD_REQUEST, **about)
        except Search.DoesNotExist as error:
            raise Http404("The search was deleted meanwhile.") from error
        except NotReadyError as error:
            return _refused(request, error_said(error), HTTPStatus.SERVICE_UNAVAILABLE, **about)

    return wrapper


def _refused(request: HttpRequest, error: str, status: int, pk: UUID | None = None) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "_error.html", {"error": error}, status=status)
    if pk is None:
        return _home(request, error, status)
    found = own_search(request, pk)
    context = page.result(found, page.answer(found), error)
    return render(request, "matching/search.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@_told
def home(request: HttpRequest) -> HttpResponse:
    """The drop zone; a POST with a photo or words answers with the result, or says what is
    wrong."""
    if request.method != "POST":
        return _home(request)
    found = find(read_ask(request), asker=read_asker(request))
    return page.respond(request, found)


@require_safe
@cache_control(private=True, no_store=True)
def suggestions(request: HttpRequest) -> HttpResponse:
    """What the words that are being typed may become: a list for static/js/suggest.js."""
    typed = request.GET.get("words", "")[:MOST_WORDS]
    found = suggest(typed, Visitor.of(request))
    context = {"found": found, "counted": page_wording.suggestions_counted(len(found))}
    return render(request, "matching/_suggestions.html", context)


@require_safe
def search(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The answer; filters and weight in the query narrow it down, and it goes on page by page. For
    scripts `#matches` alone, or what comes in place of `#more`."""
    found = own_search(request, pk)
    told = page.narrowed(found, request.GET)
    if part := PARTS.get(request.headers.get("HX-Target", "")):
        return render(request, part, {"search": found, "answer": told})
    context = page.result(found, told)
    return render(request, "matching/search.html", context)


@require_POST
@_told
def search_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same photo, but another part of it, or as other words want it."""
    found = own_search(request, pk)
    words, crop = read_words(request.POST), read_crop(request.POST)
    if not words and not found.photo:
        raise WishError("no_words")
    again = find_again(found, words=words, crop=crop, asker=read_asker(request))
    return page.respond(request, again)


@require_POST
@_told
def search_part(request: HttpRequest, pk: UUID) -> HttpResponse:
    """While a part is marked: the matches of it, for scripts."""
    found = own_search(request, pk)
    if not found.photo:
        raise Http404("This search has no photo.")
    seen = preview(found, read_crop(request.POST), asker=read_asker(request))
    context = {"search": seen.search, "answer": page.previewed(seen)}
    return render(request, PARTS["matches"], context)


@require_safe
@_told
def search_look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every garment of the photo, each with its best matches."""
    found = own_search(request, pk)
    return render(request, "matching/look.html", {"search": found, "look": page.look(found)})


@require_POST
@_told
def search_garment(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The shopper means another garment of the same photo."""
    found = own_search(request, pk)
    number = request.POST.get("garment", "")
    chosen = int(number) if number.isdecimal() and len(number) < 4 else -1
    return page.respond(request, turn_to(found, chosen))


@require_POST
@_told
def correct_search(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The shopper says what is right: a value of an attribute, or that there is a garment."""
    found = own_search(request, pk)
    attribute, value = request.POST.get("attribute", ""), request.POST.get("value", "")
    is_said = "insist" not in request.POST
    return page.respond(request, correct(found, attribute, value) if is_said else insist(found))


@require_safe
def search_photo(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The photo, or where a bucket has it an address of its own that soon leads nowhere."""
    photo = own_search(request, pk).photo
    if not photo:
        raise Http404("This search has no photo.")
    try:
        answer = _signed(photo) if settings.SIGNED_UPLOADS else _streamed(photo)
    except FileNotFoundError as error:
        raise Http404("The photo is gone.") from error
    seconds = settings.SIGNED_SECONDS // 2 if settings.SIGNED_UPLOADS else DAY
    patch_cache_control(answer, private=True, max_age=seconds)
    return answer


def _signed(photo: FieldFile) -> HttpResponseBase:
    return HttpResponseRedirect(photo.url)


def _streamed(photo: FieldFile) -> HttpResponseBase:
    return FileResponse(photo.open("rb"), content_type="image/jpeg")


def own_search(request: HttpRequest, pk: UUID) -> Search:
    """Somebody else's search is not there at all."""
    found = get_object_or_404(Search, pk=pk)
    if not Visitor.of(request).owns(found):
        raise Http404("There is no such search.")
    return found


def _home(request: HttpRequest, error: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
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
