from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from api.access import keys
from api.models import ApiClient, ApiKey, Scope

Made = list[tuple[ApiKey, str]]


@admin.register(ApiClient)
class ApiClientAdmin(admin.ModelAdmin):
    list_display = ["name", "owner", "per_minute", "is_active", "created_at"]
    list_filter = ["is_active"]
    search_fields = ["name"]
    raw_id_fields = ["owner"]


class KeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    origins = forms.CharField(
        label=_("Origins"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Of a publishable key, one a line: https://shop.example, without a path."),
    )

    class Meta:
        model = ApiKey
        fields = ["client", "kind", "scopes", "origins", "expires_at"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["origins"] = "\n".join(self.instance.origins)

    def clean_origins(self) -> list[str]:
        return self.cleaned_data["origins"].split()

    def clean(self) -> dict[str, Any]:
        super().clean()
        said = self.cleaned_data
        kind = said.get("kind", self.instance.kind)
        try:
            keys.check(keys.Wanted(kind, said.get("scopes", ()), said.get("origins", ())))
        except keys.KeyWishError as error:
            raise ValidationError(str(error)) from error
        return said


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin):
    """A key is shown once, on the page that answers its making."""

    form = KeyForm
    list_display = [
        "prefix",
        "client",
        "kind",
        "scopes",
        "expires_at",
        "revoked_at",
        "last_used_at",
    ]
    list_filter = ["kind", "client"]
    list_select_related = ["client"]
    search_fields = ["prefix", "client__name"]
    actions = ["rotate", "revoke"]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        fixed = ["client", "kind", "prefix", "created_at", "revoked_at", "last_used_at"]
        return [] if obj is None else fixed

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[Any]:
        own = ["client", "kind", "scopes", "origins", "expires_at"]
        return own if obj is None else ["prefix", *own, "created_at", "revoked_at", "last_used_at"]

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        wanted = keys.Wanted(obj.kind, obj.scopes, obj.origins, obj.expires_at)
        made, secret = keys.issue(obj.client, wanted)
        obj.__dict__.update(made.__dict__)
        obj.secret = secret  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._shown_once(request, [(obj, obj.secret)])  # type: ignore[attr-defined]

    @admin.action(description=_("Rotate: make another key like it"), permissions=["add"])
    def rotate(self, request: HttpRequest, rows: QuerySet[ApiKey]) -> HttpResponse:
        live = rows & ApiKey.objects.live()
        return self._shown_once(request, [keys.rotate(row) for row in live])

    @admin.action(description=_("Revoke at once"), permissions=["change"])
    def revoke(self, request: HttpRequest, rows: QuerySet[ApiKey]) -> None:
        for row in rows:
            keys.revoke(row)

    def _shown_once(self, request: HttpRequest, made: Made) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Keep it now: it is not shown again"),
            "made": made,
        }
        return render(request, "admin/api/apikey/made.html", context)
