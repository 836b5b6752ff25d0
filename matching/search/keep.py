"""Keeps a search: its photo, its row and the rows of its matches, all or none."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial

from PIL import Image

from catalog.models import Product
from catalog.turns import in_turn
from files import ledger
from matching.models import PRIVATE, Search, SearchMatch
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
    written: dict[str, bytes] = {}
    if picture is not None:
        search.photo_width, search.photo_height = picture.size
        written = _written(search, _packed(search, picture) if packed is None else packed)
    with ledger.undone(PRIVATE, written):
        in_turn(partial(_insert, search, matches, written))
    ANSWERS.labels(search.source, search.message or "found").inc()


def keep_anew(search: Search, answered: Callable[[Search], list[SearchMatch]]) -> Search:
    """Another answer in place of the one that was kept. `answered` changes the row, which nobody
    else changes meanwhile, and gives its matches. Raises Search.DoesNotExist if it is deleted."""

    def change() -> Search:
        row = Search.objects.select_for_update().get(pk=search.pk)
        matches = answered(row)
        row.matches.all().delete()
        row.save(force_update=True)
        _keep_matches(matches)
        return row

    return in_turn(change)


def _written(search: Search, photo: bytes) -> dict[str, bytes]:
    """The photo by the name that it got."""
    path = search.photo.field.generate_filename(search, f"{search.pk}.jpg")
    search.photo = ledger.write(PRIVATE, {path: photo})[path]
    return {str(search.photo.name): photo}


def _insert(search: Search, matches: list[SearchMatch], written: Mapping[str, bytes]) -> None:
    search.save(force_insert=True)
    _keep_matches(matches)
    ledger.keep_contents(PRIVATE, written)


def _keep_matches(matches: list[SearchMatch]) -> None:
    """A product that went since it was chosen stays in the answer, as any that goes later."""
    ids = [match.product_id for match in matches]
    there = set(Product.objects.filter(pk__in=ids).values_list("pk", flat=True))
    for match in matches:
        match.pk = None
        if match.product_id not in there:
            match.product = None
    SearchMatch.objects.bulk_create(matches)


def _packed(search: Search, picture: Image.Image) -> bytes:
    """A JPEG, whose size the row carries."""
    kept = picture.copy()
    kept.thumbnail((KEPT_SIDE, KEPT_SIDE))
    packed = io.BytesIO()
    kept.save(packed, "JPEG", quality=88)
    search.photo_width, search.photo_height = kept.size
    return packed.getvalue()
