"""The files of a product's photo: the photo as it is kept, and its renditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from catalog.photos import Photo, kept_bytes, open_photo
from catalog.renditions import draw_renditions, path_of, widths_for
from files import ledger
from files.placing import place

STORAGE = "default"


@dataclass(frozen=True)
class PhotoFiles:
    """Of a photo that was examined. `drawn`: the renditions that there are not yet."""

    photo: Photo
    kept: bytes
    drawn: Mapping[int, bytes]

    @classmethod
    def of(cls, data: bytes, *, draw: bool = True) -> PhotoFiles:
        """Decodes it, once; renditions are drawn now, as many decoded photos would fill the memory.
        Raises PhotoError."""
        photo, image = open_photo(data)
        drawn = draw_renditions(image, photo.digest) if draw else {}
        return cls(photo, kept_bytes(data, photo, image), drawn)

    @property
    def widths(self) -> list[int]:
        return widths_for(self.photo.width, self.photo.height)

    def described(self, name: str) -> dict[str, Any]:
        """What the row says of a photo that is kept as `name` (OF_PHOTO)."""
        return {
            "photo": name,
            "photo_width": self.photo.width,
            "photo_height": self.photo.height,
            "photo_digest": self.photo.digest,
            "renditions": self.widths,
        }

    def write(self, path: str) -> str:
        """Before the transaction of its product; returns the name that the photo got."""
        drawn = {path_of(self.photo.digest, width): one for width, one in self.drawn.items()}
        ledger.write_shared(STORAGE, drawn)
        return ledger.write(STORAGE, {path: self.kept})[path]

    def keep(self, name: str) -> None:
        """In the transaction of its product."""
        lacking = ledger.keep(STORAGE, names_of(name, self.photo.digest, self.widths))
        if lacking:
            self._write_again(name, lacking)

    def _write_again(self, name: str, lacking: set[str]) -> None:
        """Another product had the same photo and went just now."""
        _photo, image = open_photo(self.kept)
        drawn = draw_renditions(image, self.photo.digest)
        contents = {path_of(self.photo.digest, width): one for width, one in drawn.items()}
        for path, content in (contents | {name: self.kept}).items():
            if path in lacking:
                place(storages[STORAGE], path, ContentFile(content))


def write_renditions(data: bytes, digest: str) -> list[int]:
    """Those that there are not yet of a photo of that digest; returns the widths of all. Raises
    PhotoError."""
    _photo, image = open_photo(data)
    drawn = draw_renditions(image, digest)
    ledger.write_shared(STORAGE, {path_of(digest, width): one for width, one in drawn.items()})
    return widths_for(*image.size)


def names_of(name: str, digest: str, widths: list[int]) -> list[str]:
    """Those of a photo that is kept as `name`."""
    return [name, *(path_of(digest, width) for width in widths)]


def drop_files(name: str, digest: str, widths: list[int]) -> None:
    """In the transaction by which a product no longer has this photo; what another product shows
    stays."""
    ledger.drop(STORAGE, names_of(name, digest, widths))
