"""Rows with a photo: a product, and each of its further photos."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from catalog.photos import Photo, PhotoError, digest_of, kept_bytes, open_photo
from catalog.renditions import delete_renditions, draw_renditions, keep_renditions, widths_for

# What a row says of its photo, without the words for it.
OF_PHOTO = ("photo", "photo_width", "photo_height", "photo_digest", "renditions")


class Pictured(models.Model):
    """Digest, size and renditions are always those of the photo."""

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
    photo_alt = models.CharField(
        _("photo in words"),
        max_length=512,
        blank=True,
        help_text=_("For those who do not see the photo. Empty: the name of the product."),
    )

    _examined: tuple[Photo, dict[int, bytes], bytes] | None = None

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Vectors are found by the digest, so it is kept that of the photo."""
        self._describe_photo()
        with transaction.atomic():
            row = type(self)._base_manager.select_for_update().filter(pk=self.pk)
            before = row.values_list("photo", "photo_digest").first()
            if before is None and not self._state.adding:
                raise type(self).DoesNotExist(f"{self} was deleted meanwhile.")
            super().save(*args, **kwargs)
            if before and before[0] != (self.photo.name or ""):
                transaction.on_commit(partial(forget_photo, *before), robust=True)

    def clean(self) -> None:
        """A photo that cannot be used is an error of the form it came with."""
        if self.photo and not self.photo._committed:
            try:
                self._examined_photo()
            except PhotoError as error:
                raise ValidationError({"photo": f"Please choose another: {error}."}) from error

    def _describe_photo(self) -> None:
        if not self.photo:
            self.photo_digest, self.photo_width, self.photo_height = "", None, None
            self.renditions, self.photo_alt = [], ""
        elif not self.photo._committed:
            photo, drawn, kept = self._examined_photo()
            name = PurePosixPath(str(self.photo.name))
            if not photo.is_shown or not name.suffix:
                self.photo = ContentFile(kept, f"{name.stem}{photo.suffix}")
            self.photo_digest = photo.digest
            self.photo_width, self.photo_height = photo.width, photo.height
            self.renditions = widths_for(photo.width, photo.height)
            keep_renditions(photo.digest, drawn)

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


def forget_photo(name: str, digest: str) -> None:
    """Once it is certain that a row no longer has this photo: its file and, by the digest, its
    renditions go, unless another one shows them."""
    shown: set[str] = set()
    for model in Pictured.__subclasses__():
        rows = model._base_manager.filter(photo_digest=digest)
        shown |= set(rows.values_list("photo", flat=True))
    if name and name not in shown:
        default_storage.delete(name)
    if digest and not shown:
        delete_renditions(digest)


@receiver(post_delete, sender="catalog.Product")
@receiver(post_delete, sender="catalog.Media")
def forget_photo_of_deleted(instance: Pictured, **about: Any) -> None:
    photo = str(instance.photo.name or ""), instance.photo_digest
    transaction.on_commit(partial(forget_photo, *photo), robust=True)
