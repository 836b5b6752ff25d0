"""One search, straight through: picture or words, vector, attributes, matches, the row that keeps
it. And what may be done to it later: another part, other words, a correction, other filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.conf import settings
from PIL import Image

from catalog.facets import Filters
from catalog.models import AttributeValue
from matching import runtime
from matching.engine.arrays import Floats
from matching.engine.select import Match
from matching.models import Search, SearchMatch
from matching.runtime import Live
from matching.search.ask import (
    PAGE_K,
    Ask,
    Asker,
    Narrowing,
    Wanted,
    begin,
    begin_garments,
    choose_garment,
    decide,
    garments_of,
    garments_told,
    remember,
)
from matching.search.choose import answer, choose, message_of, rows_of
from matching.search.cropping import Crop
from matching.search.keep import KEPT_SIDE, keep, keep_anew
from matching.search.look import Spot, by_hand, ground_of, look
from matching.search.refusals import WishError
from matching.search.understand import (
    Understood,
    is_plain,
    understand_photo,
    understand_vector,
    with_words,
)
from matching.search.wording import in_english
from pictures import PictureError, open_picture


@dataclass(frozen=True)
class Shown:
    """An answer and what it was searched by: `types` of the attribute `gate`, none for all."""

    matches: list[SearchMatch]
    widened: str
    message: str
    gate: str
    types: tuple[str, ...]
    has_more: bool = False


@dataclass(frozen=True)
class Found:
    """An answer that nothing is kept of yet; `picture`: what was searched with, upright."""

    search: Search
    matches: list[SearchMatch]
    picture: Image.Image | None


def find(ask: Ask, *, asker: Asker) -> Search:
    """`look_up`, and the answer is kept. Whatever it raises, nothing is kept then."""
    found = look_up(ask, asker=asker)
    keep(found.search, found.matches, found.picture, ask.photo if ask.is_kept else None)
    return found.search


def look_up(ask: Ask, *, asker: Asker) -> Found:
    """Says what the photo shows, or the words ask for, and which products match.

    The photo has at most MAX_UPLOAD_BYTES. Raises PictureError for one that cannot be used,
    WishError for a product that is not in the index, and NotReadyError if there is nothing to
    search.
    """
    live, picture, seen = runtime.live(), None, []
    if ask.photo is not None:
        picture = open_picture(ask.photo, max_bytes=settings.MAX_UPLOAD_BYTES, target=KEPT_SIDE)
        seen = see(live, picture, ask.crop)
    elif ask.like is not None:
        seen = [understand_vector(live, _indexed(live, ask.like))]
    understood = with_words(live, _meant(seen, ask.garment), ask.words)
    search = begin(live, understood, ask, asker)
    search.garment = ask.garment or 0
    begin_garments(live, search, seen)
    narrowing = Narrowing(ask.filters) if ask.filters else None
    wanted = replace(decide(live, understood, search, narrowing), k=ask.k)
    return Found(search, answer(live, search, understood, wanted), picture)


def further(search: Search, filters: Filters, *, after: int, place: int) -> Shown:
    """The `search.k` matches behind that of the product `after`, which was the `place`th; where it
    went meanwhile, behind that place. `filters`: what the search stays within. Raises WishError
    where the product that more was wanted of is gone, and NotReadyError."""
    live = runtime.live()
    understood = replace(_remembered(live, search), is_fashion=search.is_fashion)
    # Whatever page it is, it is of the types that were searched among.
    wanted = decide(live, understood, search, Narrowing(filters, page=2))
    wanted = replace(wanted, k=place + search.k + 1)
    return _page(live, search, understood, wanted, lambda found: _behind(found, after, place))


def garments_in(photo: bytes) -> list[dict[str, Any]]:
    """What is worn in an encoded picture, as `Search.garments` has it; nothing is searched for.
    Raises PictureError and NotReadyError."""
    live = runtime.live()
    picture = open_picture(photo, max_bytes=settings.MAX_UPLOAD_BYTES, target=KEPT_SIDE)
    return garments_told(live, see(live, picture, None))


def _meant(seen: Sequence[Understood], garment: int | None) -> Understood | None:
    """None if nothing is seen at all. Raises WishError for a garment that there is not."""
    if garment is None:
        return seen[0] if seen else None
    found = garments_of(seen)
    if garment >= len(found):
        raise WishError("no_such_garment")
    return found[garment]


def _behind(found: Sequence[Match], after: int, place: int) -> int:
    ids = [match.product_id for match in found]
    return ids.index(after) + 1 if after in ids else min(place, len(ids))


def _indexed(live: Live, product_id: int) -> Floats:
    """The vector (d,) of a product's photo. Raises WishError if it has none in the live index."""
    if product_id not in live.generation.catalogue.ids:
        raise WishError("not_indexed")
    visual, _style = live.generation.index.vectors(np.array([product_id], np.int64))
    return visual[0]


def see(live: Live, photo: Image.Image, crop: Crop | None) -> list[Understood]:
    """What the photo shows, the main thing first; what was marked by hand is a garment."""
    finder = runtime.finder_or_none()
    if crop is not None:
        return understand_photo(live, photo, [by_hand(photo, crop.box, finder)])
    ground = ground_of(photo)
    if ground.has_one:
        seen = understand_photo(live, photo, [Spot(ground.inner, ground.inner)])
        if is_plain(live, seen[0]):
            return seen
    return understand_photo(live, photo, look(photo, ground, finder))


