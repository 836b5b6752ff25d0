"""What one suggestion costs while somebody types, in a small and in a large catalogue.

    python -m benchmarks.suggest [--rounds 20] [--sizes 4000 40000] [--json FILE]

Each catalogue is a database of its own on SQLite, in a process of its own: products with names of a
colour, a kind of thing, a print and one of 3,000 words drawn by lot, and a visitor with 200
searches. In each round both answer all that is typed, letter by letter, one after the other.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import Role, machine, serve, write_json

BATCH = 2000
TYPED = ("red dresses", "nike sh", "women striped sh", "Schuhe", "casual shoes", "w12", "qwrtzp")
VISITOR, SEARCHES = "visitor", 200
PRINTS = ("Striped", "Printed", "Plain", "Checked", "Floral")


class Shop:
    def fill(self, count: int) -> int:
        """Products with names and labels by lot, and somebody's searches."""
        from django.core.management import call_command

        from catalog.labels import Label, write_merchant_labels
        from catalog.models import Attribute, Product

        call_command("migrate", verbosity=0)
        dice, shop = np.random.default_rng(0), Attribute.objects.all()
        values = {one: list(one.values.all()) for one in shop}
        drawn = [
            {one: known[dice.integers(len(known))] for one, known in values.items()}
            for _ in range(count)
        ]
        products = Product.objects.bulk_create(
            [
                Product(
                    sku=f"P{at}",
                    slug=f"p{at}",
                    name=self._name(labels.values(), dice),
                    brand=f"Brand {at % 300}",
                    photo=f"products/{at}.jpg",
                )
                for at, labels in enumerate(drawn)
            ],
            batch_size=BATCH,
        )
        labels = [
            Label.of(product, attribute, value)
            for product, of in zip(products, drawn, strict=True)
            for attribute, value in of.items()
        ]
        for start in range(0, len(labels), BATCH):
            write_merchant_labels(labels[start : start + BATCH])
        self._search(dice)
        return Product.objects.count()

    def _name(self, values: Any, dice: np.random.Generator) -> str:
        said = " ".join(value.value for value in values)
        return f"W{dice.integers(3000)} {dice.choice(PRINTS)} {said}".title()

    def _search(self, dice: np.random.Generator) -> None:
        from matching.models import Search

        about = {"source": Search.Source.PAGE, "session_key": VISITOR, "k": 24, "generation": 1}
        about |= {"visual_weight": 0.7, "prediction": {}, "is_fashion": True}
        Search.objects.bulk_create(
            Search(words=f"{dice.choice(TYPED)} {at}", **about) for at in range(SEARCHES)
        )

    def answer(self, typed: str) -> list[float]:
        """Milliseconds and those of processor time."""
        from matching.search.suggest import suggest
        from shoppers.visitor import Visitor

        wall, processor = time.perf_counter(), time.thread_time()
        suggest(typed, Visitor(session_key=VISITOR))
        return [1000 * (time.perf_counter() - wall), 1000 * (time.thread_time() - processor)]


def measure(sizes: Sequence[int], rounds: int, scratch: Path) -> dict[int, list[list[float]]]:
    shops: dict[int, Role] = {}
    for size in sizes:
        (scratch / str(size)).mkdir()
        shops[size] = Role(__spec__.name, "shop", scratch / str(size))
        print(f"  {shops[size].ask('fill', size):,} products are there", flush=True)
    letters = [words[:end] for words in TYPED for end in range(1, len(words) + 1)]
    spent: dict[int, list[list[float]]] = {size: [] for size in sizes}
    for number in range(rounds + 1):
        for typed in letters:
            for size, shop in shops.items():
                figures = shop.ask("answer", typed)
                spent[size] += [figures] if number else []  # the first loads what is lazy
    for shop in shops.values():
        shop.end()
    return spent


def told(spent: dict[int, list[list[float]]]) -> dict[str, Any]:
    """Prints and returns medians, 99 % quantiles, and the last catalogue against the first."""
    rows: dict[str, Any] = {}
    for at, name in enumerate(("ms", "ms of processor time")):
        found = {size: np.array(figures)[:, at] for size, figures in spent.items()}
        rows[name] = {
            size: {"median": float(np.median(one)), "p99": float(np.quantile(one, 0.99))}
            for size, one in found.items()
        }
        first, *_, last = rows[name].values()
        rows[name]["times"] = last["median"] / first["median"]
        print(f"  {name:24} {rows[name]}")
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20, help="default: 20")
    parser.add_argument("--sizes", type=int, nargs="+", default=[4000, 40_000])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--role", choices=["shop"], help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.role:
        serve(Shop)
        return
    facts = machine()
    print(", ".join(f"{name} {value}" for name, value in facts.items()))
    with tempfile.TemporaryDirectory() as folder:
        rows = told(measure(chosen.sizes, chosen.rounds, Path(folder)))
    write_json(chosen.json, {"machine": facts, "rounds": chosen.rounds, "suggest": rows})


if __name__ == "__main__":
    main()
