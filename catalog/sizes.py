"""Which products come in which size, or other option of their variants."""

from __future__ import annotations

import threading
from collections import defaultdict

import numpy as np

from catalog.columns import Ids, Table, table
from catalog.offers import Variant

_lock = threading.Lock()
_known: tuple[Table, dict[str, Ids]] | None = None


def in_size(size: str) -> Ids:
    """(n,) ids, ascending, of the products that have a variant of it: "42" is also "EU 42"."""
    return sizes().get(size.casefold(), np.empty(0, np.int64))


def sizes() -> dict[str, Ids]:
    """Option of some variant, in lower case, -> ids of its products."""
    global _known
    rows = table()
    with _lock:
        if _known is None or _known[0] is not rows:
            _known = rows, _read()
        return _known[1]


def _read() -> dict[str, Ids]:
    found: dict[str, set[int]] = defaultdict(set)
    rows = Variant.objects.exclude(options={}).values_list("product_id", "options")
    for pk, options in rows.iterator():
        for option in map(str, options.values()):
            for one in {option.casefold(), *option.casefold().split()[-1:]}:
                found[one].add(pk)
    return {one: np.array(sorted(pks), np.int64) for one, pks in found.items()}
