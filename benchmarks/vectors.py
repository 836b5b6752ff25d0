"""One search of the vectors, exact and by a graph: how much faster, and what it misses.

    python -m benchmarks.vectors FOLDER --gate item_type --style style [--sizes 10000 100000]

FOLDER holds JPEG files. Some are asked with; of the others the catalogue is made: vectors of
vibe-mini with noise added, as often as the size wants it, with their styles and item types. Both
sides get the same queries, of all products and gated to the types that the heads are sure of.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import jpegs, machine, side_by_side, write_json
from matching.engine.arrays import Codes, Floats, Ids
from matching.engine.backbone import Backbone
from matching.engine.backends import DEFAULT, GRAPH, HybridIndex, backend
from matching.engine.generation import GATE, STYLE
from matching.engine.heads import Heads, load_heads
from matching.engine.select import gate_types

VIBE_MINI = Path(__file__).parents[1] / "matching" / "backbones" / "vibe-mini"
NOISE = 0.45  # length of what is added to a vector of length 1: the cosine is .91 then
WEIGHT, FETCHED, SHOWN = 0.7, 50, 3
Result = dict[str, Any]


@dataclass(frozen=True)
class Photos:
    """`vectors` (n, d), `styles` (n, s), `types`: codes (n,) of the item types, `gates`: for each
    photo the codes that hold most of the probability."""

    vectors: Floats
    styles: Floats
    types: Codes
    gates: list[list[int]]

    def taken(self, rows: slice) -> Photos:
        return Photos(self.vectors[rows], self.styles[rows], self.types[rows], self.gates[rows])


def looked_at(files: Sequence[Path], roles: dict[str, str]) -> Photos:
    backbone, heads = Backbone(VIBE_MINI), load_heads(VIBE_MINI)
    vectors = backbone.embed_images(files)
    seen = heads.predict(vectors)[roles[GATE]]
    return Photos(
        vectors,
        heads.predict(vectors)[roles[STYLE]],
        seen.argmax(axis=1),
        _gates(heads, seen, roles),
    )


def _gates(heads: Heads, seen: Floats, roles: dict[str, str]) -> list[list[int]]:
    classes = heads.by_key[roles[GATE]].classes
    return [[classes.index(name) for name in gate_types(row, classes)] for row in seen]


def grown(photos: Photos, size: int) -> tuple[Floats, Floats, Codes]:
    """So many products like these: vectors (size, d), styles (size, s), types (size,)."""
    dice = np.random.default_rng(size)
    rows = np.arange(size) % len(photos.vectors)
    vectors = photos.vectors[rows]
    scale = NOISE / np.sqrt(vectors.shape[1])
    vectors += scale * dice.standard_normal(vectors.shape, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors, photos.styles[rows], photos.types[rows]


def compared(photos: Photos, queries: Photos, size: int, rounds: int) -> Result:
    vectors, styles, types = grown(photos, size)
    ids, indexes, seconds = np.arange(size, dtype=np.int64), {}, {}
    for name in (DEFAULT, GRAPH):
        started = time.perf_counter()
        indexes[name] = backend(name).build(ids, vectors, styles)
        seconds[name] = round(time.perf_counter() - started, 1)
    gated = [ids[np.isin(types, codes)] for codes in queries.gates]
    result: Result = {"products": size, "build_seconds": seconds}
    result["all"] = _side_by_side(indexes, queries, [None] * len(gated), rounds)
    result["gated"] = _side_by_side(indexes, queries, gated, rounds)
    result["gated"]["among"] = statistics.median(map(len, gated))
    return result


def _side_by_side(
    indexes: dict[str, HybridIndex], queries: Photos, among: Sequence[Ids | None], rounds: int
) -> Result:
    found: dict[str, list[Ids]] = {}

    def run(name: str) -> Callable[[], None]:
        def all_of_them() -> None:
            asked = zip(queries.vectors, queries.styles, among, strict=True)
            found[name] = [
                indexes[name].search(*query, WEIGHT, FETCHED, some)[0] for *query, some in asked
            ]

        return all_of_them

    spent = side_by_side({name: run(name) for name in indexes}, rounds, tell=lambda _: None)
    flat, graph = (1000 * statistics.median(spent[name]) / len(among) for name in indexes)
    exact, near = found.values()
    return {
        "exact_ms": flat,
        "graph_ms": graph,
        "times": flat / graph,
        f"recall@{SHOWN}": _recall(exact, near, SHOWN),
        f"recall@{FETCHED}": _recall(exact, near, FETCHED),
    }


def _recall(exact: Sequence[Ids], near: Sequence[Ids], count: int) -> float:
    hits = [
        len(np.intersect1d(one[:count], two[:count])) for one, two in zip(exact, near, strict=True)
    ]
    return sum(hits) / sum(len(one[:count]) for one in exact)


def tell(result: Result) -> None:
    print(f"{result['products']:,} products, built in {result['build_seconds']} s")
    for name in ("all", "gated"):
        row = result[name]
        print(
            "  " + name + "  " + "  ".join(f"{key} {value:.3f}" for key, value in row.items()),
            flush=True,
        )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--photos", type=int, default=4000, help="to make it of; default: 4000")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--gate", required=True, help="attribute that is the gate")
    parser.add_argument("--style", required=True, help="attribute that is compared beside looks")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    facts, count = machine(), chosen.photos + chosen.queries
    print(", ".join(f"{name} {value}" for name, value in facts.items()))
    files = jpegs(chosen.folder, (480, 640), count, Path())
    photos = looked_at(files, {GATE: chosen.gate, STYLE: chosen.style})
    catalogue, queries = (
        photos.taken(slice(chosen.queries, None)),
        photos.taken(slice(chosen.queries)),
    )
    results = []
    for size in chosen.sizes:
        results.append(compared(catalogue, queries, size, chosen.rounds))
        tell(results[-1])
    write_json(chosen.json, {"machine": facts, "vectors": results})


if __name__ == "__main__":
    main()
