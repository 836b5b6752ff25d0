"""The further photos of a product in its form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog.models import Media, Pictured, Product, make_first


def thumbnail(row: Pictured, size: str = "small") -> SafeString | str:
    if not row.photo:
        return "-"
    return format_html(
        '<img class="shop-photo shop-photo-{}" src="{}" alt="" loading="lazy">', size, row.photo.url
    )


class MediaForm(forms.ModelForm):
    # The model looks at what it is and says what is wrong, whatever its name and kind.
    photo = forms.FileField(label=_("photo"))
    is_first = forms.BooleanField(
        label=_("show it first"),
        required=False,
        help_text=_("It changes places with the one that is."),
    )

    class Meta:
        model = Media
        fields = ("photo", "photo_alt", "place")


class MediaInline(admin.TabularInline):
    model = Media
    form = MediaForm
    extra = 0
    fields = ("picture", "photo", "photo_alt", "place", "is_first")
    readonly_fields = ("picture",)

    @admin.display(description=_("photo"))
    def picture(self, media: Media) -> SafeString | str:
        return thumbnail(media)


def put_in_order(product: Product, formsets: Iterable[Any]) -> None:
    """What was asked for by `is_first`; and a product whose first photo was taken away shows the
    next one first."""
    forms_of_media = [
        form for one in formsets if one.model is Media for form in one.forms if form.cleaned_data
    ]
    for form in forms_of_media:
        if form.cleaned_data.get("is_first") and not form.cleaned_data.get("DELETE"):
            make_first(form.instance)
    follower = product.media.first()
    if follower and not Product.objects.with_photo().filter(pk=product.pk).exists():
        make_first(follower)
