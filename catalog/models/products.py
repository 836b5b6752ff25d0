"""A product of the shop: what it is called, whether it is shown, and its first photo."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalog import changes
from catalog.models.attributes import AttributeValue
from catalog.models.labels import ProductAttribute
from catalog.models.pictured import Pictured
from catalog.offers import FOR_SALE, Offer, shown_of
from catalog.slugs import clean_sku, free_slugs

# What NOT_FOR_SALE can be: such products are left out, come last, or stand among the others.
HIDE, SINK, SHOW = "hide", "sink", "show"


def active_at(now: datetime) -> Q:
    """Which products are shown and matched then."""
    begun = Q(published_at=None) | Q(published_at__lte=now)
    return Q(status=Product.Status.ACTIVE) & begun & not_ended_at(now)


def not_ended_at(now: datetime) -> Q:
    return Q(ends_at=None) | Q(ends_at__gt=now)


def is_for_sale(product: str) -> Q:
    """Whether a product can be bought, or nothing is known of its offers; `product`: where a row
    has its id."""
    offers = Offer.objects.filter(variant__product=OuterRef(product))
    return Q(Exists(offers.filter(FOR_SALE)) | ~Exists(offers))


# What an import remembers of a product and what is drawn of its photo: nothing to be searched by.
ASIDE = {"import_digest", "imported", "source", "renditions"}


class ProductQuerySet(models.QuerySet["Product"]):
    def active(self, now: datetime | None = None) -> ProductQuerySet:
        """Those that are shown and matched: now, if nothing else is said."""
        return self.filter(active_at(now or timezone.now()))

    def listed(self) -> ProductQuerySet:
        """Those that are shown now or will be, as their dates come."""
        return self.filter(not_ended_at(timezone.now()), status=Product.Status.ACTIVE)

    def findable(self) -> ProductQuerySet:
        """The active ones that searches and lists show, whether they can be bought or not, as
        NOT_FOR_SALE has it."""
        found = self.active()
        return found.for_sale() if settings.NOT_FOR_SALE == HIDE else found

    def for_sale(self) -> ProductQuerySet:
        """Those with an offer that can be bought, or of whose offers nothing is known."""
        return self.filter(is_for_sale("pk"))

    def with_offers(self) -> ProductQuerySet:
        """For many at once: two queries for what each costs."""
        return self.prefetch_related("variants__offers")

    def with_photos(self) -> ProductQuerySet:
        """For many at once: one query for the further photos of each."""
        return self.prefetch_related("media")

    def with_photo(self) -> ProductQuerySet:
        return self.exclude(photo="")

    def update(self, **fields: Any) -> int:
        """These pass by `save`; `bulk_update` comes this way too."""
        if not settings.LIVE_UPDATES or ASIDE.issuperset(fields):
            return super().update(**fields)
        ids = list(self.order_by().values_list("pk", flat=True))
        changed = super().update(**fields)
        changes.note(ids)
        return changed

    def bulk_create(self, objs: Iterable[Product], *args: Any, **options: Any) -> list[Product]:
        made = super().bulk_create(objs, *args, **options)
        changes.note(product.pk for product in made)
        return made


class Product(Pictured):
    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        ARCHIVED = "archived", _("Archived")

    sku = models.CharField("SKU", max_length=64, unique=True)
    slug = models.CharField(
        max_length=80,
        unique=True,
        editable=False,
        help_text="The SKU as it stands in addresses; it stays when the SKU is changed.",
    )
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    brand = models.CharField(max_length=100, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    collections = models.JSONField(
        _("collections"), default=list, blank=True, help_text=_("Shown on its page.")
    )
    tags = models.JSONField(
        _("tags"), default=list, blank=True, help_text=_("For the shop itself.")
    )
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=Status,
        default=Status.ACTIVE,
        help_text=_("Only active products are shown and matched."),
    )
    published_at = models.DateTimeField(
        _("shown from"), null=True, blank=True, help_text=_("Empty: at once.")
    )
    ends_at = models.DateTimeField(
        _("shown until"), null=True, blank=True, help_text=_("Empty: for good.")
    )
    source = models.CharField(
        max_length=120,
        blank=True,
        editable=False,
        help_text="The source that lists it: once it does no longer, the product is archived.",
    )
    import_digest = models.CharField(max_length=64, blank=True, editable=False)
    imported = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="What a source last said of each field, as fingerprints: what differs from it "
        "was changed by the shop, and stays.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    values: models.ManyToManyField[AttributeValue, ProductAttribute] = models.ManyToManyField(
        AttributeValue, through="ProductAttribute"
    )

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            # The admin's list of one brand, and the brand filter beside it.
            models.Index(fields=["brand"], name="product_brand"),
            # What a source has listed before.
            models.Index(fields=["source"], name="product_source"),
            # Which products show a photo, asked for each that goes.
            models.Index(fields=["photo_digest"], name="product_photo_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sku})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sku = clean_sku(self.sku)
        self.slug = self.slug or free_slugs(Product, [self.sku])[self.sku]
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Locked first: whoever is about to name it waits, and finds it gone."""
        with transaction.atomic():
            Product.objects.select_for_update().filter(pk=self.pk).first()
            return super().delete(*args, **kwargs)

    def clean(self) -> None:
        if self.published_at and self.ends_at and self.ends_at <= self.published_at:
            raise ValidationError({"ends_at": _("It ends before it begins.")})
        super().clean()

    @property
    def photos(self) -> list[Pictured]:
        """All, in their order."""
        return [self, *self.media.all()] if self.photo else []

    @property
    def is_active(self) -> bool:
        """Whether it is shown and matched now."""
        now = timezone.now()
        begun = self.published_at is None or self.published_at <= now
        lasting = self.ends_at is None or self.ends_at > now
        return self.status == self.Status.ACTIVE and begun and lasting

    @cached_property
    def offer(self) -> Offer | None:
        """The one that is shown; none of a product that is not kept yet."""
        if self.pk is None:
            return None
        return shown_of(offer for one in self.variants.all() for offer in one.offers.all())

    @property
    def price(self) -> Decimal | None:
        """As it is today, in `currency`."""
        return self.offer.current_price if self.offer else None

    @property
    def price_varies(self) -> bool:
        """Whether it costs more in other sizes or colours."""
        shown = [one.offer for one in self.variants.all()]
        bought = (one for one in shown if one and not one.is_sold_out)
        prices = {one.current_price for one in bought if one.currency == self.currency}
        return len(prices - {None}) > 1

    @property
    def currency(self) -> str:
        return self.offer.currency if self.offer else ""

    @property
    def product_url(self) -> str:
        """Its page in the shop; "" if none is known."""
        return self.offer.product_url if self.offer else ""

    @property
    def note(self) -> str:
        """What to know of its availability; "" for what is in stock."""
        return self.offer.note if self.offer else ""

    def get_absolute_url(self) -> str:
        return reverse("browsing:product", args=[self.slug])

    def label(self, key: str) -> str:
        """The value of one attribute that counts; "" if unknown."""
        links = [link for link in self.attributes.all() if link.attribute.key == key]
        links.sort(key=lambda link: ProductAttribute.Source(link.source).place)
        return links[0].value.value if links else ""
