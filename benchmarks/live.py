"""What the change of one product costs, in a small and in a large catalogue, side by side.

    python -m benchmarks.live [--changes 100] [--sizes 4000 40000] [--json FILE]

Each catalogue has two processes on SQLite: a shop, which gives a product another photo and embeds
it in a thread, and a site, which searches all the time and has to see it. Vectors and labels of the
catalogues are drawn by lot, the new photos are drawings, the backbone is vibe-mini. In each round
all catalogues take their turn, so that whatever else the machine does hits all alike.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import Role, machine, serve, write_json

BATCH = 2000
PAUSE = 0.05  # seconds between two searches of the site, and 0.005 between two looks for the change
FIGURES = {
    "seen": "ms from the commit to the other process's answer",
    "shop": "ms of processor time: save, embed, predict",
    "site": "ms of processor time: read the change, lay it over the index",
    "search": "ms of one search of the site meanwhile",
}


class Shop:
    def fill(self, count: int) -> list[int]:
        """Products with vectors and labels by lot, an index of them; returns their ids."""
        from django.core.management import call_command

        from catalog.models import Product

        call_command("migrate", verbosity=0)
        products = Product.objects.bulk_create(
            [
                Product(
                    sku=f"P{at}",
                    slug=f"p{at}",
                    name=f"Product {at}",
                    brand=f"Brand {at % 50}",
                    photo=f"products/{at}.jpg",
                    photo_digest=hashlib.sha256(str(at).encode()).hexdigest(),
                )
                for at in range(count)
            ],
            batch_size=BATCH,
        )
        self._embed(products)
        self._label(products)
        call_command("build_index", stdout=sys.stderr)
        return [product.pk for product in products]

    def _embed(self, products: Sequence[Any]) -> None:
        from matching import runtime
        from matching.models import Embedding

        backbone, dice = runtime.get_backbone(), np.random.default_rng(0)
        vectors = dice.normal(size=(len(products), backbone.dimension)).astype("<f4")
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        Embedding.objects.bulk_create(
            [
                Embedding(
                    product=product,
                    backbone=backbone.fingerprint,
                    image_digest=product.photo_digest,
                    vector=vector.tobytes(),
                )
                for product, vector in zip(products, vectors, strict=True)
            ],
            batch_size=BATCH,
        )

    def _label(self, products: Sequence[Any]) -> None:
        from catalog.labels import Label, value_of, write_merchant_labels
        from catalog.models import Attribute
        from matching import runtime

        dice = np.random.default_rng(1)
        for key, head in runtime.get_heads(runtime.get_backbone()).by_key.items():
            attribute = Attribute.objects.get(key=key)
            values = [value_of(attribute, name) for name in head.classes]
            drawn = dice.integers(0, len(values), len(products))
            labels = [
                Label.of(product, attribute, values[code])
                for product, code in zip(products, drawn, strict=True)
            ]
            for start in range(0, len(labels), BATCH):
                write_merchant_labels(labels[start : start + BATCH])

    def change(self, product_id: int, number: int) -> dict[str, float]:
        """Another photo; the moment of the commit, and the processor time of all of it."""
        from django.core.files.base import ContentFile

        from catalog.models import Product
        from matching.indexing import keep_up
        from tests.helpers import encoded, picture

        photo = encoded(picture(f"hsl({number * 37 % 360}, 60%, {20 + number % 60}%)"))
        started = time.process_time()
        product = Product.objects.get(pk=product_id)
        product.photo = ContentFile(photo, "other.jpg")
        product.save()
        committed = time.time()
        while keep_up._thread._is_running:
            time.sleep(0.005)
        return {"committed": committed, "shop": time.process_time() - started}


class Site:
    def __init__(self) -> None:
        self._seen: dict[str, Any] = {}
        self._searches: list[float] = []
        self._watch: threading.Thread | None = None

    def open(self) -> int:
        """Reads the index, and begins to search all the time."""
        from matching import runtime

        threading.Thread(target=self._search, daemon=True).start()
        return len(runtime.live().generation.index)

    def _search(self) -> None:
        from matching import runtime

        dice = np.random.default_rng(2)
        while True:
            time.sleep(PAUSE)
            index = runtime.live().generation.index
            query = dice.normal(size=index.dimension).astype(np.float32)
            started = time.perf_counter()
            index.search(query, np.zeros(index.style_width, np.float32), 0.7, 50)
            self._searches.append(time.perf_counter() - started)

    def watch(self, product_id: int) -> int:
        self._searches.clear()
        self._watch = threading.Thread(target=self._look, args=[product_id])
        self._watch.start()
        return product_id

    def _look(self, product_id: int) -> None:
        from matching import runtime

        ids = np.array([product_id], np.int64)
        before, _ = runtime.live().generation.index.vectors(ids)
        while True:
            now = runtime.live().generation
            held = ids[0] in now.catalogue.ids
            if held and not np.array_equal(before, now.index.vectors(ids)[0]):
                break
            time.sleep(PAUSE / 10)
        self._seen = {"at": time.time()}

    def seen(self) -> dict[str, float]:
        """When it was there, and what a look costs that takes in one change."""
        from matching import runtime
        from matching.indexing import delta

        assert self._watch
        self._watch.join()
        built, followed = runtime.built(), delta._followed
        assert followed
        started = time.thread_time()
        delta._next(delta._Followed(built, followed.number - 1, followed.delta, followed.live))
        site = time.thread_time() - started
        search = statistics.median(self._searches or [0.0])
        return {"at": self._seen["at"], "site": site, "search": search}


def measure(sizes: Sequence[int], changes: int, scratch: Path) -> dict[int, dict[str, list[float]]]:
    roles: dict[int, tuple[Role, Role, list[int]]] = {}
    for size in sizes:
        (scratch / str(size)).mkdir()
        shop, site = (Role(__spec__.name, role, scratch / str(size)) for role in ("shop", "site"))
        ids = shop.ask("fill", size)
        print(f"  {site.ask('open'):,} products are built", flush=True)
        roles[size] = shop, site, np.random.default_rng(3).permutation(ids).tolist()
    spent: dict[int, dict[str, list[float]]] = {size: {} for size in sizes}
    for number in range(changes + 1):
        for size, (shop, site, ids) in roles.items():
            site.ask("watch", ids[number])
            done = shop.ask("change", ids[number], number)
            seen = site.ask("seen")
            figures = {"seen": seen.pop("at") - done.pop("committed"), **done, **seen}
            for name, seconds in figures.items() if number else ():  # the first loads what is lazy
                spent[size].setdefault(name, []).append(1000 * seconds)
    for shop, site, _ in roles.values():
        shop.end()
        site.end()
    return spent


def told(spent: dict[int, dict[str, list[float]]]) -> dict[str, Any]:
    """Prints and returns medians, 99 % quantiles, and the last catalogue against the first."""
    rows: dict[str, Any] = {}
    first, *_, last = spent
    for name, words in FIGURES.items():
        rows[name] = {
            size: {
                "median": float(np.median(figures[name])),
                "p99": float(np.quantile(figures[name], 0.99)),
            }
            for size, figures in spent.items()
        }
        middle = [
            f"{size:,}: {row['median']:8.1f} ({row['p99']:8.1f})"
            for size, row in rows[name].items()
        ]
        times = rows[name][last]["median"] / max(rows[name][first]["median"], 1e-9)
        print(f"  {words:62} {'   '.join(middle)}   {times:5.2f} x")
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=100, help="of each; default: 100")
    parser.add_argument("--sizes", type=int, nargs="+", default=[4000, 40_000])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--role", choices=["shop", "site"], help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.role:
        serve({"shop": Shop, "site": Site}[chosen.role])
        return
    facts = machine()
    print(", ".join(f"{name} {value}" for name, value in facts.items()))
    with tempfile.TemporaryDirectory() as folder:
        rows = told(measure(chosen.sizes, chosen.changes, Path(folder)))
    write_json(chosen.json, {"machine": facts, "changes": chosen.changes, "live": rows})


if __name__ == "__main__":
    main()
