"""The photos of an incoming product beside those that the catalogue has of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from catalog.importers.incoming import Incoming, fingerprints, news
from catalog.importers.offered import OfferedPhoto
from catalog.models import OF_PHOTO, PHOTOS, Media, Pictured, Product
from catalog.photo_files import PhotoFiles, drop_files
from catalog.photos import Photo, PhotoError, digest_of
from catalog.slugs import slug_of

FIRST, FURTHER = "digest", "further"


@dataclass
class Came:
    """A photo that came with a product. `row`: what of it shows that photo already, or else
    `files`, which are kept as `name` once they are written."""

    photo: Photo
    alt: str = ""
    row: Pictured | None = None
    files: PhotoFiles | None = None
    name: str = ""

    def write(self, sku: str) -> None:
        if self.files and not self.name:
            photo = self.photo
            self.name = self.files.write(
                f"{PHOTOS}/{photo.digest[:2]}/{slug_of(sku)}{photo.suffix}"
            )

    def kept(self) -> dict[str, Any]:
        """The fields OF_PHOTO of the row that is to show it."""
        if self.files is not None:
            self.files.keep(self.name)
            return self.files.described(self.name)
        fields = {name: getattr(self.row, name) for name in OF_PHOTO}
        return fields | {"photo": str(fields["photo"].name)}


@dataclass
class Album:
    """`first` and `further` photos that came; of these `is_whole` says that there are no others.
    `said`: what the source said of them before, as fingerprints."""

    product: Product | None = None
    first: Came | None = None
    further: Sequence[Came] = ()
    is_whole: bool = False
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """Of all of them."""
        return " ".join(one.photo.digest for one in self._all)

    @property
    def _all(self) -> list[Came]:
        return [one for one in (self.first, *self.further) if one]

    @cached_property
    def has_new_first(self) -> bool:
        if self.first is None:
            return False
        kept = self.product.photo_digest if self.product else ""
        # No photo at all is what a new one is always welcome to end.
        said = self.said.get("photo", {}) if kept else {}
        return bool(news({FIRST: self.first.photo.digest}, {FIRST: kept}, said))

    @cached_property
    def has_new_further(self) -> bool:
        if not self.is_whole:
            return False
        kept = [one.photo_digest for one in _further(self.product)]
        return bool(
            news({FURTHER: self._further_said}, {FURTHER: kept}, self.said.get("photo", {}))
        )

    @cached_property
    def alts(self) -> dict[str, str]:
        """Digest to new words for a photo."""
        kept = (
            {row.photo_digest: row.photo_alt for row in self.product.photos} if self.product else {}
        )
        return news(self._alts_said, kept, self.said.get("alts", {}))

    @property
    def is_changed(self) -> bool:
        return self.has_new_first or self.has_new_further or bool(self.alts)

    @property
    def imported(self) -> dict[str, dict[str, str]]:
        """What the source has said of photos by now."""
        photo: dict[str, Any] = {FIRST: self.first.photo.digest} if self.first else {}
        if self.is_whole:
            photo[FURTHER] = self._further_said
        return {"photo": fingerprints(photo), "alts": fingerprints(self._alts_said)}

    @property
    def _further_said(self) -> list[str]:
        return [one.photo.digest for one in self.further]

    @property
    def _alts_said(self) -> dict[str, str]:
        return {one.photo.digest: one.alt for one in self._all if one.alt}

    @property
    def _news(self) -> list[Came]:
        first = [self.first] if self.first and self.has_new_first else []
        return [*first, *(self.further if self.has_new_further else ())]

    def write_files(self, sku: str) -> list[str]:
        """Those of new photos, before the transaction; returns the names of the photos."""
        for one in self._news:
            one.write(sku)
        return [one.name for one in self._news if one.name]

    def fill_in(self, product: Product) -> None:
        """Gives the product its first photo, and keeps the files of the others."""
        old = str(product.photo.name or ""), product.photo_digest, product.renditions
        words = {row.photo_digest: row.photo_alt for row in product.photos} | self.alts
        came = self.further if self.has_new_further else ()
        # All before any is changed: one may take the place of another.
        self._rows = [one.kept() for one in came]
        if self.first and self.has_new_first:
            for name, value in self.first.kept().items():
                setattr(product, name, value)
            if old[0]:
                drop_files(*old)
        for fields in self._rows:
            fields["photo_alt"] = words.get(fields["photo_digest"], "")
        product.photo_alt = words.get(product.photo_digest, "")

    def media(self, product: Product) -> list[Media]:
        """The rows of the further photos as they are to be, in their order."""
        places = enumerate(self._rows, start=1)
        return [Media(product=product, place=place, **row) for place, row in places]


def album_of(
    incoming: Incoming, product: Product | None, tell: Callable[[str], None], *, draw: bool
) -> Album:
    """Reads the photos that come; `tell` hears of those that cannot be used. `draw`: whether
    renditions are made."""
    rows = product.photos if product else []
    came, reasons = [], []
    for offered in incoming.photos:
        photo, reason = _came(offered, rows, draw=draw)
        came.append(photo)
        reasons.append(reason)
    found = [one for one in came if one]
    first = came[0] if came and (came[0] or rows) else next(iter(found), None)
    further = _distinct(first, found)
    has_all = incoming.product.has_all_photos and (None not in came or len(rows) < 2)
    for at, reason in enumerate(reasons):
        if reason:
            tell(f"{reason}; {_consequence(at, bool(rows), bool(first))}")
        elif came[at] is None and not first and not rows:
            number = incoming.product.number
            tell(f"there is no photo images/{number}.jpg; {_consequence(at, False, False)}")
    return Album(product, first, further, has_all, product.imported if product else {})


def save_further(albums: Iterable[tuple[Product, Album]]) -> None:
    """Of products that have their ids by now the further photos, where they are others."""
    changed = [(product, album) for product, album in albums if album.has_new_further]
    Media.objects.filter(product__in=[product.pk for product, _album in changed]).delete()
    Media.objects.bulk_create(row for product, album in changed for row in album.media(product))


def save_words(albums: Iterable[Album]) -> None:
    """New words for further photos that stay."""
    rows = []
    for album in albums:
        if album.alts and not album.has_new_further:
            rows += [row for row in _further(album.product) if row.photo_digest in album.alts]
            for row in rows:
                row.photo_alt = album.alts.get(row.photo_digest, row.photo_alt)
    Media.objects.bulk_update(rows, ["photo_alt"])


def _came(
    offered: OfferedPhoto, rows: Sequence[Pictured], *, draw: bool
) -> tuple[Came | None, str]:
    """The photo, or else why there is none, "" where the source has none."""
    shown = {row.photo_digest: row for row in rows}
    try:
        data = None if offered.digest in shown else offered.read()
        digest = offered.digest if data is None else digest_of(data)
        if row := shown.get(digest):
            return Came(_photo_of(row), offered.alt, row), ""
        if data is None:
            return None, ""
        files = PhotoFiles.of(data, draw=draw)
        return Came(files.photo, offered.alt, None, files), ""
    except PhotoError as error:
        return None, str(error)
    except OSError:
        return None, "the photo cannot be opened"


def _photo_of(row: Pictured) -> Photo:
    """It was examined when it came."""
    suffix = PurePosixPath(str(row.photo.name)).suffix
    return Photo(row.photo_digest, row.photo_width or 0, row.photo_height or 0, suffix)


def _distinct(first: Came | None, found: Iterable[Came]) -> list[Came]:
    """The others than the first, each once."""
    by_digest = {one.photo.digest: one for one in found}
    if first:
        by_digest.pop(first.photo.digest, None)
    return list(by_digest.values())


def _consequence(at: int, has_one: bool, has_first: bool) -> str:
    if at == 0 and has_one:
        return "the one before stays"
    return "left out" if at or has_first else "taken without a photo"


def _further(product: Product | None) -> list[Media]:
    return list(product.media.all()) if product and product.pk else []
