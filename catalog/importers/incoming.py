"""One product on its way in, and what of it is news to the catalogue."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from catalog.importers.offered import IncomingProduct, OfferedPhoto

# What a source may set, with what it is as long as nobody has said anything.
FIELDS: dict[str, Any] = {
    "name": "",
    "description": "",
    "brand": "",
    "year": None,
    "status": "active",
    "collections": [],
    "tags": [],
}
# Of what a product remembers of its sources: what it was before its source listed it no longer.
LEFT = "left"
VARIANT_FIELDS: dict[str, Any] = {"barcode": "", "options": {}}
OFFER_FIELDS: dict[str, Any] = {
    "price": None,
    "sale_price": None,
    "sale_from": None,
    "sale_until": None,
    "currency": "",
    "availability": "in_stock",
    "quantity": None,
    "product_url": "",
}


@dataclass
class Incoming:
    """What a source says of one product; what it does not mention stays as it is. `photos`: those
    that are to be read, in their order."""

    product: IncomingProduct
    photos: Sequence[OfferedPhoto] = ()

    def digest(self, photo_digests: str) -> str:
        """What it says, in one hash: a source that says the same again changes nothing."""
        said = self.product
        whole = {
            "fields": said.said,
            "labels": said.labels,
            "lists": [said.collections, said.tags],
            "media": [[one.url, one.alt] for one in said.media],
            "variants": [
                [one.sku, one.barcode, one.options, [offer.said for offer in one.offers]]
                for one in said.variants
            ],
            "photo": photo_digests,
        }
        text = json.dumps(whole, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(value: Any) -> str:
    """The same for the same value, however a database gives it back."""
    if isinstance(value, dict):
        value = json.dumps(value, sort_keys=True)
    elif isinstance(value, Decimal):
        value = f"{value:.2f}"
    return hashlib.sha256(str(value).encode()).hexdigest()[:12]


def fingerprints(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: fingerprint(value) for name, value in values.items()}


def news(
    incoming: Mapping[str, Any], kept: Mapping[str, Any], said: Mapping[str, str]
) -> dict[str, Any]:
    """What is to be changed of `kept`: all that is different, but for what the shop has changed
    since the source last spoke of it (`said`: name to the fingerprint of what it said then)."""
    return {
        name: value
        for name, value in incoming.items()
        if value != kept.get(name)
        and (name not in said or said[name] == fingerprint(kept.get(name)))
    }
