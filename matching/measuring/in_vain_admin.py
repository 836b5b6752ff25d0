"""What shoppers typed in vain, beside the shop's own words for its values."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from catalog.admin.history import changed, user_id
from catalog.models import AttributeValue
from matching.measuring.in_vain import take_for, typed_in_vain

LONGEST = 100


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    values = AttributeValue.objects.select_related("attribute")
    context = admin.site.each_context(request) | {
        "title": gettext("Typed in vain"),
        "found": typed_in_vain(),
        "values": values.order_by("attribute__position", "value"),
        "may_add": request.user.has_perm("catalog.change_attributevalue"),
    }
    return render(request, "admin/matching/in_vain.html", context)


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """A word becomes another spelling of a value."""
    number, word = request.POST.get("value", ""), request.POST.get("word", "")[:LONGEST]
    value = get_object_or_404(AttributeValue, pk=int(number) if number.isdecimal() else 0)
    before = ", ".join(value.spellings)
    if take_for(word, value):
        message = changed(("spellings", before, ", ".join(value.spellings)))
        LogEntry.objects.log_actions(user_id(request), [value], CHANGE, message)
    said = gettext("%(word)s is understood as %(value)s now.")
    messages.success(request, said % {"word": word, "value": value.value})
    return redirect("admin:typed-in-vain")
