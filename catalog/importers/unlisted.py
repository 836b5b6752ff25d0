"""What a source no longer lists is archived, unless it is so much that somebody is to look first.

Only products that the source has listed before are its own; what the shop has brought back since
stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from catalog.importers.incoming import LEFT
from catalog.models import Leaving, Product, Variant

Row = TypeVar("Row")
KEEP, ARCHIVE, ARCHIVE_ALL = (one.value for one in Leaving)
# Of what a source has listed no more than this may leave at once.
MOST_LEAVING = 0.2
BATCH = 500


@dataclass(frozen=True)
class Unlisted:
    """`gone`: ids of the shown products that are listed no longer, of `count` of the source."""

    gone: list[int]
    count: int

    @property
    def are_too_many(self) -> bool:
        return len(self.gone) > MOST_LEAVING * self.count

    @property
    def question(self) -> str:
        return (
            f"{len(self.gone)} of {self.count} products are no longer listed. That is more than "
            f"{MOST_LEAVING:.0%}, so that none of them was archived: archive all of them if it is "
            "right."
        )


def claim(source: str, seen: Collection[int]) -> None:
    """The products `seen` are those of this source from now on."""
    known = Product.objects.exclude(source=source).values_list("pk", flat=True)
    for ids in _chunks(sorted(set(known) & set(seen))):
        Product.objects.filter(pk__in=ids).update(source=source)


def unlisted(source: str, seen: Collection[int], unread: Collection[str]) -> Unlisted:
    """`seen`: ids of the products that are listed; `unread`: article numbers that are, too, in rows
    that could not be read."""
    rows = Product.objects.filter(source=source).exclude(status=Product.Status.ARCHIVED)
    own = set(rows.values_list("pk", flat=True))
    spared = {pk for numbers in _chunks(list(unread)) for pk in _of(numbers)}
    brought_back = rows.filter(imported__has_key=LEFT).values_list("pk", flat=True)
    gone = own - set(seen) - spared - set(brought_back)
    return Unlisted(sorted(gone), len(own))


def archive(ids: Sequence[int]) -> None:
    """Each remembers what it was, for the day on which it is listed again."""
    for batch in _chunks(ids):
        with transaction.atomic():
            rows = list(Product.objects.select_for_update().filter(pk__in=batch).order_by("pk"))
            for row in rows:
                row.imported = {**row.imported, LEFT: {"status": row.status}}
                row.status, row.import_digest = Product.Status.ARCHIVED, ""
                row.updated_at = timezone.now()
            names = ["status", "imported", "import_digest", "updated_at"]
            Product.objects.bulk_update(rows, names)


def _chunks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _of(numbers: Collection[str]) -> Iterator[int]:
    yield from Product.objects.filter(sku__in=numbers).values_list("pk", flat=True)
    yield from Variant.objects.filter(sku__in=numbers).values_list("product", flat=True)
