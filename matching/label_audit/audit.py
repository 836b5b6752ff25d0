"""Finds merchant labels that are likely wrong, and proposes missing ones."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from catalog.models import Attribute, Product
from jobs.queue import JobError, Report
from matching import runtime
from matching.engine.arrays import Ids
from matching.engine.errors import EngineError
from matching.engine.learning.audit import Doubts, find_doubts, read_words, second_opinion
from matching.engine.learning.calibration import DEFAULT_TWIN_COSINE
from matching.engine.learning.training import Labels, near_duplicate_groups
from matching.engine.needs import require
from matching.indexing.embed import embed_catalogue, load_vectors
from matching.indexing.labels import merchant_labels
from matching.models import Finding

BATCH = 1000
# More than anybody looks through; the surest of each attribute are kept.
MOST_OF_AN_ATTRIBUTE = 2000


def audit_labels(report: Report, *, backbone: str | None = None, seed: int = 0) -> dict[str, Any]:
    """Writes what is to be decided as Finding rows; decisions that still hold are left alone.

    Returns products, findings, missing, decided (left alone) and seconds. Raises JobError.
    """
    started = time.monotonic()
    try:
        require("The label audit", "torch")
        vision = runtime.get_backbone(backbone)
        embed_catalogue(vision, report)
        ids, vectors = load_vectors(vision)
    except EngineError as error:
        raise JobError(str(error)) from error
    if not len(ids):
        raise JobError(gettext("There is no product with a photo whose labels could be audited."))
    labels = merchant_labels(ids)
    report.progress(0, None, "grouping near-duplicates")
    groups = near_duplicate_groups(vectors, DEFAULT_TWIN_COSINE)
    report.progress(0, None, "reading names")
    opinions = second_opinion(
        vectors,
        read_words(_names(ids)),
        labels,
        groups,
        seed=seed,
        on_progress=lambda done, total: report.progress(done, total, "learning"),
    )
    if not opinions:
        raise JobError(gettext("No attribute has enough labels to audit: 20 are needed."))
    report.progress(0, None, "writing")
    found = [
        finding
        for key, opinion in opinions.items()
        for finding in _findings(key, ids, labels[key], find_doubts(labels[key], opinion))
    ]
    counts = store_findings(found)
    return {"products": len(ids), **counts, "seconds": round(time.monotonic() - started, 1)}


def _names(ids: Ids) -> list[str]:
    names = dict(Product.objects.values_list("pk", "name").iterator())
    return [names.get(pk, "") for pk in ids.tolist()]


def _findings(key: str, ids: Ids, label: Labels, doubts: Doubts) -> list[Finding]:
    attribute = Attribute.objects.get(key=key)
    pk_of = dict(attribute.values.values_list("value", "pk"))
    pks = [pk_of[name] for name in label.classes]
    columns = (
        doubts.rows,
        doubts.labels,
        doubts.proposals,
        doubts.probabilities,
        doubts.label_probabilities,
        doubts.scores,
    )
    rows = zip(*(column[:MOST_OF_AN_ATTRIBUTE].tolist() for column in columns), strict=True)
    return [
        Finding(
            product_id=int(ids[row]),
            attribute=attribute,
            label_id=pks[given] if given >= 0 else None,
            proposal_id=pks[proposal],
            probability=round(probability, 4),
            label_probability=round(own, 4),
            score=round(score, 4),
        )
        for row, given, proposal, probability, own, score in rows
    ]


@transaction.atomic
def store_findings(found: list[Finding]) -> dict[str, int]:
    """Open findings become those given. A decision stays while it is about the same thing."""
    Finding.objects.filter(state=Finding.State.OPEN).delete()
    decided = {(row.product_id, row.attribute_id): row for row in Finding.objects.all()}
    there = set(Product.objects.values_list("pk", flat=True))
    new, outdated = [], []
    for row in found:
        before = decided.get((row.product_id, row.attribute_id))
        if row.product_id not in there or (before and _still_holds(before, row)):
            continue
        new.append(row)
        outdated += [before.pk] if before else []
    Finding.objects.filter(pk__in=outdated).delete()
    Finding.objects.bulk_create(new, batch_size=BATCH)
    return {
        "findings": len(new),
        "missing": sum(row.label_id is None for row in new),
        "decided": len(decided) - len(outdated),
    }


def _still_holds(before: Finding, row: Finding) -> bool:
    """Kept: the same label is doubted for the same proposal. Accepted: a person chose the label
    that is doubted now."""
    if before.state == Finding.State.KEPT:
        return (before.label_id, before.proposal_id) == (row.label_id, row.proposal_id)
    return before.proposal_id == row.label_id
