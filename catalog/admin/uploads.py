"""The page that takes a zip of products and hands it to a job."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from catalog.importers.archive import ArchiveError, check_archive
from catalog.importers.uploads import keep_upload
from jobs import queue


class ArchiveForm(forms.Form):
    archive = forms.FileField(
        label=_("Zip file"),
        help_text=_("styles.csv and a folder images/ with one photo for each id."),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def clean_archive(self) -> Any:
        upload = self.cleaned_data["archive"]
        most = settings.MAX_ARCHIVE_BYTES
        if upload.size > most:
            text = gettext("It has %(size)s, %(most)s are the most.")
            sizes = {"size": filesizeformat(upload.size), "most": filesizeformat(most)}
            raise ValidationError(text % sizes)
        try:
            check_archive(upload)
        except ArchiveError as error:
            raise ValidationError(str(error)) from error
        return upload


@require_http_methods(["GET", "HEAD", "POST"])
def upload_archive(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("catalog.add_product"):
        raise PermissionDenied
    form = ArchiveForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        name = keep_upload(form.cleaned_data["archive"], ".zip")
        job = queue.start("import_archive", started_by=request.user, name=name)
        return redirect("admin:jobs_job_change", job.pk)
    context = admin.site.each_context(request) | {
        "title": gettext("Upload a zip of products"),
        "form": form,
        "most": settings.MAX_ARCHIVE_BYTES,
    }
    return render(request, "admin/catalog/product/upload.html", context)
