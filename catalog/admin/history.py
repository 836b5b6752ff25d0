"""What the admin's log keeps of a change beside who made it: what it was before and is now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

MOST_CHARACTERS = 200


def changed(*values: tuple[str, Any, Any]) -> list[dict[str, Any]]:
    """A message of the log: fields by their English names, each with its old and its new value."""
    told = [[name, _short(old), _short(new)] for name, old, new in values]
    return [{"changed": {"fields": [name for name, _old, _new in told], "values": told}}]


def user_id(request: HttpRequest) -> int:
    """Of whoever works in the admin, where nobody is without a name."""
    assert request.user.pk is not None
    return request.user.pk


class WithHistory(admin.ModelAdmin):
    """A form of the admin whose changes are kept with old and new values."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        message: Any = super().construct_change_message(request, form, formsets, add)
        parts = [part["changed"] for part in message if "changed" in part]
        changed_forms = [] if add or not form.changed_data else [form]
        for part, one in zip(parts, [*changed_forms, *_inner(formsets)], strict=True):
            part["values"] = list(_values(one, part["fields"]))
        return message


def _inner(formsets: Any) -> Iterator[Any]:
    for formset in formsets or []:
        for row, _fields in formset.changed_objects:
            yield next(form for form in formset.initial_forms if form.instance == row)


def _values(form: Any, labels: list[str]) -> Iterator[list[str]]:
    for label, name in zip(labels, form.changed_data, strict=True):
        if field := form.fields.get(name):
            before = form.get_initial_for_field(field, name)
            yield [label, _said(field, before), _said(field, form.cleaned_data.get(name))]


def _said(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField) and isinstance(value, int):
        value = field.queryset.filter(pk=value).first() if field.queryset is not None else value
    return _short(value)


def _short(value: Any) -> str:
    return "" if value is None else str(value)[:MOST_CHARACTERS]
