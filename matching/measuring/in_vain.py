"""What shoppers typed in vain: words that nobody understood, and queries with no good answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import AttributeValue
from catalog.reading import read
from matching.models import Search

DAYS = 30
MOST = 20
LOOKED_AT = 300  # of the queries, the newest different ones
UNANSWERED = (Search.Message.NOTHING, Search.Message.NOTHING_LEFT, Search.Message.UNKNOWN_WORDS)


@dataclass(frozen=True)
class InVain:
    """`said` in so many `searches`; `query`: the newest of them, in whole."""

    said: str
    searches: int
    query: str


@dataclass(frozen=True)
class TypedInVain:
    """Most often first. `words` that are not understood now, be it in spite of other words, and
    `queries` that are understood and had nothing to show."""

    words: list[InVain]
    queries: list[InVain]


def typed_in_vain() -> TypedInVain:
    """Of the last 30 days."""
    words: Counter[str] = Counter()
    queries: Counter[str] = Counter()
    whole: dict[str, str] = {}
    for query, times, unanswered in _typed():
        unknown = {word.casefold() for word in read(query).unknown}
        words.update(dict.fromkeys(unknown, times))
        if unanswered and not unknown:
            queries[query] = unanswered
        whole |= {word: query for word in unknown - whole.keys()} | {query: query}
    return TypedInVain(_most(words, whole), _most(queries, whole))


def take_for(word: str, value: AttributeValue) -> bool:
    """From now on the word is another spelling of the value; no if it was one already."""
    word = " ".join(word.split()).lower()
    if not word or word in (value.value, *value.spellings):
        return False
    value.spellings = [*value.spellings, word]
    value.save()
    return True


def _typed() -> list[tuple[str, int, int]]:
    """Queries, the newest first, with how often each came and how often nothing was found."""
    first = timezone.now() - timedelta(days=DAYS)
    rows: QuerySet[Search] = Search.objects.filter(created_at__gte=first).exclude(words="")
    times: Counter[str] = Counter()
    unanswered: Counter[str] = Counter()
    for words, message in rows.values_list("words", "message").iterator():
        if words in times or len(times) < LOOKED_AT:
            times[words] += 1
            unanswered[words] += message in UNANSWERED
    return [(words, number, unanswered[words]) for words, number in times.items()]


def _most(counts: Counter[str], whole: dict[str, str]) -> list[InVain]:
    return [InVain(said, number, whole[said]) for said, number in counts.most_common(MOST)]
