"""The variants of a product in its form, each with what it costs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalog.models import Offer, Variant

OF_OFFER = (
    *("price", "sale_price", "sale_from", "sale_until", "currency"),
    *("availability", "quantity", "product_url"),
)


class OptionsField(forms.CharField):
    """ "Size: XL; Color: Red" for {"Size": "XL", "Color": "Red"}."""

    def prepare_value(self, value: Any) -> Any:
        pairs = value.items() if isinstance(value, dict) else ()
        return "; ".join(f"{name}: {one}" for name, one in pairs) if pairs else value or ""

    def to_python(self, value: Any) -> Any:
        parts = [part for part in (super().to_python(value) or "").split(";") if part.strip()]
        pairs = [part.partition(":") for part in parts]
        options = {name.strip(): one.strip() for name, _colon, one in pairs}
        if not all(options) or not all(options.values()):
            raise ValidationError(_("Write it as Size: XL; Color: Red."))
        return options

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class OfferForm(forms.ModelForm):
    class Meta:
        model = Offer
        fields = OF_OFFER
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("sale_from", "sale_until")
        }


class VariantForm(forms.ModelForm):
    """A variant and its first offer: most have one only."""

    options = OptionsField(
        label=_("options"), required=False, help_text=_("What it differs in: Size: XL; Color: Red.")
    )

    class Meta:
        model = Variant
        fields = ("sku", "options", "barcode")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in OfferForm(instance=self._offer).fields.items():
            self.fields[name] = field
            self.initial.setdefault(name, getattr(self._offer, name))
        self.fields["sku"].required = False
        self.fields["sku"].help_text = _("Empty: that of the product.")

    @cached_property
    def _offer(self) -> Offer:
        return (self.instance.pk and self.instance.offers.first()) or Offer()

    def clean_sku(self) -> str:
        of_product: Any = self.fields["product"]
        sku: str = self.cleaned_data["sku"] or of_product.parent_instance.sku
        return sku

    def clean(self) -> None:
        super().clean()
        offer = OfferForm(self.data, instance=self._offer, prefix=self.prefix)
        for name, errors in offer.errors.items():
            if name not in self.errors:
                self.add_error(name, list(errors))

    def save(self, commit: bool = True) -> Variant:
        variant: Variant = super().save(commit)
        self._offer.variant = variant
        if commit:
            self._offer.save()
        return variant


class VariantInline(admin.StackedInline):
    model = Variant
    form = VariantForm
    extra = 0
    fieldsets = [
        (None, {"fields": [("sku", "options", "barcode"), ("price", "currency")]}),
        (None, {"fields": [("sale_price", "sale_from", "sale_until")]}),
        (None, {"fields": [("availability", "quantity"), "product_url"]}),
    ]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Whoever adds a product is asked what it costs."""
        return 0 if obj else 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The fields of the offer are no fields of the model: the form brings them."""
        return super().get_formset(request, obj, fields=VariantForm.Meta.fields, **kwargs)
