"""Labelled photos from a Kaggle-shaped folder, to measure with: nothing of it enters the shop."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.importers.folder import Photos
from catalog.importers.headings import NAME, SKU
from catalog.importers.rows import Row, TableError
from catalog.importers.styles_csv import (
    count_lines,
    label_of,
    read_styles,
)
from catalog.models import Attribute, Product
from jobs.queue import JobError, Report
from matching.engine.arrays import Floats
from matching.engine.backbone import Backbone
from pictures import PictureError

Counts = dict[str, int]


@dataclass(frozen=True)
class Example:
    """`labels`: attribute key to value, "" for unknown; `photo` None where the file is missing."""

    line: int
    name: str
    labels: dict[str, str]
    photo: Path | None


@dataclass(frozen=True)
class Seen:
    """The examples whose photo could be used and the vector (n, d) of each."""

    examples: list[Example]
    vectors: Floats


def read_examples(folder: Path, report: Report, counts: Counts) -> list[Example]:
    """One for each usable row of styles.csv; adds rows and unusable_rows to `counts`. Raises
    JobError if there is no such file."""
    styles = folder / "styles.csv"
    if not styles.is_file():
        raise JobError(f"There is no styles.csv in {folder}. Give the folder that holds it.")
    counts |= {"rows": 0, "unusable_rows": 0}
    photos, attributes = Photos(folder), list(Attribute.objects.all())
    examples, total = [], count_lines(styles)
    try:
        for row in read_styles(styles):
            counts["rows"] += 1
            report.progress(counts["rows"], max(total, counts["rows"]), "reading")
            if row.problem:
                counts["unusable_rows"] += 1
                report.log(f"line {row.line}: {row.problem}; left out")
            else:
                examples.append(_example(row, attributes, photos))
    except TableError as error:
        raise JobError(str(error)) from error
    return examples


def _example(row: Row, attributes: list[Attribute], photos: Photos) -> Example:
    labels = {one.key: label_of(row.cells, one.csv_column) for one in attributes}
    return Example(row.line, row.cells[NAME], labels, photos.path(row.cells[SKU]))


def sample(examples: list[Example], limit: int | None, seed: int) -> list[Example]:
    """`limit` of them drawn at random, in their order; all of them where there are no more."""
    if limit is None or limit >= len(examples):
        return examples
    rows = np.random.default_rng(seed).permutation(len(examples))[:limit]
    return [examples[row] for row in np.sort(rows).tolist()]


def see(backbone: Backbone, examples: Sequence[Example], report: Report, counts: Counts) -> Seen:
    """Embeds every photo that can be read and that the catalogue does not hold; adds what became of
    the others to `counts`. Raises JobError if none is left."""
    counts |= {"chosen": len(examples), "without_photo": 0, "unreadable": 0, "in_catalogue": 0}
    kept, vectors = [], []
    for at, result in backbone.embed_stream(_fresh(examples, counts)):
        report.progress(at + 1, len(examples), "embedding")
        if isinstance(result, PictureError):
            counts["unreadable"] += 1
            report.log(f"line {examples[at].line}: {result}")
        else:
            kept.append(examples[at])
            vectors.append(result)
    counts["measured"] = len(kept)
    if not kept:
        raise JobError(
            f"There is nothing to measure with: of {len(examples)} products "
            f"{counts['in_catalogue']} are in the catalogue, {counts['without_photo']} have no "
            f"photo and {counts['unreadable']} an unreadable one."
        )
    return Seen(kept, np.stack(vectors))


def _fresh(examples: Sequence[Example], counts: Counts) -> Iterator[tuple[int, bytes]]:
    held = set(Product.objects.with_photo().values_list("photo_digest", flat=True))
    for at, example in enumerate(examples):
        if example.photo is None:
            counts["without_photo"] += 1
            continue
        data = _bytes(example.photo)
        if hashlib.sha256(data).hexdigest() in held:
            counts["in_catalogue"] += 1
        else:
            yield at, data


def _bytes(photo: Path) -> bytes:
    try:
        return photo.read_bytes()
    except OSError:
        return b""  # which the embedding then reports
