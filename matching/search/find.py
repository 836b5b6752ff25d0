"""One search, straight through: picture or words, vector, attributes, matches, the row that keeps
it. And what may be done to it later: another part, other words, a correction, other filters."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_noop
from PIL import Image

from catalog.models import AttributeValue, Product
from matching import runtime
from matching.engine.backends.faiss import Ids
from matching.engine.errors import PictureError
from matching.engine.heads import Floats
from matching.engine.intake import open_picture
from matching.engine.select import Selection
from matching.models import Search, SearchMatch
from matching.runtime import Live, NotReadyError
from matching.search.choose import TOP, Choice, choose, message_of, rows_of, types_wanted
from matching.search.cropping import Crop
from matching.search.understand import (
    Understood,
    ranked,
    understand_picture,
    understand_vector,
    understand_words,
    with_words,
)

DEFAULT_K, MAX_K = 3, 10
PAGE_K = 12
KEPT_SIDE = 1200
EMPTY = gettext_noop("The catalogue is empty. Run: python manage.py import_products FOLDER")
PHOTO_GONE = gettext_noop("The photo of this search is gone. Start with a new one.")


class WishError(ValueError):
    """What was asked for cannot be done; the message says why."""


@dataclass(frozen=True)
class Asker:
    """Who searches: a user, or else a session, or else (another program) nobody."""

    source: str
    user: User | AnonymousUser | None = None
    session_key: str = ""


@dataclass(frozen=True)
class Narrowed:
    """A search as it would be with other filters or another weight; nothing of it is kept."""

    matches: list[SearchMatch]
    widened: str
    message: str


def find(
    data: bytes,
    *,
    k: int = DEFAULT_K,
    weight: float | None = None,
    words: str = "",
    crop: Crop | None = None,
    asker: Asker,
) -> Search:
    """Says what the picture shows and which products match; keeps both.

    `data` is an encoded picture of at most MAX_UPLOAD_BYTES, `k` 1 to 12, `weight` that of the
    visual part, 0 to 1, `words` what should be different, `crop` the part to look at. Raises
    PictureError for a picture that cannot be used and NotReadyError if there is nothing to search;
    nothing is kept then.
    """
    live = runtime.live()
    picture = open_picture(data, max_bytes=settings.MAX_UPLOAD_BYTES, target=KEPT_SIDE)
    return _find(live, picture, k=k, weight=weight, words=words, crop=crop, asker=asker)


def find_by_words(words: str, *, k: int = PAGE_K, asker: Asker) -> Search:
    """The products that words describe. Raises NotReadyError as `find` does."""
    live = runtime.live()
    understood = understand_words(live, words)
    search = _started(live, understood, asker, k=k, weight=None, words=words)
    matches = _answer(live, search, understood)
    with transaction.atomic():
        search.save(force_insert=True)
        SearchMatch.objects.bulk_create(matches)
    return search


def find_again(search: Search, *, words: str, crop: Crop | None, asker: Asker) -> Search:
    """A new search with the photo of an earlier one: another part of it, or other words. What was
    corrected stays so for the same part."""
    live = runtime.live()
    if not search.photo:
        return find_by_words(words, asker=asker)
    is_same, photo = Crop.from_json(search.crop) == crop, _photo_of(search)
    return _find(
        live,
        open_picture(photo),
        kept=photo,
        k=PAGE_K,
        weight=None,
        words=words,
        crop=crop,
        corrections=search.corrections if is_same else {},
        asker=asker,
    )


def correct(search: Search, key: str, value: str) -> None:
    """The shopper knows better: `value` of attribute `key` is right, "" takes it back. The matches
    follow. Raises WishError for a value that nobody knows, NotReadyError as `find` does."""
    if value and not AttributeValue.objects.filter(attribute__key=key, value=value).exists():
        raise WishError(f"The catalogue has no {value!r}.")
    search.corrections = {one: said for one, said in search.corrections.items() if one != key}
    if value and value != search.label(key):
        search.corrections[key] = value
    _answer_anew(search)


def insist(search: Search) -> None:
    """The shopper says that the picture does show a garment."""
    search.is_fashion = True
    _answer_anew(search)


def narrow(
    search: Search, *, among: Ids | None, any_type: bool = False, weight: float | None = None
) -> Narrowed:
    """The matches within the products `among`, or with another weight. Raises NotReadyError."""
    live = runtime.live()
    understood = replace(_remembered(live, search), is_fashion=True)
    choice = replace(
        _choice(search), among=among, any_type=any_type, weight=_weight(weight, search)
    )
    selection = choose(live, understood, choice)
    return Narrowed(
        rows_of(live, search, selection),
        selection.widened or "",
        message_of(live, understood, selection, choice),
    )


def _photo_of(search: Search) -> bytes:
    try:
        with search.photo.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise PictureError("missing", PHOTO_GONE) from error


def _find(
    live: Live,
    picture: Image.Image,
    *,
    kept: bytes | None = None,
    k: int,
    weight: float | None,
    words: str,
    crop: Crop | None,
    asker: Asker,
    corrections: Mapping[str, str] = MappingProxyType({}),
) -> Search:
    seen = understand_picture(live, crop.cut(picture) if crop else picture)
    understood = with_words(live, seen, words)
    search = _started(live, understood, asker, k=k, weight=weight, words=words)
    search.vector = _packed(seen.vector)
    search.crop = crop.as_json() if crop else None
    search.corrections = dict(corrections)
    search.is_fashion = understood.is_fashion
    search.photo_width, search.photo_height = picture.size
    _keep(search, kept or _packed_photo(search, picture), _answer(live, search, understood))
    return search


def _started(
    live: Live, understood: Understood, asker: Asker, *, k: int, weight: float | None, words: str
) -> Search:
    return Search(
        user=asker.user if isinstance(asker.user, User) else None,
        session_key=asker.session_key,
        source=asker.source,
        k=k,
        visual_weight=_weight(weight),
        words=words,
        wishes=understood.wishes.wanted,
        vector=_packed(understood.vector),
        prediction=ranked(live, understood.probabilities),
        is_fashion=True,
    )


def _weight(weight: float | None, search: Search | None = None) -> float:
    if weight is not None:
        return weight
    return search.visual_weight if search else settings.VISUAL_WEIGHT


def _choice(search: Search) -> Choice:
    """A page shows the first three large and what there is below them; a program counts on k."""
    enough = TOP if search.source == Search.Source.PAGE else search.k
    return Choice(search.k, search.visual_weight, enough, search.corrections)


def _answer(live: Live, search: Search, understood: Understood) -> list[SearchMatch]:
    """Fills in what was found; returns the rows of the matches."""
    choice, selection = _choice(search), Selection([], None)
    if understood.is_fashion:
        selection = choose(live, understood, choice)
        if not selection.matches and not Product.objects.active().with_photo().exists():
            raise NotReadyError(EMPTY)
    search.widened = selection.widened or ""
    search.message = message_of(live, understood, selection, choice)
    catalogue = live.generation.catalogue
    search.gate, search.style = catalogue.gate or "", catalogue.style or ""
    search.types = types_wanted(live, understood, choice)
    search.generation = live.generation.number
    search.backbone = live.backbone.fingerprint
    search.heads = live.generation.heads.fingerprint
    return rows_of(live, search, selection)


def _answer_anew(search: Search) -> None:
    """The same search by what is known now, in place of the old answer: all or nothing."""
    live = runtime.live()
    understood = replace(_remembered(live, search), is_fashion=search.is_fashion)
    matches = _answer(live, search, understood)
    with transaction.atomic():
        search.matches.all().delete()
        search.save()
        SearchMatch.objects.bulk_create(matches)


def _remembered(live: Live, search: Search) -> Understood:
    """What was understood then; embedded again only where another backbone has come since."""
    if not search.photo:
        return understand_words(live, search.words)
    if search.vector and search.backbone == live.backbone.fingerprint:
        seen = understand_vector(live, np.frombuffer(search.vector, "<f4"))
    else:
        crop, photo = Crop.from_json(search.crop), open_picture(_photo_of(search))
        seen = understand_picture(live, crop.cut(photo) if crop else photo)
        search.vector = _packed(seen.vector)
    return with_words(live, seen, search.words)


def _packed(vector: Floats) -> bytes:
    return vector.astype("<f4").tobytes()


def _packed_photo(search: Search, picture: Image.Image) -> bytes:
    """A JPEG of at most 1200 pixels, whose size the row carries."""
    kept = picture.copy()
    kept.thumbnail((KEPT_SIDE, KEPT_SIDE))
    packed = io.BytesIO()
    kept.save(packed, "JPEG", quality=88)
    search.photo_width, search.photo_height = kept.size
    return packed.getvalue()


def _keep(search: Search, photo: bytes, matches: list[SearchMatch]) -> None:
    """File and rows, all or none."""
    search.photo.save(f"{search.pk}.jpg", ContentFile(photo), save=False)
    try:
        with transaction.atomic():
            search.save(force_insert=True)
            SearchMatch.objects.bulk_create(matches)
    except BaseException:
        search.photo.storage.delete(search.photo.name)
        raise
