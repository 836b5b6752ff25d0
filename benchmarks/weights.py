"""Which weights and which gate serve best: a sweep over the live index.

    python -m benchmarks.weights LABELLED [--snapshots FOLDER] [--limit 800] [--json FILE]

LABELLED is a folder in the shape of the Kaggle download and holds products that the catalogue does
not. Cosines and agreements are computed once and mixed for each setting, so that a setting takes a
second. Folding is as it ships; where a gate lets too few through, the others follow behind (a site
widens to the sub-category first).

A figure is of the first 3 or 10 matches: P the share that is right, R the share of queries with one
that is right. For a snapshot right is an item type that its coarse label covers.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "findmyvibe.settings")
django.setup()

from catalog.attributes import Meaning, key_of  # noqa: E402
from catalog.models import Product  # noqa: E402
from lab.vibe_mini.data import COARSE  # noqa: E402
from matching import runtime  # noqa: E402
from matching.engine.select import gate_types  # noqa: E402
from matching.measuring.evaluation import truth_of  # noqa: E402
from matching.measuring.examples import read_examples, sample, see  # noqa: E402
from matching.search.understand import understand_vector  # noqa: E402
from pictures import PictureError  # noqa: E402

WEIGHTS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.3, 0.0)
GATES = (None, 0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)
DEPTH = 80
SHOWN = 10


class Silent:
    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        pass

    def log(self, line: str) -> None:
        pass


@dataclass
class Shelf:
    """The catalogue: `vectors` (m, d); `chances`: attribute -> (m, classes); `labels` the
    merchant's codes; `types` (m,) the codes that the gate goes by."""

    vectors: Any
    chances: dict[str, Any]
    labels: dict[str, Any]
    types: Any


@dataclass
class Asked:
    """Queries: cosines to the shelf (n, m), agreement of each attribute (n, m), gate chances."""

    cosines: Any
    agreement: dict[str, Any]
    gate: Any

    def half(self, odd: bool) -> Asked:
        rows = slice(int(odd), None, 2)
        agreement = {key: part[rows] for key, part in self.agreement.items()}
        return Asked(self.cosines[rows], agreement, self.gate[rows])


def shelf_of(live: runtime.Live) -> Shelf:
    catalogue = live.generation.catalogue
    shown = set(Product.objects.active().with_photo().values_list("pk", flat=True))
    rows = np.flatnonzero([one in shown for one in catalogue.ids.tolist()])
    vectors, _ = live.generation.index.vectors(catalogue.ids[rows])
    return Shelf(
        vectors,
        live.generation.heads.predict(vectors),
        {key: codes[rows] for key, codes in catalogue.merchant.items()},
        catalogue.codes[catalogue.gate][rows],
    )


def asked_of(live: runtime.Live, shelf: Shelf, vectors: Any) -> Asked:
    understood = [understand_vector(live, vector) for vector in vectors]
    seen = {
        key: np.stack([one.probabilities[key] for one in understood]).astype(np.float32)
        for key in shelf.chances
    }
    agreement = {key: seen[key] @ shelf.chances[key].T for key in shelf.chances}
    return Asked(vectors @ shelf.vectors.T, agreement, seen[live.generation.catalogue.gate])


def best(
    live: runtime.Live,
    shelf: Shelf,
    asked: Asked,
    shares: Mapping[str, float],
    gate: float | None,
) -> Any:
    """Rows of the shelf (n, 10): the vector has what the `shares` of the attributes leave."""
    scores = (1 - sum(shares.values())) * asked.cosines
    for key, share in shares.items():
        if share:
            scores = scores + share * asked.agreement[key]
    if gate is not None:
        scores = scores + 2 * _passes(live, shelf, asked, gate)
    near = np.argpartition(-scores, DEPTH, axis=1)[:, :DEPTH]
    order = np.argsort(-np.take_along_axis(scores, near, axis=1), axis=1, kind="stable")
    ranked = np.take_along_axis(near, order, axis=1)
    twin = live.generation.manifest["twin_cosine"]
    return np.stack([_folded(shelf.vectors[row], row, twin) for row in ranked])


def _passes(live: runtime.Live, shelf: Shelf, asked: Asked, mass: float) -> Any:
    classes = live.generation.heads.by_key[live.generation.catalogue.gate].classes
    code = {name: at for at, name in enumerate(classes)}
    through = np.zeros((len(asked.gate), len(classes) + 1), np.float32)
    for row, chances in enumerate(asked.gate):
        through[row, [code[name] for name in gate_types(chances, classes, mass)]] = 1
    known = (shelf.types >= 0) & (shelf.types < len(classes))
    return through[:, np.where(known, shelf.types, len(classes))]


def _folded(vectors: Any, rows: Any, twin: float) -> Any:
    alike = vectors @ vectors.T >= twin
    chosen: list[int] = []
    for at in range(len(rows)):
        if not alike[at, chosen].any():
            chosen.append(at)
        if len(chosen) == SHOWN:
            break
    return np.pad(rows[chosen], (0, SHOWN - len(chosen)), constant_values=rows[chosen[-1]])


def products_judged(shelf: Shelf, truth: Mapping[str, Any], found: Any) -> dict[str, float]:
    same = {key: shelf.labels[key][found] == codes[:, None] for key, codes in truth.items()}
    kind, colour = key_of(Meaning.KIND), key_of(Meaning.COLOUR)
    known = (truth[kind] >= 0) & (truth[colour] >= 0)
    both = (same[kind] & same[colour])[known]
    return {
        "type P3": float(same[kind][known, :3].mean()),
        "colour P3": float(same[colour][known, :3].mean()),
        "all five P3": float(np.mean([part[known, :3].mean() for part in same.values()])),
        "both P3": float(both[:, :3].mean()),
        "both R3": float(both[:, :3].any(axis=1).mean()),
        "both P10": float(both.mean()),
        "both R10": float(both.any(axis=1).mean()),
    }


