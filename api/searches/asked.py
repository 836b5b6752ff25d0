"""Searches of programs: made, kept and found again by whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from api.models import ApiClient, AskedSearch
from api.problems import ProblemError
from api.searches.wishes import Wish, filters_said
from matching.models import Search, SearchMatch
from matching.search.ask import Asker
from matching.search.find import Found, further, look_up
from matching.search.history import delete_searches
from matching.search.keep import keep

OFFERS = "search__matches__product__variants__offers"


@dataclass(frozen=True)
class Answer:
    """`is_new` unless it was given before."""

    search: Search
    matches: Sequence[SearchMatch]
    asked: dict[str, Any]
    is_new: bool = True


def ask(client: ApiClient, wish: Wish, idempotency_key: str) -> Answer:
    """Answers a wish and keeps the answer, or gives that which the same key and wish had before.
    Raises what `look_up` does, and a problem for a key that came with another wish."""
    if before := _before(client, wish, idempotency_key):
        return before
    found = look_up(wish.ask, asker=Asker(Search.Source.API))
    if not wish.store:
        return Answer(found.search, found.matches, wish.said)
    try:
        _keep(client, wish, idempotency_key, found)
    except IntegrityError:
        # The same request came twice at once, and the other one was faster.
        delete_searches(Search.objects.filter(pk=found.search.pk))
        if before := _before(client, wish, idempotency_key):
            return before
        raise
    return Answer(found.search, found.matches, wish.said)


def searches_of(client: ApiClient) -> QuerySet[AskedSearch]:
    """Newest first."""
    rows = AskedSearch.objects.filter(client=client)
    return rows.select_related("search").prefetch_related(OFFERS)


def matches_behind(row: AskedSearch, after: int, place: int) -> Sequence[SearchMatch]:
    """Those that come behind the product `after`, which was the `place`th, as `further` has it."""
    filters = filters_said(row.request)
    return further(row.search, filters, after=after, place=place).matches


def _keep(client: ApiClient, wish: Wish, idempotency_key: str, found: Found) -> None:
    keep(found.search, found.matches, found.picture, wish.ask.photo if wish.ask.is_kept else None)
    with transaction.atomic():
        AskedSearch.objects.create(
            search=found.search,
            client=client,
            request=wish.said,
            idempotency_key=idempotency_key,
            fingerprint=wish.fingerprint,
        )


def _before(client: ApiClient, wish: Wish, idempotency_key: str) -> Answer | None:
    if not idempotency_key:
        return None
    row = searches_of(client).filter(idempotency_key=idempotency_key).first()
    if row is None:
        return None
    if row.fingerprint != wish.fingerprint:
        raise ProblemError("key-reused")
    return Answer(row.search, list(row.search.matches.all()), row.request, is_new=False)
