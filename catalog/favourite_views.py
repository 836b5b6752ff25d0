from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.favourites import (
    ListError,
    Visitor,
    create_list,
    move,
    rename,
    share,
    toggle,
)
from catalog.models import FavouriteList, Product


@require_POST
def like(request: HttpRequest, sku: str) -> HttpResponse:
    """The heart: on, or off again. Scripts get the heart alone."""
    product = get_object_or_404(Product.objects.active(), sku=sku)
    liked = toggle(Visitor.to_keep(request), product)
    if request.headers.get("HX-Request"):
        context = {"product": product, "liked": liked, "was_pressed": True}
        return render(request, "favourites/_heart_form.html", context)
    return redirect(_next(request, product.get_absolute_url()))


@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    """All lists of the visitor; a POST makes a new one."""
    if request.method != "POST":
        return _lists(request)
    try:
        made = create_list(Visitor.to_keep(request), request.POST.get("name", ""))
    except ListError as error:
        return _lists(request, str(error))
    return redirect("catalog:favourite-list", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def one_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list; a POST does what its `do` says: rename, delete, share, unshare, remove or move."""
    visitor = Visitor.of(request)
    found = get_object_or_404(visitor.lists, pk=pk)
    if request.method != "POST":
        return _one_list(request, visitor, found)
    try:
        return _change(request, visitor, found)
    except ListError as error:
        return _one_list(request, visitor, found, str(error))


@require_safe
def shared_list(request: HttpRequest, token: str) -> HttpResponse:
    """Anybody who has the link sees the list, and nothing else of whose it is."""
    found = get_object_or_404(FavouriteList, share_token=token)
    context = {"list": found, "products": _products(found)}
    return render(request, "favourites/shared.html", context)


def _change(request: HttpRequest, visitor: Visitor, found: FavouriteList) -> HttpResponse:
    wish = request.POST.get("do", "")
    if wish == "delete":
        found.delete()
        messages.success(request, _("The list is deleted."))
        return redirect("catalog:favourites")
    if wish == "rename":
        rename(visitor, found, request.POST.get("name", ""))
    elif wish in ("share", "unshare"):
        share(found, on=wish == "share")
    elif wish == "remove":
        found.favourites.filter(product__sku=request.POST.get("sku", "")).delete()
    elif wish == "move":
        product = get_object_or_404(found.products, sku=request.POST.get("sku", ""))
        target = request.POST.get("to", "")
        if not target.isdecimal():
            raise ListError(_("Choose a list."))
        move(product, found, get_object_or_404(visitor.lists, pk=int(target)))
    else:
        raise Http404("There is no such change.")
    return redirect("catalog:favourite-list", found.pk)


def _lists(request: HttpRequest, error: str = "") -> HttpResponse:
    found = Visitor.of(request).lists.prefetch_related("favourites__product")
    status = HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK
    return render(request, "favourites/lists.html", {"lists": found, "error": error}, status=status)


def _one_list(
    request: HttpRequest, visitor: Visitor, found: FavouriteList, error: str = ""
) -> HttpResponse:
    link = ""
    if found.share_token:
        link = request.build_absolute_uri(f"/favourites/shared/{found.share_token}/")
    context: dict[str, Any] = {
        "list": found,
        "products": _products(found),
        "others": visitor.lists.exclude(pk=found.pk),
        "link": link,
        "error": error,
    }
    status = HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK
    return render(request, "favourites/list.html", context, status=status)


def _products(found: FavouriteList) -> list[Product]:
    return [one.product for one in found.favourites.select_related("product")]


def _next(request: HttpRequest, fallback: str) -> str:
    address = request.POST.get("next", "")
    hosts = {request.get_host()}
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=hosts) else fallback
