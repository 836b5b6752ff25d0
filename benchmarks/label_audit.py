"""How many of 500 labels spoiled at random the audit lists among its first 1,000 rows.

    python -m benchmarks.label_audit [--count 500] [--rows 1000] [--seed 0] [--attributes KEY ...]

Runs on the catalogue and vectors of the database as it is (import_products and build_index first),
reads only, and spoils the labels in memory: of random products, one attribute each, to another
value in use. The target is 80 %.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500, help="labels spoiled; default: 500")
    parser.add_argument("--rows", type=int, default=1000, help="looked at; default: 1000")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--attributes", nargs="*", help="default: all, mixed")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "findmyvibe.settings")
    import django

    django.setup()
    measure(chosen)


def measure(chosen: Any) -> None:
    from catalog.models import Product
    from matching import runtime
    from matching.engine.learning.audit import find_doubts, read_words, second_opinion
    from matching.engine.learning.calibration import DEFAULT_TWIN_COSINE
    from matching.engine.learning.training import near_duplicate_groups
    from matching.indexing.embed import load_vectors
    from matching.indexing.labels import merchant_labels

    started = time.monotonic()
    ids, vectors = load_vectors(runtime.get_backbone())
    labels = merchant_labels(ids)
    spoiled = spoil(labels, chosen.attributes or sorted(labels), chosen.count, chosen.seed)
    names = dict(Product.objects.values_list("pk", "name"))
    opinions = second_opinion(
        vectors,
        read_words([names[pk] for pk in ids.tolist()]),
        labels,
        near_duplicate_groups(vectors, DEFAULT_TWIN_COSINE),
        seed=chosen.seed,
    )
    found: list[tuple[float, int, str]] = []
    for key, opinion in opinions.items():
        doubts = find_doubts(labels[key], opinion)
        known = doubts.labels >= 0
        rows = zip(doubts.scores[known].tolist(), doubts.rows[known].tolist(), strict=True)
        found += [(score, row, key) for score, row in rows]
    found.sort(reverse=True)
    listed = {(row, key) for _score, row, key in found[: chosen.rows]}
    caught = Counter(key for row, key in spoiled if (row, key) in listed)
    of_each = Counter(key for _row, key in spoiled)
    for key in sorted(of_each):
        print(f"{key:12} {caught[key]:4} of {of_each[key]:4}")
    share = sum(caught.values()) / len(spoiled)
    print(
        f"{sum(caught.values())} of {len(spoiled)} spoiled labels ({share:.1%}) in the first "
        f"{chosen.rows} rows; {len(ids)} products, {time.monotonic() - started:.0f} s"
    )


def spoil(labels: Any, keys: Sequence[str], count: int, seed: int) -> set[tuple[int, str]]:
    """Changes `count` labels to other values in use; returns (row, attribute) of each."""
    dice = np.random.default_rng(seed)
    spoiled: set[tuple[int, str]] = set()
    for key in keys:
        labels[key] = replace(labels[key], codes=labels[key].codes.copy())
    while len(spoiled) < count:
        key = keys[int(dice.integers(len(keys)))]
        label = labels[key]
        row = int(dice.integers(len(label.codes)))
        if label.codes[row] < 0 or (row, key) in spoiled:
            continue
        used = np.unique(label.codes[label.codes >= 0])
        label.codes[row] = dice.choice(used[used != label.codes[row]])
        spoiled.add((row, key))
    return spoiled


if __name__ == "__main__":
    main()
