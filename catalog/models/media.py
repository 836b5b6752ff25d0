"""The photos of a product behind its first one, which stands in its own row: every list shows that
one, and none of the others."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from catalog import changes
from catalog.models.pictured import OF_PHOTO, Pictured
from catalog.models.products import Product


class Media(Pictured):
    product = models.ForeignKey(Product, models.CASCADE, related_name="media")
    place = models.PositiveSmallIntegerField(
        _("place"), default=0, help_text=_("The smallest comes first.")
    )

    class Meta:
        verbose_name = _("further photo")
        verbose_name_plural = _("further photos")
        ordering = ["place", "id"]
        indexes = [models.Index(fields=["photo_digest"], name="media_photo_digest")]

    def __str__(self) -> str:
        return self.photo_alt or str(self.photo.name)


def make_first(media: Media) -> None:
    """Its photo becomes the first of its product, whose photo takes its place."""
    with transaction.atomic():
        product = Product.objects.select_for_update().get(pk=media.product_id)
        for name in (*OF_PHOTO, "photo_alt"):
            of_product, of_media = getattr(product, name), getattr(media, name)
            setattr(product, name, getattr(of_media, "name", of_media))
            setattr(media, name, getattr(of_product, "name", of_product))
        product.save()
        if media.photo:
            media.save()
        else:
            media.delete()


@receiver(post_save, sender=Media)
@receiver(post_delete, sender=Media)
def note_its_product(instance: Media, **about: Any) -> None:
    changes.note([instance.product_id])
