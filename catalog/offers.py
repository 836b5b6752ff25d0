"""What can be bought of a product: its variants, and what each costs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalog.currencies import own_of, worth
from catalog.slugs import clean_sku, free_slugs


class Variant(models.Model):
    """One size, colour or make of a product: what a shop keeps in stock under a number."""

    product = models.ForeignKey("catalog.Product", models.CASCADE, related_name="variants")
    sku = models.CharField("SKU", max_length=64, unique=True)
    slug = models.CharField(max_length=80, unique=True, editable=False)
    options = models.JSONField(
        _("options"),
        default=dict,
        blank=True,
        help_text=_('What it differs in, as the shop calls it: {"Size": "XL"}.'),
    )
    barcode = models.CharField(_("barcode"), max_length=64, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["barcode"], name="variant_barcode")]

    def __str__(self) -> str:
        return self.sku

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sku = clean_sku(self.sku)
        self.slug = self.slug or free_slugs(Variant, [self.sku])[self.sku]
        super().save(*args, **kwargs)

    @property
    def title(self) -> str:
        """ "XL, Red"; the number of what has no options."""
        return ", ".join(map(str, self.options.values())) or self.sku

    @cached_property
    def offer(self) -> Offer | None:
        return shown_of(self.offers.all())


class Offer(models.Model):
    """A variant at a price."""

    class Availability(models.TextChoices):
        IN_STOCK = "in_stock", _("In stock")
        OUT_OF_STOCK = "out_of_stock", _("Sold out")
        PREORDER = "preorder", _("To be ordered in advance")
        BACKORDER = "backorder", _("Delivered later")

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="offers")
    price = models.DecimalField(
        _("price"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    sale_price = models.DecimalField(
        _("sale price"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    sale_from = models.DateField(_("first day of the sale"), null=True, blank=True)
    sale_until = models.DateField(_("last day of the sale"), null=True, blank=True)
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, help_text=_("ISO 4217, for example EUR.")
    )
    availability = models.CharField(
        _("availability"),
        max_length=12,
        choices=Availability,
        default=Availability.IN_STOCK,
    )
    quantity = models.PositiveIntegerField(_("quantity in stock"), null=True, blank=True)
    product_url = models.URLField(_("address of its page"), max_length=500, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.current_price or '-'} {self.currency}".strip()

    def clean(self) -> None:
        self.currency = self.currency.upper()
        if self.sale_from and self.sale_until and self.sale_until < self.sale_from:
            raise ValidationError({"sale_until": _("It ends before it begins.")})

    @property
    def current_price(self) -> Decimal | None:
        """What a shopper pays today."""
        return price_on(timezone.localdate(), self)

    @property
    def price_before(self) -> Decimal | None:
        """What a shopper pays when there is no sale; None if that is what is paid today."""
        return None if self.price == self.current_price else self.price

    @property
    def is_sold_out(self) -> bool:
        return not is_for_sale(self)

    @property
    def note(self) -> str:
        """What to know of its availability; "" for what is in stock."""
        kind = SOLD_OUT if self.is_sold_out else self.Availability(self.availability)
        return "" if kind == self.Availability.IN_STOCK else str(kind.label)


SOLD_OUT = Offer.Availability.OUT_OF_STOCK
# The same as `is_for_sale`, for the database.
FOR_SALE = ~Q(availability=SOLD_OUT) & ~Q(availability=Offer.Availability.IN_STOCK, quantity=0)


def price_on(day: date, offer: Any) -> Decimal | None:
    """What a shopper pays then for an offer, or for a row with the fields of one."""
    begun = offer.sale_from is None or offer.sale_from <= day
    lasting = offer.sale_until is None or day <= offer.sale_until
    price: Decimal | None = offer.price
    return offer.sale_price if begun and lasting and offer.sale_price is not None else price


def is_for_sale(offer: Any) -> bool:
    """Whether it can be bought, as far as is known."""
    is_empty = offer.availability == Offer.Availability.IN_STOCK and offer.quantity == 0
    return bool(offer.availability != SOLD_OUT and not is_empty)


def rank_on(day: date, offer: Any) -> tuple[bool, bool, Decimal]:
    """Of several offers the first is shown: the cheapest then of those that can be bought, or else
    of all."""
    price = worth(price_on(day, offer), offer.currency, own_of([offer.currency]))
    return not is_for_sale(offer), price is None, price or Decimal(0)


def shown_of(offers: Iterable[Offer]) -> Offer | None:
    """The one that is shown today; None if there is none."""
    day = timezone.localdate()
    return min(offers, key=lambda offer: rank_on(day, offer), default=None)
