from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from catalog.admin.history import WithHistory
from catalog.importers.sources import KIND, last_job
from catalog.models import Leaving, Source
from jobs import queue


@admin.register(Source)
class SourceAdmin(WithHistory):
    list_display = ["name", "every", "last_run", "synced_at", "next_run_at", "wrong"]
    search_fields = ["name", "address"]
    readonly_fields = ["last_run", "synced_at", "next_run_at", "error"]
    actions = ["sync", "archive_all"]

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        """What is read in another way is read whole, and soon."""
        obj.etag = obj.modified = obj.error = ""
        obj.next_run_at = timezone.now() if obj.every else None
        super().save_model(request, obj, form, change)

    @admin.display(description=_("last run"))
    def last_run(self, source: Source) -> SafeString | str:
        job = last_job(source) if source.pk else None
        if job is None:
            return "-"
        address = reverse("admin:jobs_job_change", args=[job.pk])
        return format_html('<a href="{}">{}</a>', address, job.get_state_display())

    @admin.display(description=_("what went wrong last"))
    def wrong(self, source: Source) -> str:
        return source.error[:120] or "-"

    @admin.action(description=_("Import from it now"), permissions=["change"])
    def sync(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        self._start(request, queryset)

    @admin.action(description=_("Archive all that is no longer listed"), permissions=["change"])
    def archive_all(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        self._start(request, queryset, unlisted=Leaving.ARCHIVE_ALL.value)

    def _start(self, request: HttpRequest, queryset: QuerySet[Source], **params: Any) -> None:
        for source in queryset:
            queue.start(KIND, started_by=request.user, source=source.pk, **params)
        count = queryset.count()
        text = ngettext("%d import has started.", "%d imports have started.", count)
        self.message_user(request, f"{text % count} {gettext('Jobs has how they go.')}")
