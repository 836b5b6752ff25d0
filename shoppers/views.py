from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import Product
from shoppers.favourites import (
    Hearts,
    ListError,
    add,
    create_list,
    delete_list,
    move,
    rename,
    share,
)
from shoppers.favourites import like as like_product
from shoppers.models import Favourite, FavouriteList
from shoppers.visitor import Visitor

View = Callable[..., HttpResponse]
PAGE_SIZE = 48
NOTES = {
    True: gettext_lazy("Added to your favourites."),
    False: gettext_lazy("Taken out of your favourites."),
}
WISHES = {"like": True, "unlike": False}


def _gone_meanwhile(view: View) -> View:
    """What was there when the view began may be deleted before it is done."""

    @wraps(view)
    def wrapper(request: HttpRequest, **about: Any) -> HttpResponse:
        try:
            return view(request, **about)
        except ObjectDoesNotExist as error:
            raise Http404("It was deleted meanwhile.") from error

    return wrapper


@require_POST
@_gone_meanwhile
def like(request: HttpRequest, slug: str) -> HttpResponse:
    """The heart: on or off, as its `do` says, else turned over. Scripts get the heart alone."""
    product = get_object_or_404(Product.objects.active(), slug=slug)
    wish = WISHES.get(request.POST.get("do", ""))
    liked = like_product(Visitor.to_keep(request), product, wish)
    if request.headers.get("HX-Request"):
        back = safe_next(request, product.get_absolute_url())
        hearts = Hearts(Visitor.of(request), back)
        context = {"product": product, "hearts": hearts, "note": NOTES[liked]}
        return render(request, "shoppers/_heart.html", context)
    return redirect(safe_next(request, product.get_absolute_url()))


@require_POST
@_gone_meanwhile
def keep(request: HttpRequest, slug: str) -> HttpResponse:
    """Into a list that is chosen, or into a new one whose name is given."""
    product = get_object_or_404(Product.objects.active(), slug=slug)
    visitor = Visitor.to_keep(request)
    try:
        name = request.POST.get("name", "")
        target = _made(request, visitor) if name.strip() else _target(request, visitor)
    except ListError as error:
        messages.error(request, str(error))
        return redirect(product)
    add(product, target)
    said = _("%(name)s is in %(list)s now.")
    messages.success(request, said % {"name": product.name, "list": target.name})
    return redirect(product)


@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """All lists of the visitor; a POST makes a new one."""
    if request.method != "POST":
        return _lists(request)
    try:
        made = _made(request, Visitor.to_keep(request))
    except ListError as error:
        return _lists(request, str(error))
    return redirect("shoppers:favourite-list", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@_gone_meanwhile
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list; a POST does what its `do` says: rename, delete, share, unshare, remove, move or
    add (to another list as well)."""
    visitor = Visitor.of(request)
    found = visitor.lists.filter(pk=pk).first()
    if found is None:
        return _gone(request, pk)
    if request.method != "POST":
        return _one_list(request, visitor, found)
    try:
        return _change(request, visitor, found)
    except ListError as error:
        return _one_list(request, visitor, found, str(error))
    except FavouriteList.DoesNotExist:
        return _gone(request, pk)


@require_safe
def shared_list(request: HttpRequest, token: str) -> HttpResponse:
    """Anybody who has the link sees the list, and nothing else of whose it is."""
    found = get_object_or_404(FavouriteList, share_token=token)
    products = _products(request, found.favourites.filter(product__in=Product.objects.active()))
    response = render(request, "shoppers/shared.html", {"list": found, "products": products})
    response["X-Robots-Tag"] = "noindex"
    return response


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    """Who deletes twice is told nothing; raises Http404 for all else."""
    if request.POST.get("do") == "delete" and not FavouriteList.objects.filter(pk=pk).exists():
        return redirect("shoppers:favourites")
    raise Http404("There is no such list.")


def _change(request: HttpRequest, visitor: Visitor, found: FavouriteList) -> HttpResponse:
    wish = request.POST.get("do", "")
    if wish == "delete":
        delete_list(found)
        messages.success(request, _("The list is deleted."))
        return redirect("shoppers:favourites")
    if wish == "rename":
        rename(visitor, found, request.POST.get("name", ""))
    elif wish in ("share", "unshare"):
        share(found, on=wish == "share")
    else:
        _change_product(request, visitor, found, wish)
    return redirect(safe_next(request, reverse("shoppers:favourite-list", args=[found.pk])))


def _change_product(
    request: HttpRequest, visitor: Visitor, found: FavouriteList, wish: str
) -> None:
    """Sent twice, a change finds what it wishes for already done."""
    product = get_object_or_404(Product, sku=request.POST.get("sku", ""))
    if wish == "remove":
        found.favourites.filter(product=product).delete()
        messages.success(request, _("%(name)s is taken out.") % {"name": product.name})
        return
    if wish not in ("move", "add"):
        raise Http404("There is no such change.")
    target = _target(request, visitor)
    if not Favourite.objects.filter(list__in=[found, target], product=product).exists():
        raise Http404("The product is in neither list.")
    if wish == "move":
        move(product, found, target)
    else:
        add(product, target)
    said = _("%(name)s is in %(list)s now.")
    messages.success(request, said % {"name": product.name, "list": target.name})


def _made(request: HttpRequest, visitor: Visitor) -> FavouriteList:
    """The list whose name was given. Raises ListError."""
    name, newest = request.POST.get("name", ""), request.POST.get("newest", "")
    return create_list(visitor, name, int(newest) if _is_number(newest) else None)


def _target(request: HttpRequest, visitor: Visitor) -> FavouriteList:
    chosen = request.POST.get("to", "")
    if not _is_number(chosen):
        raise ListError(_("Choose a list."))
    return get_object_or_404(visitor.lists, pk=int(chosen))


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 19


def _lists(request: HttpRequest, error: str = "") -> HttpResponse:
    found = Visitor.of(request).lists.prefetch_related("favourites__product")
    status = HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK
    ask = _("Seen something like it? Search with a photo.")
    context = {"lists": found, "error": error, "ask": ask}
    return render(request, "shoppers/lists.html", context, status=status)


def _one_list(
    request: HttpRequest, visitor: Visitor, found: FavouriteList, error: str = ""
) -> HttpResponse:
    link = ""
    if found.share_token:
        path = reverse("shoppers:shared-list", args=[found.share_token])
        link = request.build_absolute_uri(path)
    context: dict[str, Any] = {
        "list": found,
        "products": _products(request, found.favourites.all()),
        "move": {
            "others": visitor.lists.exclude(pk=found.pk),
            "here": request.get_full_path(),
        },
        "link": link,
        "error": error,
    }
    status = HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK
    return render(request, "shoppers/list.html", context, status=status)


def _products(request: HttpRequest, liked: QuerySet[Favourite]) -> Page[Favourite]:
    whole = liked.select_related("product").prefetch_related("product__variants__offers")
    pages = Paginator(whole, PAGE_SIZE)
    return pages.get_page(request.GET.get("page"))


def safe_next(request: HttpRequest, fallback: str) -> str:
    address = request.POST.get("next", "")
    hosts = {request.get_host()}
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=hosts) else fallback
