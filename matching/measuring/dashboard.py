"""What shoppers did: the figures behind the dashboard. Queries only, nothing is changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from catalog.attributes import Meaning, key_of
from catalog.models import Attribute, Product
from matching.models import Search, SearchMatch

DAYS = 30
MOST = 10
# What was looked for, in short.
SHOWN = (Meaning.KIND, Meaning.COLOUR)
# What is said of an answer that has matches, though none that is really alike.
WEAK = (Search.Message.WEAK, Search.Message.UNKNOWN_WORDS)


@dataclass(frozen=True)
class Day:
    """`share` is that of the busiest day, 0 to 1."""

    day: date
    searches: int
    share: float


@dataclass(frozen=True)
class Unanswered:
    """What was looked for and hardly found: attribute values, and how often."""

    values: tuple[str, ...]
    searches: int


@dataclass(frozen=True)
class Dashboard:
    """Of the last 30 days. `abstained`: no fashion item was seen. `weak`: no match was good."""

    days: list[Day]
    searches: int
    abstained: int
    weak: int
    corrected: list[tuple[str, int, list[tuple[str, str, int]]]]
    loved: list[Product]
    unanswered: list[Unanswered]

    @property
    def abstained_share(self) -> float:
        return self.abstained / self.searches if self.searches else 0.0

    @property
    def weak_share(self) -> float:
        return self.weak / self.searches if self.searches else 0.0


def read_dashboard(today: date | None = None) -> Dashboard:
    today = today or timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    searches = Search.objects.filter(created_at__date__gte=first, created_at__date__lte=today)
    abstained = searches.filter(is_fashion=False)
    return Dashboard(
        days=_days(searches, first),
        searches=searches.count(),
        abstained=abstained.count(),
        weak=_weak(searches).count(),
        corrected=_corrected(searches),
        loved=_loved(),
        unanswered=_unanswered(_poorly_answered(searches)),
    )


def _days(searches: QuerySet[Search], first: date) -> list[Day]:
    counted = searches.annotate(day=TruncDate("created_at")).values("day").order_by("day")
    by_day = dict(counted.annotate(number=Count("pk")).values_list("day", "number"))
    most = max(by_day.values(), default=0) or 1
    days = [first + timedelta(days=offset) for offset in range(DAYS)]
    return [Day(day, by_day.get(day, 0), by_day.get(day, 0) / most) for day in days]


def _weak(searches: QuerySet[Search]) -> QuerySet[Search]:
    """Searches for a fashion item to which nothing was found, or nothing that is really alike."""
    found = SearchMatch.objects.filter(search=OuterRef("pk"))
    return searches.filter(is_fashion=True).filter(~Exists(found) | Q(message__in=WEAK))


def _poorly_answered(searches: QuerySet[Search]) -> QuerySet[Search]:
    """The weak ones, and those whose matches had to be taken from among other types."""
    weak = _weak(searches).values("pk")
    return searches.filter(Q(pk__in=weak) | Q(is_fashion=True) & ~Q(widened=""))


def _corrected(searches: QuerySet[Search]) -> list[tuple[str, int, list[tuple[str, str, int]]]]:
    """For each attribute how often shoppers corrected it, and from what to what most often."""
    rows = searches.exclude(corrections={}).only("corrections", "prediction")
    changes: dict[str, Counter[tuple[str, str]]] = {}
    for search in rows.iterator():
        for key, value in search.corrections.items():
            changes.setdefault(key, Counter())[search.label(key), str(value)] += 1
    labels = dict(Attribute.objects.values_list("key", "label"))
    found = [
        (
            labels.get(key, key),
            counter.total(),
            [(was, now, number) for (was, now), number in counter.most_common(3)],
        )
        for key, counter in changes.items()
    ]
    return sorted(found, key=lambda row: -row[1])


def _loved(limit: int = MOST) -> list[Product]:
    """The products in most lists of favourites, with `hearts`."""
    counted = Product.objects.annotate(hearts=Count("favourites")).filter(hearts__gt=0)
    return list(counted.order_by("-hearts", "-pk")[:limit])


def _unanswered(searches: QuerySet[Search]) -> list[Unanswered]:
    counts = Counter(map(_sought, searches.only("prediction", "corrections", "wishes").iterator()))
    return [
        Unanswered(values, number) for values, number in counts.most_common(MOST) if any(values)
    ]


def _sought(search: Search) -> tuple[str, ...]:
    return tuple(search.looked_for(key_of(meaning)) for meaning in SHOWN)
