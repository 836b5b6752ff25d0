"""The label audit: the list of doubts, surest first, each accepted or kept with one click."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from catalog.admin.history import changed
from catalog.admin.media import thumbnail
from jobs import queue
from matching.label_audit import decisions
from matching.models import Finding

State = Finding.State


class StateFilter(admin.SimpleListFilter):
    """Open ones unless others are asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("kept", _("Kept")), ("accepted", _("Accepted")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        shown = list(super().choices(changelist))
        shown[0]["display"] = _("Open")
        return shown

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() if self.value() in State.values else State.OPEN)


class MissingFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("0", _("Doubted labels")), ("1", _("Missing labels"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("0", "1"):
            return queryset
        return queryset.filter(label__isnull=self.value() == "1")


@admin.register(Finding)
class FindingAdmin(admin.ModelAdmin):
    list_display = ["picture", "product_link", "attribute", "says", "proposes", "choice"]
    list_display_links = None
    list_filter = [StateFilter, MissingFilter, "attribute"]
    list_select_related = ["product", "attribute", "label", "proposal"]
    search_fields = ["product__sku", "product__name", "label__value", "proposal__value"]
    ordering = ["-score", "id"]
    sortable_by = []
    list_per_page = 50
    show_full_result_count = False
    actions = ["accept_chosen", "keep_chosen"]
    change_list_template = "admin/matching/finding/change_list.html"

    class Media:
        css = {"all": ["css/admin.css"]}

    @admin.display(description=_("photo"))
    def picture(self, finding: Finding) -> SafeString | str:
        return thumbnail(finding.product)

    @admin.display(description=_("product"))
    def product_link(self, finding: Finding) -> SafeString:
        product = finding.product
        return format_html(
            '<a href="{}">{}</a><br>{}',
            reverse("admin:catalog_product_change", args=[product.pk]),
            product.name,
            product.sku,
        )

    @admin.display(description=_("the shop says"))
    def says(self, finding: Finding) -> SafeString | str:
        if finding.label is None:
            return gettext("nothing")
        return with_share(finding.label.value, finding.label_probability)

    @admin.display(description=_("photo and name say"))
    def proposes(self, finding: Finding) -> SafeString:
        return with_share(finding.proposal.value, finding.probability)

    @admin.display(description=_("decision"))
    def choice(self, finding: Finding) -> SafeString | str:
        if finding.state != State.OPEN:
            return str(State(finding.state).label)
        return format_html(
            '<span class="shop-choice">{}{}</span>',
            button(finding, "accept", gettext("Accept")),
            button(finding, "keep", gettext("Keep")),
        )

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("run/", guard(self.run_view), name="label-audit-run"),
            path("<int:pk>/<slug:verb>/", guard(self.decide_view), name="label-audit-decide"),
        ]
        # The stock pages come first: "<pk>/change/" is theirs, "<pk>/accept/" is not.
        stock = super().get_urls()
        return [*own[:1], *stock[:-1], own[1], *stock[-1:]]

    def has_accept_permission(self, request: HttpRequest) -> bool:
        """It changes the product."""
        may_change = request.user.has_perm("catalog.change_product")
        return may_change and self.has_change_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Finding | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": gettext("Label audit"), "may_run": may_run(request)}
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A finding is decided in the list; there is nothing to edit."""
        return redirect("admin:matching_finding_changelist")

    @admin.action(description=_("Accept: the proposal becomes the label"), permissions=["accept"])
    def accept_chosen(self, request: HttpRequest, queryset: QuerySet[Finding]) -> None:
        done, outdated = decisions.accept_all(queryset)
        for finding in done:
            self.log_change(request, finding, told(finding, State.OPEN, State.ACCEPTED))
        text = ngettext("%d label was changed.", "%d labels were changed.", len(done))
        self.message_user(request, text % len(done))
        if outdated:
            text = gettext("%d had been changed by somebody meanwhile and were left alone.")
            self.message_user(request, text % outdated, messages.WARNING)

    @admin.action(description=_("Keep: the shop's label stands"), permissions=["change"])
    def keep_chosen(self, request: HttpRequest, queryset: QuerySet[Finding]) -> None:
        kept = decisions.keep_all(queryset)
        for finding in kept:
            self.log_change(request, finding, told(finding, State.OPEN, State.KEPT))
        text = ngettext("%d label is kept.", "%d labels are kept.", len(kept))
        self.message_user(request, text % len(kept))

    @method_decorator(require_POST)
    def run_view(self, request: HttpRequest) -> HttpResponse:
        if not may_run(request):
            raise PermissionDenied
        job = queue.start("audit_labels", started_by=request.user)
        return redirect("admin:jobs_job_change", job.pk)

    def _decide(self, request: HttpRequest, finding: Finding, verb: str) -> str:
        """What stands against it; nothing if it was decided."""
        before = finding.state
        try:
            decisions.decide(finding, verb)
        except decisions.DecisionError as error:
            return str(error)
        if finding.state != before:
            self.log_change(request, finding, told(finding, before, finding.state))
        return ""

    @method_decorator(require_POST)
    def decide_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        is_keeping = verb == "keep"
        if not (self.has_change_permission if is_keeping else self.has_accept_permission)(request):
            raise PermissionDenied
        finding = get_object_or_404(Finding, pk=pk)
        problem = self._decide(request, finding, verb)
        if request.headers.get("HX-Request"):
            context = {
                "finding": finding,
                "said": problem or decided_in_words(finding),
                "may_undo": finding.state != State.OPEN and not problem,
            }
            return render(request, "admin/matching/finding/_decided.html", context)
        if problem:
            messages.warning(request, problem)
        return redirect(_back_to(request))


def told(finding: Finding, before: str, now: str) -> list[dict[str, Any]]:
    """What the log keeps of a decision: the label too, where it became another one."""
    values: list[tuple[str, Any, Any]] = [("state", State(before).value, State(now).value)]
    labels = {State.ACCEPTED.value: finding.proposal}
    old, new = (labels.get(state, finding.label) for state in (before, now))
    if old != new:
        values.append((finding.attribute.label, old and old.value, new and new.value))
    return changed(*values)


def may_run(request: HttpRequest) -> bool:
    return request.user.has_perm("jobs.add_job") and request.user.has_perm("matching.view_finding")


def with_share(value: str, probability: float) -> SafeString:
    return format_html(
        '<span class="shop-label">{} <small>{}</small></span>', value, f"{probability:.1%}"
    )


def button(finding: Finding, verb: str, text: str) -> SafeString:
    """Sends the form around the list elsewhere: by htmx only its own row changes."""
    url = reverse("admin:label-audit-decide", args=[finding.pk, verb])
    return format_html(
        '<button type="submit" class="button shop-row-button" formaction="{}" hx-post="{}" '
        'hx-target="closest tr" hx-swap="outerHTML">{}<span class="visually-hidden">: {}</span>'
        "</button>",
        url,
        url,
        text,
        finding,
    )


def decided_in_words(finding: Finding) -> str:
    about = {"product": finding.product, "attribute": finding.attribute}
    if finding.state == State.ACCEPTED:
        said = gettext("%(product)s: %(attribute)s is %(value)s now.")
        return said % (about | {"value": finding.proposal})
    if finding.state == State.KEPT:
        said = gettext("%(product)s: %(attribute)s stays %(value)s.")
        return said % (about | {"value": finding.label or "-"})
    return gettext("%(product)s: open again.") % about


def _back_to(request: HttpRequest) -> str:
    """The list as it was filtered."""
    back = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return back
    return reverse("admin:matching_finding_changelist")
