from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from jobs import queue
from jobs.models import Job

STOP_POLLING = 286


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    list_display = ["what", "state_badge", "progress", "said", "who", "created_at", "took"]
    list_display_links = ["what"]
    list_filter = ["kind", "state"]
    list_select_related = ["started_by"]

    class Media:
        css = {"all": ["css/admin.css"]}

    @admin.display(description=_("job"), ordering="id")
    def what(self, row: Job) -> str:
        return f"{row.pk}. {queue.title_of(row.kind)}"

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, row: Job) -> SafeString:
        return format_html(
            '<span class="shop-state shop-state-{}">{}</span>', row.state, state_in_words(row)
        )

    @admin.display(description=_("progress"))
    def progress(self, row: Job) -> SafeString | str:
        if row.is_finished or not row.total:
            return f"{row.done:,}" if row.done else "-"
        return format_html(
            '<progress class="shop-progress" max="{}" value="{}" aria-label="{}"></progress>',
            row.total,
            row.done,
            gettext("%(done)s of %(total)s") % {"done": row.done, "total": row.total},
        )

    @admin.display(description=_("what it says"))
    def said(self, row: Job) -> str:
        return queue.last_line(row) if row.state == Job.State.FAILED else row.note

    @admin.display(description=_("started by"), ordering="started_by__username")
    def who(self, row: Job) -> str:
        return name_of(row.started_by)

    @admin.display(description=_("seconds"))
    def took(self, row: Job) -> str:
        return "-" if row.seconds is None else f"{row.seconds:.0f}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        return super().has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Job | None = None) -> bool:
        """A job that still runs writes to its row."""
        is_free = obj is None or obj.is_finished
        return is_free and super().has_delete_permission(request, obj)

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("<int:pk>/live/", guard(self.live_view), name="jobs_job_live"),
            path("<int:pk>/cancel/", guard(self.cancel_view), name="jobs_job_cancel"),
            path("<int:pk>/retry/", guard(self.retry_view), name="jobs_job_retry"),
        ]
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        queue.recover_lost()
        return super().changelist_view(request, extra_context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        queue.recover_lost()
        row = get_object_or_404(Job, pk=object_id if object_id.isdecimal() else 0)
        facts = self._facts(request, row)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": facts["title"],
            "job": row,
            "facts": facts,
        }
        return render(request, "admin/jobs/job/page.html", context)

    @method_decorator(require_safe)
    def live_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        queue.recover_lost()
        row = get_object_or_404(Job, pk=pk)
        status = STOP_POLLING if row.is_finished else 200
        is_alone = "HX-Request" in request.headers
        context = {"job": row, "facts": self._facts(request, row), "is_alone": is_alone}
        return render(request, "admin/jobs/job/_live.html", context, status=status)

    @method_decorator(require_POST)
    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._steered(request, pk)
        if queue.cancel(row):
            self.log_change(request, row, [{"changed": {"fields": ["cancel requested"]}}])
            messages.success(request, gettext("The job is asked to stop."))
        else:
            messages.warning(request, gettext("The job had finished before."))
        return redirect("admin:jobs_job_change", pk)

    @method_decorator(require_POST)
    def retry_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._steered(request, pk)
        if not row.is_finished:
            messages.warning(request, gettext("The job is not finished yet."))
            return redirect("admin:jobs_job_change", pk)
        again = queue.retry(row, started_by=request.user)
        messages.success(request, gettext("Started again as job %d.") % again.pk)
        return redirect("admin:jobs_job_change", again.pk)

    def _steered(self, request: HttpRequest, pk: int) -> Job:
        row = get_object_or_404(Job, pk=pk)
        if not may_steer(request, row):
            raise PermissionDenied
        return row

    def _facts(self, request: HttpRequest, row: Job) -> dict[str, Any]:
        result = dict(row.result)
        # A page of this site where what was asked is answered.
        go_on = result.pop("go_on", "")
        return {
            "title": queue.title_of(row.kind),
            "state": state_in_words(row),
            "doing": row.note or doing_in_words(row),
            "again": gettext("Run again") if row.state == Job.State.DONE else gettext("Retry"),
            "log": row.log or gettext("Nothing yet."),
            "error": queue.last_line(row) if row.state == Job.State.FAILED else "",
            "about": about(row),
            "params": readable(row.params),
            "result": readable(result) if row.is_finished else [],
            "go_on": go_on,
            "may_steer": may_steer(request, row),
        }


def may_steer(request: HttpRequest, row: Job) -> bool:
    """Who may change any job, and who may start jobs those of their own."""
    is_own = row.started_by_id == request.user.pk and request.user.has_perm("jobs.add_job")
    return is_own or request.user.has_perm("jobs.change_job")


def state_in_words(row: Job) -> str:
    if row.state == Job.State.RUNNING and row.cancel_requested:
        return gettext("Stopping")
    return str(row.get_state_display())


def doing_in_words(row: Job) -> str:
    """Of a job that says nothing itself yet."""
    if row.state != Job.State.QUEUED:
        return gettext("working")
    if row.for_worker and row.sent_at is None:
        return gettext("waiting until the queue of the workers answers")
    return gettext("waiting for its turn")


def about(row: Job) -> list[tuple[str, str]]:
    """Who started it, and where it runs or ran."""
    machine = row.host.partition(" ")[0]
    facts = [(gettext("started by"), name_of(row.started_by)), (gettext("runs on"), machine)]
    return [(name, value) for name, value in facts if value]


def name_of(user: User | None) -> str:
    return user.get_username() if user else "-"


def readable(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and plain values; what has parts of its own is shown where it belongs."""
    return [
        (name.replace("_", " "), f"{value:,}" if isinstance(value, int | float) else str(value))
        for name, value in facts.items()
        if value is not None and value != "" and not isinstance(value, dict | list)
    ]
