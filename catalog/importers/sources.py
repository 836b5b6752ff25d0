"""Brings the products of a source up to date, and knows which are due."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from catalog.importers.fetching import Answer, Fetcher, FetchError, Limits
from catalog.importers.shops import write_table
from catalog.importers.table_import import MOST_SECONDS, Order, import_file
from catalog.importers.values import web_address
from catalog.models import Source
from jobs.models import UNFINISHED, Job
from jobs.queue import JobError, Report

KIND = "sync_source"
MOST_PAGE_BYTES = 64 * 1024 * 1024
SECONDS_OF_A_PAGE = 60.0
HELD_BACK = (
    "%d products are no longer listed, more than a fifth of all: none of them was archived. Choose "
    "“Archive all that is no longer listed” in the list of sources if it is right."
)


def sync_source(report: Report, *, source: int, unlisted: str = "") -> dict[str, Any]:
    """`import_file` of what the source has now; `is_new` is false in the result where its server
    says that nothing has changed. `unlisted` goes before what the source says of it, and has all
    of it read. Raises JobError, and the source remembers why."""
    row = Source.objects.filter(pk=source).first()
    if row is None:
        raise JobError("There is no such source any more.")
    try:
        result, answer = _synced(report, row, unlisted)
    except JobError as error:
        Source.objects.filter(pk=source).update(error=str(error))
        raise
    held_back = result.get("held_back", 0)
    # What was held back is looked at once more the next time.
    known = ("", "") if held_back else (answer.etag, answer.modified)
    said: dict[str, Any] = {"error": HELD_BACK % held_back if held_back else ""}
    if answer.is_new:
        said |= dict(zip(("etag", "modified"), known, strict=True))
    Source.objects.filter(pk=source).update(synced_at=timezone.now(), **said)
    return result


def claim_due() -> list[Source]:
    """Those whose time has come, each with the time of its next run set: of two who ask at once one
    gets it. One that still runs waits for its next time."""
    now, claimed = timezone.now(), []
    for row in Source.objects.filter(every__gt=0, next_run_at__lte=now):
        later = {"next_run_at": now + timedelta(hours=row.every)}
        same = Source.objects.filter(pk=row.pk, next_run_at=row.next_run_at)
        if same.update(**later) and not _runs(row):
            claimed.append(row)
    return claimed


def last_job(row: Source) -> Job | None:
    return Job.objects.filter(kind=KIND, params__source=row.pk).order_by("-pk").first()


def _runs(row: Source) -> bool:
    job = last_job(row)
    return job is not None and job.state in UNFINISHED


def _synced(report: Report, row: Source, unlisted: str) -> tuple[dict[str, Any], Answer]:
    asked = {"If-None-Match": row.etag, "If-Modified-Since": row.modified}
    conditions = {} if unlisted else {name: value for name, value in asked.items() if value}
    order = Order(row.columns, row.key, unlisted=unlisted or row.unlisted)
    with tempfile.TemporaryDirectory(prefix="source-") as folder:
        path, answer = _fetched(row, Path(folder) / "table", conditions)
        if not answer.is_new:
            report.log("Nothing has changed since the last time.")
            return {"is_new": False}, answer
        return {"is_new": True} | import_file(report, path, order, name=row.name), answer


def _fetched(row: Source, path: Path, conditions: Mapping[str, str]) -> tuple[Path, Answer]:
    """The file, and what its server said."""
    if not row.is_web:
        file = row.file
        if file is None or not file.is_file():
            raise JobError(f"There is no file {row.address} in the folder of sources.")
        return file, Answer(is_new=True)
    try:
        if row.kind != Source.Kind.TABLE:
            write_table(row.kind, row.address.rstrip("/"), Pages(row).get, path)
            return path, Answer(is_new=True)
        limits = Limits(settings.MAX_ARCHIVE_BYTES, MOST_SECONDS)
        with path.open("wb") as file_made:
            headers = {**credentials_of(row), **conditions}
            address = web_address(row.address)
            return path, Fetcher().fetch(address, file_made, limits, headers)
    except FetchError as error:
        raise JobError(f"The address {row.address} {error}.") from error


class Pages:
    """The pages of a shop's interface, from no other machine than the shop's."""

    def __init__(self, row: Source) -> None:
        self._headers, self._fetcher = credentials_of(row), Fetcher()
        self._home = urlsplit(row.address).netloc

    def get(self, address: str) -> tuple[Any, str]:
        """What stands there, and the address of the page after it, "" for none."""
        if urlsplit(address).netloc != self._home:
            raise JobError(f"The shop leads on to another machine, {address}: not followed.")
        data = BytesIO()
        limits = Limits(MOST_PAGE_BYTES, SECONDS_OF_A_PAGE)
        answer = self._fetcher.fetch(address, data, limits, self._headers)
        try:
            return json.loads(data.getvalue()), answer.next
        except ValueError as error:
            raise JobError(f"What stands at {address} is no JSON.") from error


def credentials_of(row: Source) -> dict[str, str]:
    """The headers that let somebody in. Raises JobError where the variable is not set."""
    if not row.credentials:
        return {}
    secret = settings.SOURCE_SECRETS.get(row.credentials)
    if not secret:
        raise JobError(f"The variable {row.credentials} is not set where this is done.")
    if row.kind == Source.Kind.SHOPIFY:
        return {"X-Shopify-Access-Token": secret}
    if ":" in secret:
        return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}
    return {"Authorization": f"Bearer {secret}"}
