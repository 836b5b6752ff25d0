"""Measures what is live on a labelled folder that the catalogue does not hold."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from catalog.attributes import Meaning, key_of
from catalog.models import Product
from jobs.queue import JobError, Report
from matching import runtime
from matching.engine.arrays import Codes
from matching.engine.errors import EngineError
from matching.engine.learning.evaluation import (
    Figures,
    Queries,
    Searched,
    TimedIndex,
    answers,
    attribute_figures,
    match_figures,
    milliseconds,
    text_recall,
    twins_shown,
    variants,
)
from matching.engine.learning.plots import save_confusion_matrix, save_reliability_diagram
from matching.engine.metrics import MISSING, UNKNOWN
from matching.engine.needs import require
from matching.measuring.examples import Counts, Example, Seen, read_examples, sample, see
from matching.models import Search
from matching.runtime import Live, NotReadyError
from matching.search.ask import Ask, Asker, Wanted, begin, decide
from matching.search.choose import Message, choose, message_of
from matching.search.keep import KEPT_SIDE
from matching.search.understand import Understood, understand_vector
from pictures import PictureError, open_picture

TIMED = 100

Result = dict[str, Any]


def evaluate_folder(
    report: Report,
    *,
    path: str,
    limit: int | None = None,
    seed: int = 0,
    plots: Path | None = None,
) -> Result:
    """Figures of the live backbone, heads and index on a Kaggle-shaped folder; nothing is written
    but the plots, into the folder `plots`.

    `limit` products are drawn at random by `seed`. Returns counts, live, attributes, matches,
    text, answers, latency_ms, plots and seconds. Raises JobError if there is nothing to measure.
    """
    started = time.monotonic()
    counts: Counts = {}
    try:
        if plots:
            require("Drawing plots", "matplotlib")
        live = runtime.live()
        examples = sample(read_examples(Path(path), report, counts), limit, seed)
        seen = see(live.backbone, examples, report, counts)
        understood = _understand(live, seen, report)
        queries = _queries(live, seen, understood)
        result = {
            "counts": counts,
            "live": _live(live),
            "attributes": _attributes(live, queries),
            "matches": _matches(live, queries, report),
            "text": _texts(live, seen),
            "answers": _answers(live, understood, report),
            "latency_ms": _latency(live, sample(seen.examples, TIMED, seed), report),
            "plots": [str(file) for file in _draw(live, queries, plots, report)] if plots else [],
        }
    except (EngineError, PictureError, NotReadyError) as error:
        raise JobError(str(error)) from error
    return result | {"seconds": round(time.monotonic() - started, 1)}


def _live(live: Live) -> Result:
    return {
        "backbone": live.backbone.name,
        "backbone_fingerprint": live.backbone.fingerprint,
        "heads": live.generation.heads.fingerprint,
        "generation": live.generation.number,
        "products": len(live.generation.index),
        "visual_weight": settings.VISUAL_WEIGHT,
    }


def _understand(live: Live, seen: Seen, report: Report) -> list[Understood]:
    understood = []
    for done, vector in enumerate(seen.vectors, start=1):
        understood.append(understand_vector(live, vector))
        report.progress(done, len(seen.vectors), "understanding")
    return understood


def _queries(live: Live, seen: Seen, understood: list[Understood]) -> Queries:
    probabilities = {
        key: np.stack([one.probabilities[key] for one in understood])
        for key in live.generation.heads.by_key
    }
    return Queries(seen.vectors, probabilities, truth_of(live, seen.examples))


def truth_of(live: Live, examples: list[Example]) -> dict[str, Codes]:
    truth = {}
    for key, values in live.generation.catalogue.values.items():
        codes = {value: code for code, value in enumerate(values)} | {"": MISSING}
        labels = [example.labels.get(key, "") for example in examples]
        truth[key] = np.array([codes.get(label, UNKNOWN) for label in labels], np.int32)
    return truth


def _attributes(live: Live, queries: Queries) -> dict[str, dict[str, Figures]]:
    """Of the heads alone and of heads and votes together."""
    alone = live.generation.heads.predict(queries.vectors)
    return {
        key: {
            "heads": attribute_figures(alone[key], queries.truth[key]),
            "heads and votes": attribute_figures(both, queries.truth[key]),
        }
        for key, both in queries.probabilities.items()
        if key in queries.truth
    }


def _matches(live: Live, queries: Queries, report: Report) -> dict[str, dict[str, Figures]]:
    """Variant to what has to be equal to the figures of its matches."""
    generation = live.generation
    searched = _searched(live)
    figures: dict[str, dict[str, Figures]] = {}
    for variant in variants(settings.VISUAL_WEIGHT):
        tell = partial(report.progress, total=len(queries), note=f"matches, {variant.name}")
        found = answers(searched, queries, variant, tell)
        figures[variant.name] = {
            " and ".join(keys): match_figures(found, queries.truth, generation.catalogue, keys)
            for keys in _alike(live)
        }
        twins = twins_shown(found, generation.index, searched.twin_cosine)
        figures[variant.name]["twins"] = {"shown": twins}
    return figures


def _searched(live: Live) -> Searched:
    generation = live.generation
    shown = set(Product.objects.active().with_photo().values_list("pk", flat=True))
    gate = generation.catalogue.gate
    return Searched(
        index=generation.index,
        catalogue=generation.catalogue,
        classes=generation.heads.by_key[gate].classes if gate in generation.heads.by_key else (),
        twin_cosine=generation.manifest["twin_cosine"],
        available=shown.intersection,
    )


def _alike(live: Live) -> list[list[str]]:
    """Every attribute on its own, and what a shopper first looks for: this type in this colour."""
    catalogue = live.generation.catalogue
    both = [key for key in (catalogue.gate, key_of(Meaning.COLOUR)) if key in catalogue.codes]
    return [[key] for key in catalogue.codes] + ([both] if len(both) > 1 else [])


def _texts(live: Live, seen: Seen) -> Figures:
    named = [row for row, example in enumerate(seen.examples) if example.name.strip()]
    if not named or not live.backbone.has_text:
        return {"names": 0.0}
    names = [seen.examples[row].name for row in named]
    asked, pictures = live.backbone.embed_texts(names), seen.vectors[named]
    each = np.arange(len(named), dtype=np.int32)
    called = np.unique([name.strip().lower() for name in names], return_inverse=True)[1]
    return {
        "names": float(len(named)),
        "recall_10": text_recall(asked, pictures, each),
        "same_name_recall_10": text_recall(asked, pictures, called.astype(np.int32)),
    }


def _answers(live: Live, understood: list[Understood], report: Report) -> Counts:
    """How the shop would have answered each photo with three matches."""
    counts = dict.fromkeys(("abstained", "widened", "folded", "weak", "nothing"), 0)
    for done, one in enumerate(understood, start=1):
        report.progress(done, len(understood), "answering")
        if not one.is_fashion:
            counts["abstained"] += 1
            continue
        wanted = _wanted(live, one)
        selection = choose(live, one, wanted)
        counts["widened"] += bool(selection.widened)
        counts["folded"] += any(match.folded for match in selection.matches)
        counts["weak"] += message_of(live, one, selection, wanted) == Message.WEAK
        counts["nothing"] += not selection.matches
    return counts


def _wanted(live: Live, understood: Understood) -> Wanted:
    """As a program that sends a photo and says nothing else wants it."""
    asked = begin(live, understood, Ask(), Asker(Search.Source.API))
    return decide(live, understood, asked)


def _latency(live: Live, examples: list[Example], report: Report) -> dict[str, Figures]:
    """One photo at a time, as visitors send them; the first one twice, to load what is lazy."""
    index = TimedIndex(live.generation.index)
    timed = Live(replace(live.generation, index=index), live.backbone)
    rows = []
    for done, example in enumerate([examples[0], *examples]):
        if example.photo is not None:
            rows.append(_seconds(timed, index, example.photo.read_bytes()))
        report.progress(done, len(examples), "timing")
    return milliseconds({stage: [row[stage] for row in rows[1:]] for stage in rows[0]})


def _seconds(live: Live, index: TimedIndex, data: bytes) -> dict[str, float]:
    """`heads` with the votes and `select` with the gate, each without its searches."""
    index.seconds, started = 0.0, time.perf_counter()
    picture = open_picture(data, max_bytes=settings.MAX_UPLOAD_BYTES, target=KEPT_SIDE)
    opened = time.perf_counter()
    vector = live.backbone.embed_image(picture)
    embedded = time.perf_counter()
    understood = understand_vector(live, vector)
    known, votes = time.perf_counter(), index.seconds
    choose(live, understood, _wanted(live, understood))
    chosen = time.perf_counter()
    return {
        "intake": opened - started,
        "embed": embedded - opened,
        "heads": known - embedded - votes,
        "search": index.seconds,
        "select": chosen - known - (index.seconds - votes),
    }


def _draw(live: Live, queries: Queries, folder: Path, report: Report) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    for done, (key, probabilities) in enumerate(queries.probabilities.items()):
        report.progress(done, len(queries.probabilities), "drawing")
        truth = queries.truth.get(key, np.empty(0, np.int32))
        known = (truth >= 0) & (truth < probabilities.shape[1])
        if not known.any():
            continue
        rows, classes = probabilities[known], live.generation.heads.by_key[key].classes
        drawn += [folder / f"confusion-{key}.png", folder / f"reliability-{key}.png"]
        save_confusion_matrix(drawn[-2], rows, truth[known], classes, title=key)
        save_reliability_diagram(drawn[-1], rows, truth[known], title=key)
    return drawn
