"""A product as shops have it: what every reader makes of a table, whatever wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

MOST_PHOTOS = 20
# What an export puts behind the address of a photo, so that an import knows it unread.
DIGEST = re.compile(r"#sha256=([0-9a-f]{64})$")
Read = Callable[[], bytes | None]


@dataclass
class IncomingOffer:
    """`said`: those of price, currency, sale_price, sale_from, sale_until (dates), availability
    (in_stock, out_of_stock, preorder, backorder), quantity and product_url that the source
    mentions; None or "" says that there is none."""

    said: dict[str, Any] = field(default_factory=dict)


@dataclass
class IncomingMedia:
    """`place` in the order of photos, from 1; `url` is "" for a photo of a folder."""

    url: str
    alt: str = ""
    place: int = 1

    @property
    def digest(self) -> str:
        """SHA-256 of the photo, where its address says it, or ""."""
        found = DIGEST.search(self.url)
        return found[1] if found else ""


@dataclass(frozen=True)
class OfferedPhoto:
    """`read` gives the bytes, or None where the source has no photo of it; it raises PhotoError or
    OSError. `alt` and `digest` as far as the source says them."""

    read: Read
    alt: str = ""
    digest: str = ""


@dataclass
class IncomingVariant:
    """`options`: name to value, as the shop says them: {"Size": "XL"}. `photos`: the addresses of
    those of the product's photos that show it; none means all."""

    line: int
    sku: str
    barcode: str = ""
    options: dict[str, str] = field(default_factory=dict)
    offers: list[IncomingOffer] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)


@dataclass
class IncomingProduct:
    """`key`: what the source calls it. `sku`: the article number of the product itself, "" where
    only its variants have one. `said`: those of name, description, brand, year and status (draft,
    active, archived) that the source mentions. `labels` and `groups`: by attribute key, the value
    in lower case and the groups that it belongs to, nearest first. `tags` and `collections` are
    None where it mentions none. `has_all_photos`: there are no others than those of `media`."""

    line: int
    key: str
    sku: str = ""
    said: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    tags: list[str] | None = None
    collections: list[str] | None = None
    variants: list[IncomingVariant] = field(default_factory=list)
    media: list[IncomingMedia] = field(default_factory=list)
    has_all_photos: bool = False

    @property
    def number(self) -> str:
        """The article number that it goes by: its own, or else that of its first variant."""
        return self.sku or self.variants[0].sku
