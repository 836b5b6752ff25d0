"""Rows with a photo: a product, and each of its further photos."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from catalog.photo_files import STORAGE, PhotoFiles, drop_files
from catalog.photos import PhotoError, digest_of
from catalog.renditions import digest_in
from files import ledger

# The folder of the photos of products.
PHOTOS = "products"
# What a row says of its photo, without the words for it.
OF_PHOTO = ("photo", "photo_width", "photo_height", "photo_digest", "renditions")


class Pictured(models.Model):
    """Digest, size and renditions are always those of the photo."""

    photo = models.ImageField(upload_to=f"{PHOTOS}/%Y/%m/", max_length=255, blank=True)
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

    _examined: PhotoFiles | None = None

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Vectors are found by the digest, so it is kept that of the photo."""
        written = self._written_photo()
        with ledger.undone(STORAGE, [self.photo.name] if written else []), transaction.atomic():
            row = type(self)._base_manager.select_for_update().filter(pk=self.pk)
            before = row.values_list("photo", "photo_digest", "renditions").first()
            if before is None and not self._state.adding:
                raise type(self).DoesNotExist(f"{self} was deleted meanwhile.")
            super().save(*args, **kwargs)
            if written:
                written.keep(str(self.photo.name))
            if before and before[0] != (self.photo.name or ""):
                drop_files(*before)

    def clean(self) -> None:
        """A photo that cannot be used is an error of the form it came with."""
        if self.photo and not self.photo._committed:
            try:
                self._examined_photo()
            except PhotoError as error:
                raise ValidationError({"photo": f"Please choose another: {error}."}) from error

    def _written_photo(self) -> PhotoFiles | None:
        """The photo that came with it, if one did, written and named in the fields."""
        if not self.photo:
            self.photo_digest, self.photo_width, self.photo_height = "", None, None
            self.renditions, self.photo_alt = [], ""
            return None
        if self.photo._committed:
            return None
        files = self._examined_photo()
        for field, value in files.described(files.write(self._path_of(files))).items():
            setattr(self, field, value)
        return files

    def _path_of(self, files: PhotoFiles) -> str:
        """By the name that it came with."""
        name = PurePosixPath(str(self.photo.name))
        is_named = files.photo.is_shown and name.suffix
        named = f"{name.stem}{name.suffix if is_named else files.photo.suffix}"
        return str(self.photo.field.generate_filename(self, named))

    def _examined_photo(self) -> PhotoFiles:
        """The photo to come. It is decoded once, for the check of a form or else for the save.
        Raises PhotoError."""
        self.photo.seek(0)
        data = self.photo.read()
        self.photo.seek(0)
        if self._examined is None or self._examined.photo.digest != digest_of(data):
            self._examined = PhotoFiles.of(data)
        return self._examined


def shown_photos(names: list[str]) -> set[str]:
    """Those that some row shows."""
    return _named(lambda rows: rows.filter(photo__in=names).values_list("photo", flat=True))


def shown_renditions(names: list[str]) -> set[str]:
    digests = {name: digest_in(name) for name in names}
    asked = set(digests.values())
    shown = _named(
        lambda rows: rows.filter(photo_digest__in=asked).values_list("photo_digest", flat=True)
    )
    return {name for name, digest in digests.items() if digest in shown}


def _named(ask: Callable[[Any], Iterable[str]]) -> set[str]:
    """What is asked of all rows with photos, of products and of their further photos."""
    return {name for model in Pictured.__subclasses__() for name in ask(model._base_manager.all())}


@receiver(post_delete, sender="catalog.Product")
@receiver(post_delete, sender="catalog.Media")
def drop_photo_of_deleted(instance: Pictured, **about: Any) -> None:
    if instance.photo:
        drop_files(str(instance.photo.name), instance.photo_digest, instance.renditions)
