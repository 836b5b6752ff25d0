"""Articles keep the number that the shop gave them, whatever is in it; addresses have a slug."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

LONGEST_SKU = 64
PLAIN = re.compile(r"[\w.-]{1,64}")


def clean_sku(text: str) -> str:
    """Without what nobody sees: letters of no width, control characters, blanks around it."""
    seen = (letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cf"))
    return "".join(seen).strip()


def slug_of(sku: str) -> str:
    """The SKU itself where it may stand in an address, or else what is left of it."""
    if PLAIN.fullmatch(sku) and set(sku) != {"."}:
        return sku
    plain = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFKC", sku)).strip("-.")
    return plain[:LONGEST_SKU] or "product"


def numbered(skus: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """SKU to a slug that is in `taken` nowhere and given once: the second gets "-2"."""
    used, slugs = set(taken), {}
    for sku in skus:
        base = slug_of(sku)
        slug, number = base, 2
        while slug in used:
            slug, number = f"{base}-{number}", number + 1
        used.add(slug)
        slugs[sku] = slug
    return slugs


def free_slugs(model: Any, skus: Sequence[str]) -> dict[str, str]:
    """SKU to a slug that no row of the model has."""
    slugs = model.objects.values_list("slug", flat=True)
    taken = set(slugs.filter(slug__in={slug_of(sku) for sku in skus}))
    for base in sorted(taken):
        taken |= set(slugs.filter(slug__startswith=f"{base}-"))
    return numbered(skus, taken)
