"""Keeps a search: its photo, its row and the rows of its matches, all or none."""

from __future__ import annotations

import io

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from matching.models import Search, SearchMatch
from matching.search.watch import ANSWERS, stage

KEPT_SIDE = 1200


@stage("keep")
def keep(
    search: Search,
    matches: list[SearchMatch],
    picture: Image.Image | None = None,
    packed: bytes | None = None,
) -> None:
    """`packed`: the picture as it is to be kept; made of it if None, of at most 1200 pixels."""
    if picture is not None:
        search.photo_width, search.photo_height = picture.size
        photo = _packed(search, picture) if packed is None else packed
        search.photo.save(f"{search.pk}.jpg", ContentFile(photo), save=False)
    try:
        with transaction.atomic():
            search.save(force_insert=True)
            SearchMatch.objects.bulk_create(matches)
    except BaseException:
        if search.photo:
            search.photo.storage.delete(search.photo.name)
        raise
    ANSWERS.labels(search.source, search.message or "found").inc()


def keep_anew(search: Search, matches: list[SearchMatch]) -> None:
    """Another answer in place of the one that was kept."""
    with transaction.atomic():
        search.matches.all().delete()
        search.save()
        SearchMatch.objects.bulk_create(matches)


def _packed(search: Search, picture: Image.Image) -> bytes:
    """A JPEG, whose size the row carries."""
    kept = picture.copy()
    kept.thumbnail((KEPT_SIDE, KEPT_SIDE))
    packed = io.BytesIO()
    kept.save(packed, "JPEG", quality=88)
    search.photo_width, search.photo_height = kept.size
    return packed.getvalue()
