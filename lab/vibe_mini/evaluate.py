"""How well a backbone folder sees what it was not trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from lab.vibe_mini.data import COARSE, Codes, Corpus, Flags, Pixels, Products, Snapshots
from matching.engine.backbone import Backbone
from matching.engine.heads import VOTE_SHARPNESS, VOTERS, Head, Heads, load_heads, votes
from matching.engine.learning.evaluation import text_recall
from matching.engine.learning.neighbours import nearest
from matching.engine.metrics import summarise

Floats = npt.NDArray[np.float32]
Figures = dict[str, float]

NEAREST = 10
VOTE_SHARE = 0.5


@dataclass(frozen=True)
class Vectors:
    """Unit rows of every picture of a corpus, and of the names of its held-out products."""

    products: Floats
    names: Floats
    demo: Floats | None = None
    snapshots: Floats | None = None
    others: Floats | None = None
    street: Floats | None = None
    things: Floats | None = None


def embed(backbone: Backbone, corpus: Corpus) -> Vectors:
    products = corpus.products
    held_out = [products.names[row] for row in np.flatnonzero(products.held_out)]
    parts = {
        name: backbone.embed_images(_images(part.pictures)) if part is not None else None
        for name, part in (
            ("demo", corpus.demo),
            ("snapshots", corpus.snapshots),
            ("others", corpus.others),
            ("street", corpus.street),
            ("things", corpus.things),
        )
    }
    vectors = backbone.embed_images(_images(products.pictures))
    return Vectors(vectors, backbone.embed_texts(held_out), **parts)


def _images(pictures: Pixels) -> Iterator[Image.Image]:
    return (Image.fromarray(np.asarray(picture)) for picture in pictures)


def evaluate(folder: Path, corpus: Corpus) -> Figures:
    """Figures of a backbone folder with heads, on the held-out part of the corpus."""
    return measure(embed(Backbone(folder), corpus), load_heads(folder), corpus)


def measure(vectors: Vectors, heads: Heads, corpus: Corpus) -> Figures:
    """Flat names such as `item_type.accuracy`; classes that the heads lack count as mistakes."""
    products = corpus.products
    figures = _attributes(vectors.products, heads, corpus)
    figures |= _matches(vectors.products, products)
    named = vectors.products[products.held_out]
    each = np.arange(len(named), dtype=np.int32)
    figures["text.recall_10"] = text_recall(vectors.names, named, each)
    if corpus.demo is not None and vectors.demo is not None:
        out = corpus.demo.held_out
        for key, classes in corpus.classes.items():
            codes = corpus.demo.codes[key][out]
            head = aligned(heads.by_key[key], classes)
            hits = head.probabilities(vectors.demo[out]).argmax(axis=1) == codes
            if (codes >= 0).any():
                figures[f"demo.{key}"] = float(hits[codes >= 0].mean())
    if corpus.snapshots is not None and vectors.snapshots is not None:
        figures |= _snapshots(vectors.snapshots, heads, corpus.snapshots, corpus)
    if corpus.street is not None and vectors.street is not None:
        figures["street.all"] = _covered(vectors.street, heads, corpus.street, corpus)
    return figures | _refusals(vectors, heads, corpus)


def _covered(vectors: Floats, heads: Heads, shots: Snapshots, corpus: Corpus) -> float:
    """The share of what is held out whose most probable item type is one that its label covers."""
    types = shots.covers["item_type"]
    counted = shots.held_out & types.any(axis=1)
    head = aligned(heads.by_key["item_type"], corpus.classes["item_type"])
    best = head.probabilities(vectors[counted]).argmax(axis=1)
    return float(types[counted][np.arange(len(best)), best].mean())


def _attributes(vectors: Floats, heads: Heads, corpus: Corpus) -> Figures:
    """Of the heads alone, and half and half with the vote of the nearest training products."""
    products, figures = corpus.products, {}
    out = products.held_out
    cosines, places = nearest(vectors[~out], VOTERS, queries=vectors[out])
    for key, classes in corpus.classes.items():
        codes, known = products.codes[key][out], products.codes[key][out] >= 0
        alone = aligned(heads.by_key[key], classes).probabilities(vectors[out])
        votes = tally(cosines, products.codes[key][~out][places], len(classes))
        mixed = (1 - VOTE_SHARE) * alone + VOTE_SHARE * votes
        truth = codes[known].astype(np.int32)
        for name, value in summarise(alone[known], truth).items():
            figures[f"{key}.{name}"] = value
        for name, value in summarise(mixed[known].astype(np.float32), truth).items():
            figures[f"{key}.voted.{name}"] = value
    return figures


def aligned(head: Head, classes: list[str]) -> Head:
    """The head with its classes in another order; one that it lacks is never chosen."""
    place = {name: row for row, name in enumerate(head.classes)}
    rows = [place.get(name, -1) for name in classes]
    lacking = np.array([row < 0 for row in rows])
    weight, bias = head.weight[rows].copy(), head.bias[rows].copy()
    weight[lacking], bias[lacking] = 0, -30
    return Head(tuple(classes), weight, bias)


def tally(cosines: Floats, codes: Codes, classes: int) -> Floats:
    """Votes of neighbours (n, m) as rows that sum to 1; all zero where none has a label."""
    weights = np.exp((cosines - cosines[:, :1]) / VOTE_SHARPNESS)
    return votes(weights, codes.astype(np.int32), classes)


def _matches(vectors: Floats, products: Products) -> Figures:
    """Of the same type and colour among the ten nearest of all other products: their share, and
    for how many queries there is one, of those queries for which any exists."""
    colours = int(products.codes["colour"].max()) + 1
    kinds = products.codes["item_type"] * colours + products.codes["colour"]
    kinds[(products.codes["item_type"] < 0) | (products.codes["colour"] < 0)] = -1
    rows = np.flatnonzero(products.held_out & (kinds >= 0))
    _, places = nearest(vectors, NEAREST + 1, queries=vectors[rows])
    hits = np.zeros((len(rows), NEAREST), bool)
    for number, row in enumerate(rows):
        others = [place for place in places[number] if place != row][:NEAREST]
        hits[number, : len(others)] = kinds[others] == kinds[row]
    findable = np.bincount(kinds[kinds >= 0])[kinds[rows]] > 1
    if not findable.any():
        return {}
    return {
        "matches.precision_10": float(hits.mean()),
        "matches.recall_10": float(hits[findable].any(axis=1).mean()),
    }


def _snapshots(vectors: Floats, heads: Heads, shots: Snapshots, corpus: Corpus) -> Figures:
    """Right where the most probable class is one that the label covers: of item types, and of
    genders where it does not cover what most products are for, which is anybody's guess."""
    right = {}
    for key, covers in shots.covers.items():
        head = aligned(heads.by_key[key], corpus.classes[key])
        best = head.probabilities(vectors).argmax(axis=1)
        right[key] = covers[np.arange(len(best)), best]
    labels, types = np.array(shots.labels), shots.covers["item_type"]
    counted = shots.held_out & types.any(axis=1)
    by_label = {
        f"snapshots.{label}": float(right["item_type"][counted & (labels == label)].mean())
        for label in COARSE
        if (counted & (labels == label)).any()
    }
    if not by_label:
        return {}
    genders, known = shots.covers["gender"], corpus.products.codes["gender"]
    guess = np.bincount(known[known >= 0]).argmax()
    telling = shots.held_out & genders.any(axis=1) & ~genders[:, guess]
    gender = {"snapshots.gender": float(right["gender"][telling].mean())} if telling.any() else {}
    return {
        "snapshots.all": float(right["item_type"][counted].mean()),
        "snapshots.mean": float(np.mean(list(by_label.values()))),
        **gender,
        **by_label,
    }


