"""The pages that take a table of products, show what each column is taken for, and hand it to a
job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from catalog.admin.problems import said
from catalog.importers import headings
from catalog.importers.fetching import FetchError
from catalog.importers.incoming import OFFER_FIELDS
from catalog.importers.match import Match
from catalog.importers.offered import IncomingProduct
from catalog.importers.rows import Table, TableError
from catalog.importers.table_import import local_file
from catalog.importers.table_reader import TableReader, matched_table, remembered, source_of
from catalog.importers.tables import open_table
from catalog.importers.uploads import UploadGoneError, keep_upload, kept_upload, short_name
from catalog.models import Attribute, Leaving, Offer, Product, Variant
from jobs import queue

SECONDS_OF_A_PAGE = 20.0
PREVIEWED = 20
SAMPLES = 3
WORDS = {
    headings.SKU: _("article number"),
    headings.NAME: _("name"),
    headings.DESCRIPTION: _("description"),
    headings.BRAND: _("brand"),
    headings.PRICE: _("price"),
    headings.CURRENCY: _("currency"),
    headings.LINK: _("address of its page"),
    headings.YEAR: _("year"),
    headings.GROUP: _("product that it is a variant of"),
    headings.GTIN: _("barcode"),
    headings.SIZE: _("size"),
    headings.AGE: _("age group"),
    headings.SALE_PRICE: _("sale price"),
    headings.SALE_DATES: _("days of the sale"),
    headings.AVAILABILITY: _("availability"),
    headings.QUANTITY: _("quantity in stock"),
    headings.PHOTO: _("address of the photo"),
    headings.MORE_PHOTOS: _("addresses of further photos"),
    headings.ALTS: _("photos in words, with a bar between"),
    headings.TAGS: _("tags"),
    headings.COLLECTIONS: _("collections"),
    headings.STATUS: _("status"),
    headings.ACTIVE: _("shown, yes or no"),
}


class TableForm(forms.Form):
    import_file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "CSV, TSV or XLSX, an export of Shopify or WooCommerce, or a Google Merchant feed."
        ),
    )
    address = forms.URLField(
        label=_("Or its web address"), required=False, max_length=500, assume_scheme="https"
    )

    def clean_import_file(self) -> Any:
        upload = self.cleaned_data["import_file"]
        most = settings.MAX_ARCHIVE_BYTES
        if upload and upload.size > most:
            text = gettext("It has %(size)s, %(most)s are the most.")
            sizes = {"size": filesizeformat(upload.size), "most": filesizeformat(most)}
            raise ValidationError(text % sizes)
        return upload

    def clean(self) -> None:
        """Exactly one of the two."""
        given = [self.cleaned_data.get("import_file"), self.cleaned_data.get("address")]
        if not self.errors and len([one for one in given if one]) != 1:
            raise ValidationError(gettext("Choose a file, or give a web address."))

    def keep(self) -> tuple[str, str]:
        """Where it is kept, and what it is called. Raises FetchError for an address that does not
        answer."""
        upload = self.cleaned_data["import_file"]
        if upload:
            return keep_upload(upload, ".table"), upload.name
        address = self.cleaned_data["address"]
        with local_file(address, SECONDS_OF_A_PAGE) as path, path.open("rb") as file:
            return keep_upload(File(file, name="feed"), ".table"), address


@dataclass(frozen=True)
class Choice:
    """One column on the page: `field` is its name in the form."""

    field: str
    column: str
    samples: str
    name: str


@dataclass(frozen=True)
class Previewed:
    """A product as it would be; `is_known` if the catalogue has it."""

    product: IncomingProduct
    is_known: bool

    @property
    def offer(self) -> Offer:
        """Of its first variant."""
        said = self.product.variants[0].offers[0].said
        return Offer(**{name: one for name, one in said.items() if name in OFFER_FIELDS})

    @property
    def state(self) -> str:
        return gettext("brought up to date") if self.is_known else gettext("new")


@require_http_methods(["GET", "HEAD", "POST"])
def import_table(request: HttpRequest) -> HttpResponse:
    _check_permission(request)
    is_sent = request.method == "POST"
    form = TableForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_valid():
        try:
            upload, name = form.keep()
        except FetchError as error:
            form.add_error(None, said(error))
        else:
            request.session[_key(upload)] = name
            return redirect("admin:match-table", upload=short_name(upload))
    context = {"title": gettext("Import products"), "form": form}
    return _page(request, "import.html", context | {"most": settings.MAX_ARCHIVE_BYTES})


@require_http_methods(["GET", "HEAD", "POST"])
def match_table(request: HttpRequest, upload: str) -> HttpResponse:
    """What each column is taken for, which can be changed, and the first products."""
    _check_permission(request)
    name = request.session.get(_key(_long(upload)), gettext("the file"))
    try:
        with kept_upload(_long(upload)) as path:
            return _matched_page(request, path, upload, name)
    except UploadGoneError:
        messages.error(request, gettext("The file is gone: upload it again."))
    except TableError as error:
        messages.error(request, said(error))
    return redirect("admin:import-table")


def _matched_page(request: HttpRequest, path: Path, upload: str, name: str) -> HttpResponse:
    table = open_table(path)
    before = remembered(source_of(table))
    chosen = _chosen(request, table) if request.method == "POST" else before
    error = ""
    try:
        match = matched_table(table, chosen)
    except TableError as problem:
        match, error = matched_table(table, before), said(problem)
    if not error and match.needs_number:
        error = gettext("No column is the article number: choose which one is.")
    if request.method == "POST" and not error and "look" not in request.POST:
        dry_run = "dry_run" in request.POST
        params = {"upload": _long(upload), "name": name, "columns": chosen, "dry_run": dry_run}
        params["unlisted"] = _of_unlisted(request)
        job = queue.start("import_upload", started_by=request.user, **params)
        return redirect("admin:jobs_job_change", job.pk)
    return _page(request, "match.html", _about(table, match, name) | {"error": error})


def _of_unlisted(request: HttpRequest) -> str:
    """What is to become of what the source lists no longer."""
    said = request.POST.get("unlisted", "")
    return said if said in Leaving.values else Leaving.KEEP.value


def _chosen(request: HttpRequest, table: Table) -> dict[str, str]:
    fields = {column: f"column-{at}" for at, column in enumerate(table.header)}
    return {
        column: request.POST[field] for column, field in fields.items() if field in request.POST
    }


def _about(table: Table, match: Match, name: str) -> dict[str, Any]:
    problems: list[str] = []
    return {
        "title": gettext("Which column is what"),
        "name": name,
        "kind": match.kind.name,
        "unknown": match.unknown,
        "columns": list(_columns(match)),
        "choices": _choices(match),
        "of_unlisted": Leaving.choices,
        "products": [] if match.needs_number else list(_previewed(table, match, problems)),
        "problems": problems,
    }


def _columns(match: Match) -> Iterator[Choice]:
    for at, (column, name) in enumerate(match.columns.items()):
        samples = dict.fromkeys(text[:60] for text in match.samples[column])
        yield Choice(f"column-{at}", column, " · ".join(list(samples)[:SAMPLES]), name)


def _choices(match: Match) -> list[tuple[str, str]]:
    labels = {one.csv_column: one.label for one in Attribute.objects.all()}
    words = labels | {name: str(word) for name, word in WORDS.items()}
    return [(name, words.get(name, name)) for name in match.choices]


def _previewed(table: Table, match: Match, problems: list[str]) -> Iterator[Previewed]:
    reader = TableReader(table, match, problems.append, limit=PREVIEWED)
    products = list(islice(reader.products(), PREVIEWED))
    known = _known(products)
    for one in products:
        yield Previewed(one, not known.isdisjoint([one.number, *(v.sku for v in one.variants)]))


def _known(products: list[IncomingProduct]) -> set[str]:
    """The article numbers of these that the catalogue has, of products and of variants."""
    skus = [one.number for one in products]
    skus += [variant.sku for one in products for variant in one.variants]
    found: set[str] = set(Product.objects.filter(sku__in=skus).values_list("sku", flat=True))
    return found | set(Variant.objects.filter(sku__in=skus).values_list("sku", flat=True))


def _check_permission(request: HttpRequest) -> None:
    if not request.user.has_perm("catalog.add_product"):
        raise PermissionDenied


def _key(upload: str) -> str:
    return f"upload {upload}"


def _long(short: str) -> str:
    return f"imports/{short}.table"


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    whole = admin.site.each_context(request) | context
    return render(request, f"admin/catalog/product/{template}", whole)
