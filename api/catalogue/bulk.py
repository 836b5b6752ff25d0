"""Many products at once: taken as they come, written by a job, each row with its result."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from api.catalogue.writing import NewProductSerializer, Row, attribute_keys, write
from api.models import ApiClient, ClientJob, JobRow
from api.problems import ProblemError, flat, refused
from api.work.orders import order
from catalog.importers.uploads import UploadGoneError, forget_upload, kept_upload
from jobs.queue import JobError, Report

MOST_ROWS = 10_000
BATCH = 500
OUTCOMES = [one for one in JobRow.Outcome.values if one != JobRow.Outcome.TAGGED]


def read_rows(body: bytes, is_lines: bool) -> list[dict[str, Any]]:
    """The objects of a JSON array, or one on each line. Raises problems."""
    try:
        text = body.decode()
        if is_lines:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProblemError("malformed", _("The rows are no JSON.")) from error
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise refused("", _("An array of objects is wanted, or an object on each line."))
    if not found:
        raise refused("", _("There are no rows."))
    if len(found) > MOST_ROWS:
        said = _("At most %(most)s rows are taken at once.") % {"most": MOST_ROWS}
        raise ProblemError("too-large", said)
    return found


def order_rows(client: ApiClient, rows: Sequence[dict[str, Any]]) -> ClientJob:
    """Keeps the rows, and has a job write them."""
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    return order(client, "api_upsert", ContentFile(lines), ".ndjson")


def upsert(report: Report, *, order: str, upload: str) -> dict[str, Any]:
    """Writes the rows that were kept for this order; returns how many had which outcome. Run again
    it begins anew: rows that were written are then unchanged."""
    made = ClientJob.objects.filter(pk=order).first()
    if made is None:
        raise JobError("The program that asked for it is gone: nothing was written.")
    made.rows.all().delete()
    counts: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    try:
        with kept_upload(upload) as path:
            total = sum(1 for _line in _lines(path))
            for results in _written(_lines(path)):
                JobRow.objects.bulk_create(JobRow(job=made, **result) for result in results)
                counts.update(result["outcome"] for result in results)
                report.progress(sum(counts.values()), total)
    except UploadGoneError as error:
        raise JobError("The rows are gone: they were written before.") from error
    forget_upload(upload)
    return dict(counts)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as file:
        for line in file:
            yield json.loads(line)


def _written(lines: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """What became of each row, a batch at a time."""
    numbered, seen = enumerate(lines, start=1), dict[str, int]()
    while batch := list(islice(numbered, BATCH)):
        reader = NewProductSerializer(context={"keys": attribute_keys()})
        examined = [_examined(number, line, reader, seen) for number, line in batch]
        rows = [one for one in examined if isinstance(one, Row)]
        written = write(rows)
        yield [
            {
                "number": one.line,
                "sku": one.sku,
                "outcome": written.outcomes[one.line],
                "detail": written.problems.get(one.line, ""),
            }
            if isinstance(one, Row)
            else one
            for one in examined
        ]


def _examined(
    number: int, line: dict[str, Any], reader: NewProductSerializer, seen: dict[str, int]
) -> Row | dict[str, Any]:
    """A row to write, or the result of one that cannot be. The reader is made once for many."""
    sku = str(line.get("sku", ""))[:64]
    result = {"number": number, "sku": sku, "outcome": JobRow.Outcome.REFUSED.value}
    try:
        said: dict[str, Any] = dict(reader.run_validation(line))
    except ValidationError as error:
        wrong = [f"{one['field']}: {one['detail']}" for one in flat(error.detail)]
        return result | {"detail": " ".join(wrong)}
    first = seen.setdefault(said["sku"], number)
    if first != number:
        return result | {"detail": f"The SKU stands in row {first} already."}
    return Row(number, said.pop("sku"), said)
