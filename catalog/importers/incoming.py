"""One product on its way in, and what of it is news to the catalogue."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Each field that a source may set, with what it is as long as nobody has said anything.
FIELDS: dict[str, Any] = {
    "name": "",
    "description": "",
    "brand": "",
    "price": None,
    "currency": "",
    "product_url": "",
    "year": None,
    "status": "active",
}


@dataclass
class Incoming:
    """What a source says of one product; what it does not mention stays as it is.

    `fields`: those of FIELDS that it mentions. `labels`: attribute key to value, "" for none.
    `groups`: attribute key to the groups of its value, nearest first. `read_photo` gives the
    bytes, or None where the source has no photo of it; it raises PhotoError or OSError. It is None
    itself where photos are not read; `names_photo` then says whether there is one.
    """

    line: int
    sku: str
    read_photo: Callable[[], bytes | None] | None
    fields: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    names_photo: bool = False

    def digest(self, photo_digest: str) -> str:
        """What it says, in one hash: a source that says the same again changes nothing."""
        said = {name: str(self.fields.get(name, empty)) for name, empty in FIELDS.items()}
        whole: dict[str, Any] = said | {"labels": self.labels, "photo": photo_digest}
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def fingerprint(value: Any) -> str:
    return hashlib.sha256(str(value).encode()).hexdigest()[:12]


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
