"""Measures the finder and what rests on it, on folders that the catalogue does not hold."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from jobs.queue import JobError, Report
from matching import runtime
from matching.engine.errors import EngineError
from matching.engine.finder import WHOLE, Box
from matching.measuring.changed_photos import CHANGES, COLLAGE, collage
from matching.measuring.examples import Counts, Example, read_examples, sample
from matching.measuring.worn import Worn, worn
from matching.runtime import Live, NotReadyError
from matching.search.find import see
from matching.search.understand import Understood
from pictures import PictureError, open_picture

SMALLEST = 0.01  # of the photo: garments smaller than that need not be found,
SPECK = 0.002  # and those are not counted as there at all
CLOSE, NEAR = 0.5, 0.3  # overlap (IoU) of what is found with what is there

Result = dict[str, Any]


class There(NamedTuple):
    """A garment that is there: where, what it is, and which share of the photo."""

    box: Box
    worn: Worn
    share: float


def measure_masks(report: Report, *, path: Path, limit: int | None, seed: int) -> Result:
    """Figures on photos/ with masks/ (PNG, the number of a label for every pixel) and labels.csv
    (number, label). Returns counts, recall, recall_near, precision, kind, type, refused, boxes and
    seconds; shares, None where there is nothing to count. Raises JobError."""
    started, counts = time.monotonic(), Counter[str]()
    try:
        live, labels = runtime.live(), _labels(path)
        masks = sorted((path / "masks").glob("*.png"))
        chosen = np.random.default_rng(seed).permutation(len(masks))[:limit]
        for done, row in enumerate(np.sort(chosen).tolist(), start=1):
            counts += _tallied(live, masks[row], path / "photos", labels)
            report.progress(done, len(chosen), "photos")
    except (EngineError, NotReadyError) as error:
        raise JobError(str(error)) from error
    if not counts["photos"]:
        raise JobError(f"There are no photos with masks in {path}.")
    return _shares(counts) | {
        "counts": dict(counts),
        "seconds": round(time.monotonic() - started, 1),
    }


def _labels(path: Path) -> dict[int, str]:
    try:
        with (path / "labels.csv").open(newline="", encoding="utf-8") as file:
            known = {int(row["number"]): row["label"] for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError):
        known = {}
    if not known:
        raise JobError(f"{path / 'labels.csv'} is no table of number and label.")
    return known


def _tallied(live: Live, mask: Path, photos: Path, labels: dict[int, str]) -> Counter[str]:
    """What one photo adds to the counts."""
    photo_file = next(photos.glob(f"{mask.stem}.*"), None)
    try:
        with Image.open(mask) as image:
            there = _there(np.asarray(image), labels)
        if photo_file is None:
            return Counter(unreadable=1)
        seen = see(live, open_picture(photo_file), None)
    except (OSError, PictureError):
        return Counter(unreadable=1)
    found = [one for one in seen if one.is_fashion and one.spot and one.spot.kind]
    counts = Counter(photos=1, boxes=len(found), refused=int(not seen[0].is_fashion))
    for garment in there:
        if garment.share >= SMALLEST:
            counts += _one_found(live, garment, found)
    for one in found:
        assert one.spot
        overlaps = [one.spot.box.overlap(garment.box) for garment in there]
        counts["right_boxes"] += int(max(overlaps, default=0.0) >= NEAR)
    return counts


def _there(labels_of_pixels: np.ndarray, labels: dict[int, str]) -> list[There]:
    height, width = labels_of_pixels.shape
    found = []
    for number in np.unique(labels_of_pixels).tolist():
        known, here = worn().get(labels.get(number, "")), labels_of_pixels == number
        if known is None or here.mean() < SPECK:
            continue
        rows, columns = (np.flatnonzero(here.any(axis=axis)) for axis in (1, 0))
        box = Box(
            columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height
        )
        found.append(There(box, known, float(here.mean())))
    return found


def _one_found(live: Live, garment: There, found: Sequence[Understood]) -> Counter[str]:
    overlaps = [one.spot.box.overlap(garment.box) if one.spot else 0.0 for one in found]
    best = int(np.argmax(overlaps)) if overlaps else -1
    closest = overlaps[best] if overlaps else 0.0
    counts = Counter(garments=1, close=int(closest >= CLOSE), near=int(closest >= NEAR))
    if closest < CLOSE:
        return counts
    one = found[best]
    counts["kinds_right"] = int(one.spot is not None and one.spot.kind == garment.worn.kind)
    if garment.worn.item_types:
        counts["typed"] = 1
        counts["types_right"] = int(_type_of(live, one) in garment.worn.item_types)
    return counts


def _type_of(live: Live, seen: Understood) -> str:
    gate = live.generation.catalogue.gate
    if gate not in seen.probabilities:
        return ""
    return live.generation.heads.by_key[gate].classes[int(seen.probabilities[gate].argmax())]


def _shares(counts: Counter[str]) -> Result:
    def share(part: str, whole: str) -> float | None:
        return counts[part] / counts[whole] if counts[whole] else None

    return {
        "recall": share("close", "garments"),
        "recall_near": share("near", "garments"),
        "precision": share("right_boxes", "boxes"),
        "kind": share("kinds_right", "close"),
        "type": share("types_right", "typed"),
        "refused": share("refused", "photos"),
        "boxes": share("boxes", "photos"),
    }


def measure_changes(report: Report, *, path: Path, limit: int | None, seed: int) -> Result:
    """Figures on the photos of a Kaggle-shaped folder, each as it is and changed in every way of
    `changed_photos`. Returns counts, seconds and `changes`: name -> accepted and type, the
    share of what was accepted and of what was named right. Raises JobError."""
    started = time.monotonic()
    counts: Counts = {}
    try:
        live = runtime.live()
        gate = live.generation.catalogue.gate
        known = [one for one in read_examples(path, report, counts) if one.labels.get(gate)]
        examples = sample([one for one in known if one.photo], limit, seed)
        if not examples:
            raise JobError(f"No row of {path} has both a photo and a value of {gate!r}.")
        changes: dict[str, Counter[str]] = {name: Counter() for name in (*CHANGES, COLLAGE)}
        for done, example in enumerate(examples, start=1):
            others = [examples[(done + step) % len(examples)] for step in range(3)]
            _tell_changes(live, example, others, gate, changes)
            report.progress(done, len(examples), "photos, each in every way")
    except (EngineError, NotReadyError) as error:
        raise JobError(str(error)) from error
    return {
        "counts": counts | {"measured": len(examples)},
        "changes": {
            name: {part: tally[part] / max(1, tally["all"]) for part in ("accepted", "type")}
            for name, tally in changes.items()
        },
        "seconds": round(time.monotonic() - started, 1),
    }


def _tell_changes(
    live: Live,
    example: Example,
    others: Sequence[Example],
    gate: str,
    changes: dict[str, Counter[str]],
) -> None:
    """`others`: three more, beside which it lies in a collage."""
    try:
        photo, *beside = (open_picture(one.photo) for one in (example, *others) if one.photo)
    except PictureError:
        return
    truth = example.labels[gate]
    for name, change in CHANGES.items():
        changes[name] += _told(live, see(live, change(photo), None)[:1], truth)
    seen = see(live, collage([photo, *beside]), None)
    changes[COLLAGE] += _told(live, [one for one in seen if _is_upper_left(one)][:1], truth)


def _told(live: Live, seen: Sequence[Understood], truth: str) -> Counter[str]:
    """Of one photo, in which at most one garment is the one that was meant."""
    return Counter(
        all=1,
        accepted=int(any(one.is_fashion for one in seen)),
        type=int(any(_type_of(live, one) == truth for one in seen)),
    )


def _is_upper_left(seen: Understood) -> bool:
    box = seen.spot.box if seen.spot else WHOLE
    return box.left + box.right < 1 and box.top + box.bottom < 1
