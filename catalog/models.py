from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from catalog import changes
from catalog.offers import FOR_SALE, Offer, Variant, shown_of
from catalog.parameters import TAKEN
from catalog.photos import Photo, PhotoError, digest_of, kept_bytes, open_photo
from catalog.renditions import (
    delete_renditions,
    draw_renditions,
    keep_renditions,
    widths_for,
)
from catalog.slugs import clean_sku, free_slugs

__all__ = ["Offer", "Variant"]


class AttributeQuerySet(models.QuerySet["Attribute"]):
    def shown(self) -> AttributeQuerySet:
        """Those that shoppers see on pages."""
        return self.filter(is_shown=True)


class Attribute(models.Model):
    """Something a picture can tell about a product. A new row is a new attribute: no code."""

    class Role(models.TextChoices):
        """What an attribute does in a search; all but plain are for one attribute each."""

        GATE = "gate", _("Gate: matches are chosen among products that agree")
        STYLE = "style", _("Style: agreement is part of the score")
        PLAIN = "plain", _("Plain: shown and given as a reason")

    class Meaning(models.TextChoices):
        """What code has to know of an attribute, and what it does with that: it asks for this, and
        for no key."""

        KIND = "kind", _("The kind of thing: it names a search")
        COLOUR = "colour", _("The colour: what goes with a product has one that goes with it")
        WEARER = "wearer", _("Who wears it: an outfit is for one person")
        SEASON = "season", _("The season: an outfit is for the same one")

    key = models.SlugField(unique=True, help_text="Name in the API, for example item_type.")
    label = models.CharField(max_length=60)
    role = models.CharField(max_length=5, choices=Role, default=Role.PLAIN)
    meaning = models.CharField(
        max_length=6,
        choices=Meaning,
        blank=True,
        help_text=_("If it is one of these, the shop does more with it."),
    )
    is_shown = models.BooleanField(
        _("shown to shoppers"),
        default=True,
        help_text=_("Untick it to keep it off the pages; imports, search and API still use it."),
    )
    csv_column = models.CharField(
        "CSV column", max_length=60, unique=True, help_text="Where an import finds it."
    )
    parent_columns = models.JSONField(
        default=list,
        blank=True,
        help_text="CSV columns of the groups a value belongs to, nearest first; "
        "a search that finds too little widens along them.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    objects = AttributeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["role"],
                condition=~Q(role="plain"),
                name="one_gate_and_one_style",
                violation_error_message=_("Another attribute has this role already."),
            ),
            models.UniqueConstraint(
                fields=["meaning"],
                condition=~Q(meaning=""),
                name="one_attribute_of_each_meaning",
                violation_error_message=_("Another attribute means this already."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """A filter is called as its attribute's key, beside what else stands in an address."""
        if self.key.lower() in TAKEN:
            text = _(
                "%(key)s is the name of something else in addresses and answers: choose another "
                "key, for example %(key)s_of_product."
            )
            raise ValidationError({"key": text % {"key": self.key}})


class AttributeValue(models.Model):
    attribute = models.ForeignKey(Attribute, models.CASCADE, related_name="values")
    value = models.CharField(max_length=100, help_text="In lower case, as the API gives it.")
    ancestors = models.JSONField(
        default=list, blank=True, help_text="The groups it belongs to, nearest first."
    )
    spellings = models.JSONField(
        default=list,
        blank=True,
        help_text="What else shops write for it; an import takes these for this value.",
    )

    class Meta:
        ordering = ["attribute", "value"]
        constraints = [
            models.UniqueConstraint(fields=["attribute", "value"], name="unique_value_of_attribute")
        ]

    def __str__(self) -> str:
        return self.value

    def clean(self) -> None:
        """As it is kept, so that a form finds the value that is there already."""
        self.value = self.value.strip().lower()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.value = self.value.strip().lower()
        super().save(*args, **kwargs)


class ColumnMatch(models.Model):
    """What somebody has said of the columns of a source: the next file of it is read so too."""

    source = models.CharField(
        max_length=120,
        unique=True,
        help_text=_("What the source is called, or a code of its columns."),
    )
    name = models.CharField(max_length=200, help_text=_("The file that it was said of."))
    columns = models.JSONField(default=dict, help_text=_("Column to what it is; empty: left out."))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        verbose_name_plural = "column matches"

    def __str__(self) -> str:
        return self.name


# What NOT_FOR_SALE can be: such products are left out, come last, or stand among the others.
HIDE, SINK, SHOW = "hide", "sink", "show"


def active_at(now: datetime) -> Q:
    """Which products are shown and matched then."""
    begun = Q(published_at=None) | Q(published_at__lte=now)
    return Q(status=Product.Status.ACTIVE) & begun & not_ended_at(now)


def not_ended_at(now: datetime) -> Q:
    return Q(ends_at=None) | Q(ends_at__gt=now)


# What an import remembers of a product and what is drawn of its photo: nothing to be searched by.
ASIDE = {"import_digest", "imported", "renditions"}


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
        offers = Offer.objects.filter(variant__product=OuterRef("pk"))
        return self.filter(Exists(offers.filter(FOR_SALE)) | ~Exists(offers))

    def with_offers(self) -> ProductQuerySet:
        """For many at once: two queries for what each costs."""
        return self.prefetch_related("variants__offers")

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


class Product(models.Model):
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
    photo = models.ImageField(upload_to="products/%Y/%m/", max_length=255, blank=True)
    photo_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    photo_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    photo_digest = models.CharField(max_length=64, blank=True, editable=False)
    renditions = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="Widths of the WebP renditions that were made of the photo, smallest first.",
    )
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

    _examined: tuple[Photo, dict[int, bytes], bytes] | None = None

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            # The admin's list of one brand, and the brand filter beside it.
            models.Index(fields=["brand"], name="product_brand"),
            # Which products show a photo, asked for each that goes.
            models.Index(fields=["photo_digest"], name="product_photo_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sku})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keeps digest and size those of the photo: vectors are found by the digest."""
        self.sku = clean_sku(self.sku)
        self.slug = self.slug or free_slugs(Product, [self.sku])[self.sku]
        if not self.photo:
            self.photo_digest, self.photo_width, self.photo_height = "", None, None
            self.renditions = []
        elif not self.photo._committed:
            photo, drawn, kept = self._examined_photo()
            name = PurePosixPath(str(self.photo.name))
            if not photo.is_shown or not name.suffix:
                self.photo = ContentFile(kept, f"{name.stem}{photo.suffix}")
            self.photo_digest = photo.digest
            self.photo_width, self.photo_height = photo.width, photo.height
            self.renditions = widths_for(photo.width, photo.height)
            keep_renditions(photo.digest, drawn)
        with transaction.atomic():
            row = Product.objects.select_for_update().filter(pk=self.pk)
            before = row.values_list("photo", "photo_digest").first()
            if before is None and not self._state.adding:
                raise Product.DoesNotExist(f"{self} was deleted meanwhile.")
            super().save(*args, **kwargs)
            if before and before[0] != (self.photo.name or ""):
                transaction.on_commit(partial(forget_photo, *before), robust=True)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Locked first: whoever is about to name it waits, and finds it gone."""
        with transaction.atomic():
            Product.objects.select_for_update().filter(pk=self.pk).first()
            return super().delete(*args, **kwargs)

    def clean(self) -> None:
        """A photo that cannot be used is an error of the form it came with."""
        if self.published_at and self.ends_at and self.ends_at <= self.published_at:
            raise ValidationError({"ends_at": _("It ends before it begins.")})
        if self.photo and not self.photo._committed:
            try:
                self._examined_photo()
            except PhotoError as error:
                raise ValidationError({"photo": f"Please choose another: {error}."}) from error

    def _examined_photo(self) -> tuple[Photo, dict[int, bytes], bytes]:
        """What the photo to come is, the renditions it lacks, and the bytes to keep. It is decoded
        once, for the check of a form or else for the save. Raises PhotoError."""
        self.photo.seek(0)
        data = self.photo.read()
        self.photo.seek(0)
        if self._examined is None or self._examined[0].digest != digest_of(data):
            photo, image = open_photo(data)
            kept = kept_bytes(data, photo, image)
            self._examined = photo, draw_renditions(image, photo.digest), kept
        return self._examined

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


def forget_photo(name: str, digest: str) -> None:
    """Once it is certain that a product no longer has this photo: its file and, by the digest, its
    renditions go, unless another product shows them."""
    shown = set(Product.objects.filter(photo_digest=digest).values_list("photo", flat=True))
    if name and name not in shown:
        default_storage.delete(name)
    if digest and not shown:
        delete_renditions(digest)


@receiver(post_delete, sender=Product)
def forget_photo_of_deleted(instance: Product, **about: Any) -> None:
    photo = str(instance.photo.name or ""), instance.photo_digest
    transaction.on_commit(partial(forget_photo, *photo), robust=True)


class ProductAttributeQuerySet(models.QuerySet["ProductAttribute"]):
    def merchant(self) -> ProductAttributeQuerySet:
        return self.filter(source=ProductAttribute.Source.MERCHANT)

    def predicted(self) -> ProductAttributeQuerySet:
        return self.filter(source=ProductAttribute.Source.PREDICTED)


class ProductAttribute(models.Model):
    class Source(models.TextChoices):
        """Who gave a label, in the order in which they count."""

        MERCHANT = "merchant", "Merchant"
        PREDICTED = "predicted", "Predicted"

        @property
        def place(self) -> int:
            return list(type(self)).index(self)

    product = models.ForeignKey(Product, models.CASCADE, related_name="attributes")
    attribute = models.ForeignKey(Attribute, models.CASCADE, editable=False)
    value = models.ForeignKey(AttributeValue, models.CASCADE, related_name="product_links")
    source = models.CharField(max_length=9, choices=Source, default=Source.MERCHANT)
    confidence = models.FloatField(null=True, blank=True, help_text="0 to 1; empty if certain.")

    objects = ProductAttributeQuerySet.as_manager()

    class Meta:
        ordering = ["attribute__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "attribute", "source"], name="one_value_of_each_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attribute}: {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.attribute_id = self.value.attribute_id
        super().save(*args, **kwargs)