def _refusals(vectors: Vectors, heads: Heads, corpus: Corpus) -> Figures:
    """Shares of garments that are kept and of other pictures that are refused, at logit 0."""
    kept: dict[str, tuple[Floats, Flags]] = {
        "kept.products": (vectors.products, corpus.products.held_out)
    }
    if corpus.snapshots is not None and vectors.snapshots is not None:
        kept["kept.snapshots"] = (vectors.snapshots, corpus.snapshots.held_out)
    if corpus.street is not None and vectors.street is not None:
        kept["kept.street"] = (vectors.street, corpus.street.held_out)
    refused: dict[str, tuple[Floats, Flags]] = {}
    if corpus.things is not None and vectors.things is not None:
        refused["refused.things"] = (vectors.things, corpus.things.held_out)
    if corpus.others is not None and vectors.others is not None:
        out, first = corpus.others.held_out, corpus.others.photographs
        refused["refused.photographs"] = (vectors.others[:first], out[:first])
        refused["refused.drawn"] = (vectors.others[first:], out[first:])
    figures = {}
    for wanted, parts in ((True, kept), (False, refused)):
        for name, (rows, out) in parts.items():
            if out.any():
                figures[name] = float(((heads.fashion_logits(rows[out]) > 0) == wanted).mean())
    return figures


def table(columns: Mapping[str, Figures]) -> str:
    """Figures side by side, as Markdown."""
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    lines = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name in names:
        cells = [f"{figures[name]:.3f}" if name in figures else "" for figures in columns.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