def snapshots_judged(shelf: Shelf, covers: Any, found: Any) -> dict[str, float]:
    types = shelf.labels[key_of(Meaning.KIND)][found]
    right = np.take_along_axis(covers, types.clip(0, covers.shape[1] - 1), axis=1) & (types >= 0)
    return {
        "snap P3": float(right[:, :3].mean()),
        "snap R3": float(right[:, :3].any(axis=1).mean()),
        "snap P10": float(right.mean()),
    }


def read_snapshots(live: runtime.Live, folder: Path, limit: int) -> tuple[Any, Any]:
    """Vectors (n, d) and which item types each coarse label covers (n, types)."""
    with (folder / "images.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if COARSE.get(row["label"].lower())]
    drawn = np.random.default_rng(0).permutation(len(rows))[:limit]
    rows = [rows[at] for at in np.sort(drawn).tolist()]
    files = {file.stem: file for file in (folder / "images").iterdir()}
    types = live.generation.catalogue.values[key_of(Meaning.KIND)]
    keyed = ((row["label"].lower(), files[row["image"]]) for row in rows if row["image"] in files)
    seen = list(live.backbone.embed_stream(keyed))
    good = [(label, row) for label, row in seen if not isinstance(row, PictureError)]
    covers = np.array([[name in COARSE[label] for name in types] for label, _ in good])
    return np.stack([row for _, row in good]), covers


@dataclass
class Bench:
    live: runtime.Live
    shelf: Shelf
    products: Asked
    truth: dict[str, Any]
    snapshots: Asked | None = None
    covers: Any = None

    def figures(self, shares: Mapping[str, float], gate: float | None) -> dict[str, float]:
        found = best(self.live, self.shelf, self.products, shares, gate)
        figures = products_judged(self.shelf, self.truth, found)
        if self.snapshots is not None:
            found = best(self.live, self.shelf, self.snapshots, shares, gate)
            figures |= snapshots_judged(self.shelf, self.covers, found)
        return figures

    def half(self, odd: bool) -> Bench:
        rows = slice(int(odd), None, 2)
        truth = {key: codes[rows] for key, codes in self.truth.items()}
        if self.snapshots is None:
            return Bench(self.live, self.shelf, self.products.half(odd), truth)
        shots, covers = self.snapshots.half(odd), self.covers[rows]
        return Bench(self.live, self.shelf, self.products.half(odd), truth, shots, covers)


def goal(figures: Mapping[str, float]) -> float:
    """What a setting is chosen by: matches of type and colour, and types of snapshots."""
    names = ("both P3", "both R3", "both P10", "both R10", "snap P3")
    return float(np.mean([figures[name] for name in names if name in figures]))


def climb(bench: Bench, gate: float | None) -> dict[str, float]:
    """One attribute's share at a time, twice over all of them, whatever serves best."""
    shares = dict.fromkeys(bench.shelf.chances, 0.0)
    for _, key in itertools.product(range(2), shares):
        tried = {
            share: goal(bench.figures(shares | {key: share}, gate))
            for share in SHARES
            if sum((shares | {key: share}).values()) <= 1
        }
        shares[key] = max(tried, key=tried.__getitem__)
    return shares


def sweep(bench: Bench, style: str) -> Iterator[tuple[str, dict[str, float]]]:
    for weight in WEIGHTS:
        yield f"w {weight:.1f}, gate 90 %", bench.figures({style: 1 - weight}, 0.9)
    for gate in GATES:
        name = "none" if gate is None else f"{gate:.0%}"
        yield f"w 0.7, gate {name}", bench.figures({style: 0.3}, gate)
    # Chosen on every second query, measured on the others, as is what it is compared with.
    chosen_on, measured_on = bench.half(False), bench.half(True)
    for gate in (None, 0.9, 0.5):
        name = "none" if gate is None else f"{gate:.0%}"
        shares = climb(chosen_on, gate)
        told = " ".join(f"{key} {share:g}" for key, share in shares.items() if share) or "no shares"
        yield f"half: w 0.7, gate {name}", measured_on.figures({style: 0.3}, gate)
        yield f"half: w 1.0, gate {name}", measured_on.figures({}, gate)
        yield f"half: {told}, gate {name}", measured_on.figures(shares, gate)


def prepared(arguments: argparse.Namespace) -> Bench:
    live, counts = runtime.live(), {}
    shelf = shelf_of(live)
    examples = sample(read_examples(arguments.folder, Silent(), counts), arguments.limit, 0)
    seen = see(live.backbone, examples, Silent(), counts)
    bench = Bench(live, shelf, asked_of(live, shelf, seen.vectors), truth_of(live, seen.examples))
    if arguments.snapshots:
        vectors, bench.covers = read_snapshots(live, arguments.snapshots, arguments.limit)
        bench.snapshots = asked_of(live, shelf, vectors)
    return bench


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--snapshots", type=Path)
    parser.add_argument("--limit", type=int, default=800, help="queries of each kind; default: 800")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    bench = prepared(chosen)
    rows: dict[str, dict[str, float]] = {}
    for name, figures in sweep(bench, bench.live.generation.catalogue.style):
        if not rows:
            print(f"{'':58}" + "".join(f"{one:>12}" for one in [*figures, "goal"]))
        rows[name] = figures | {"goal": goal(figures)}
        print(f"{name:58}" + "".join(f"{one:12.3f}" for one in rows[name].values()), flush=True)
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
