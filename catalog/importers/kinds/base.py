"""The contract of a kind of table, and what all kinds do alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import ClassVar

from catalog.importers.headings import ALTS, MORE_PHOTOS, OF_MEANING, PHOTO, TAGS, fold
from catalog.importers.offered import IncomingMedia, IncomingProduct
from catalog.importers.rows import Row
from catalog.importers.styles_csv import label_of
from catalog.importers.values import Problem, Values
from catalog.slugs import LONGEST_SKU, clean_sku

DECORATION = re.compile(r"\s*\(product\.metafields\.[^)]*\)\s*$|^google shopping / |^g:", re.I)


@dataclass(frozen=True)
class Column:
    """An attribute as tables have it: `name` of its column, `names` that it goes by besides,
    `groups` the columns of the groups of its values, `meaning` what code knows of it."""

    key: str
    name: str
    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    meaning: str = ""


@dataclass
class Kind:
    """`name` in the language of the shop, `columns`: those that it knows, with all their names;
    `of_meaning`: what it calls the attribute that means something."""

    name: ClassVar[str]
    columns: ClassVar[Mapping[str, tuple[str, ...]]]
    of_meaning: ClassVar[Mapping[str, tuple[str, ...]]] = OF_MEANING
    # Whether a column that it does not know may be told by what stands in it.
    is_open: ClassVar[bool] = False
    needs_sku: ClassVar[bool] = True

    attributes: Sequence[Column]
    problem: Problem
    skipped: Callable[[Row, str], None]
    _seen: dict[str, int] = field(default_factory=dict)

    @classmethod
    def recognises(cls, header: Sequence[str]) -> bool:
        """Whether the columns are those that this kind of program writes."""
        raise NotImplementedError

    @classmethod
    def known(cls, attributes: Sequence[Column]) -> dict[str, tuple[str, ...]]:
        """Every name that a column may have, by what it is."""
        groups: dict[str, tuple[str, ...]] = {
            column: () for one in attributes for column in one.groups
        }
        own = {one.name: (*one.names, *cls.of_meaning.get(one.meaning, ())) for one in attributes}
        # What this kind calls its own is that, even where an attribute could be called so.
        return {**groups, **own, **cls.columns}

    def has_groups(self, columns: Set[str]) -> bool:
        """Whether several rows can be one product, of a table with these columns."""
        return True

    def key_of(self, row: Row) -> str:
        """Rows of one key are one product."""
        raise NotImplementedError

    def prepare(self, rows: Iterable[Row]) -> None:
        """Sees all rows once before `key_of` is asked."""

    def product(self, rows: Sequence[Row]) -> IncomingProduct | None:
        """None if they cannot be one; `skipped` has heard of each then."""
        raise NotImplementedError

    def free_sku(self, row: Row, text: str) -> str:
        """The article number; "" if it cannot be one or stands in another row, which is told."""
        sku = clean_sku(text)
        if not 0 < len(sku) <= LONGEST_SKU:
            self.skipped(row, f"the id {sku[:70]!r} has not 1 to {LONGEST_SKU} characters")
            return ""
        first = self._seen.setdefault(sku, row.line)
        if first != row.line:
            self.skipped(row, f"the id {sku} stands in line {first} already")
            return ""
        return sku

    def values(self, row: Row) -> Values:
        return Values(row, self.problem)

    def labels(self, row: Row) -> dict[str, str]:
        return {
            one.key: label_of(row.cells, one.name)
            for one in self.attributes
            if one.name in row.cells
        }

    def groups(self, row: Row) -> dict[str, list[str]]:
        return {
            one.key: [label_of(row.cells, column) for column in one.groups]
            for one in self.attributes
            if one.groups
        }


def clean_header(column: str) -> str:
    """Without what programs put around a name."""
    return DECORATION.sub("", column.strip()).strip()


def has(header: Sequence[str], *columns: str) -> bool:
    names = {fold(clean_header(one)) for one in header}
    return all(fold(one) in names for one in columns)


def photos_of(values: Values) -> list[IncomingMedia]:
    """The photo and the further ones, each once; between the words of each stands a bar."""
    found = dict.fromkeys([*values.addresses(PHOTO), *values.addresses(MORE_PHOTOS)])
    words = chain((one.strip()[:512] for one in values[ALTS].split("|")), repeat(""))
    pairs = enumerate(zip(found, words, strict=False), start=1)
    return [IncomingMedia(url, alt, place) for place, (url, alt) in pairs]


def says_all(values: Values, media: Sequence[IncomingMedia]) -> bool:
    """Whether a row with these photos says that its product has no others."""
    return len(media) > 1 or (bool(media) and MORE_PHOTOS in values)


def merged(media: Iterable[IncomingMedia]) -> list[IncomingMedia]:
    """Each photo once, in the order of their places."""
    found: dict[str, IncomingMedia] = {}
    for one in media:
        found.setdefault(one.url, one)
    return sorted(found.values(), key=lambda one: one.place)


def listed(values: Values, column: str) -> list[str] | None:
    """What stands between commas; None if the table has no such column."""
    if column not in values:
        return None
    parts = (part.strip()[:100] for part in values[column].split(","))
    return list(dict.fromkeys(part for part in parts if part))


def tags_of(values: Values) -> list[str] | None:
    return listed(values, TAGS)


def last_of_path(path: str) -> str:
    """ "Apparel > Topwear > Kurtas" is Kurtas."""
    return re.split(r"\s*[>/]\s*", path.strip())[-1]


def grouped(rows: Callable[[], Iterable[Row]], key_of: Callable[[Row], str]) -> Iterator[list[Row]]:
    """Rows of one key together, wherever they stand, in the order in which the last of each comes:
    of rows that stand together no more than those are in memory."""
    left = Counter(key_of(row) for row in rows())
    waiting: dict[str, list[Row]] = {}
    for row in rows():
        key = key_of(row)
        waiting.setdefault(key, []).append(row)
        left[key] -= 1
        if not left[key]:
            yield waiting.pop(key)