def find_again(search: Search, *, words: str, crop: Crop | None, asker: Asker) -> Search:
    """A new search with the photo of an earlier one: another part of it, or other words. What was
    corrected stays so for the same part."""
    if not search.photo:
        return find(Ask(words=words, k=PAGE_K), asker=asker)
    return find(_again(search, words, crop), asker=asker)


def preview(search: Search, crop: Crop | None, *, asker: Asker) -> Found:
    """What a part of the photo of an earlier search would find; nothing of it is kept."""
    found = look_up(_again(search, search.words, crop), asker=asker)
    found.search.pk, found.search.photo = search.pk, search.photo
    return found


def _again(search: Search, words: str, crop: Crop | None) -> Ask:
    return Ask(
        photo_of(search),
        words,
        crop,
        PAGE_K,
        corrections=search.corrections if Crop.from_json(search.crop) == crop else {},
        is_kept=True,
        like=search.like_id,
    )


def correct(search: Search, key: str, value: str) -> Search:
    """The shopper knows better: `value` of attribute `key` is right, "" takes it back; it comes
    before what the words ask for. The matches follow. Returns the search as it is then. Raises
    WishError for a value that nobody knows, Search.DoesNotExist for a search that was deleted
    meanwhile, NotReadyError as `find` does."""
    if value and not AttributeValue.objects.filter(attribute__key=key, value=value).exists():
        raise WishError("no_such_value")

    def change(row: Search) -> None:
        row.corrections = {one: said for one, said in row.corrections.items() if one != key}
        if value and (value,) != row.sought(key):
            row.corrections[key] = value

    return _answer_anew(search, change)


def turn_to(search: Search, number: int) -> Search:
    """The shopper means another garment of the photo. As `correct`; raises WishError where there
    is no such garment."""

    def change(row: Search) -> None:
        if not 0 <= number < len(row.garments):
            raise WishError("no_such_garment")
        choose_garment(row, number)

    return _answer_anew(search, change)


def matches_of_each(search: Search, k: int | None = None) -> list[list[SearchMatch]]:
    """Unsaved matches of each garment of the photo, as if it were searched with alone; `k` of each,
    as many as of the search if None. Raises NotReadyError."""
    live, found = runtime.live(), []
    for number in range(len(search.garments)):
        one = copy(search)
        one.words, one.wishes, one.source, one.k = "", {}, Search.Source.API, k or search.k
        choose_garment(one, number)
        understood = _remembered(live, one)
        found.append(answer(live, one, understood, decide(live, understood, one)))
    return found


def insist(search: Search) -> Search:
    """The shopper says that the picture does show a garment. As `correct`."""

    def change(row: Search) -> None:
        row.is_fashion = True

    return _answer_anew(search, change)


def narrow(search: Search, narrowing: Narrowing) -> Shown:
    """What the answer would be; nothing of it is kept. Raises NotReadyError."""
    live = runtime.live()
    understood = replace(_remembered(live, search), is_fashion=True)
    wanted = decide(live, understood, search, narrowing)
    first = search.k * (narrowing.page - 1)
    return _page(live, search, understood, wanted, lambda _found: first)


def _page(
    live: Live,
    search: Search,
    understood: Understood,
    wanted: Wanted,
    begins: Callable[[Sequence[Match]], int],
) -> Shown:
    """As many matches as the search has, from where it `begins` among all that are wanted."""
    selection = choose(live, understood, wanted)
    first = begins(selection.matches)
    last = first + search.k
    page = replace(selection, matches=selection.matches[first:last])
    matches = rows_of(live, search, page, wanted)
    for match in matches:
        match.rank += first
    return Shown(
        matches,
        selection.widened or "",
        message_of(live, understood, selection, wanted),
        wanted.gate,
        wanted.types,
        has_more=len(selection.matches) > last,
    )


def _answer_anew(search: Search, change: Callable[[Search], None]) -> Search:
    """The same search by what is known now, in place of the old answer: all or nothing. Of two
    changes at once the second goes on from what the first has made."""
    live, changed = runtime.live(), copy(search)
    change(changed)
    remembered = _remembered(live, changed)

    def answered(row: Search) -> list[SearchMatch]:
        change(row)
        understood = replace(remembered, is_fashion=row.is_fashion)
        remember(row, understood)
        return answer(live, row, understood, decide(live, understood, row))

    return keep_anew(search, answered)


def _remembered(live: Live, search: Search) -> Understood:
    """What was understood then; embedded again only where another backbone has come since."""
    is_worded = not search.photo and search.like_id is None
    if is_worded:
        return with_words(live, None, search.words)
    if search.vector and search.backbone == live.backbone.fingerprint:
        seen = understand_vector(live, np.frombuffer(search.vector, "<f4"), _spot_of(search))
    else:
        seen = _seen_again(live, search)
    return with_words(live, seen, search.words)


def _seen_again(live: Live, search: Search) -> Understood:
    if not search.photo and search.like_id is not None:
        return understand_vector(live, _indexed(live, search.like_id))
    photo, spot = open_picture(photo_of(search)), _spot_of(search)
    if spot is None:
        return see(live, photo, Crop.from_json(search.crop))[0]
    return understand_photo(live, photo, [spot])[0]


def _spot_of(search: Search) -> Spot | None:
    return Spot.from_json(search.garments[search.garment]) if search.garments else None


def photo_of(search: Search) -> bytes:
    """As it is kept. Raises PictureError where it is gone."""
    try:
        with search.photo.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise PictureError("missing", in_english("missing")) from error
