"""Who does a job: whoever holds its lease, a mark in its row that is renewed every few seconds by
the clock of the database. All that a runner writes to the row is written on condition that it still
holds it."""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, connections
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from jobs import runners
from jobs.models import UNFINISHED, Job

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_STAMPS = 3
FREE = {"owner": "", "lease": None}
# What this process holds: of its own jobs it need not ask the clock.
_held: set[str] = set()


class Lease:
    """The hold of this process on one job, from `take` until `let_go` or until it is taken away."""

    def __init__(self, row: Job) -> None:
        self._job_id = row.pk
        self._owner = uuid.uuid4().hex

    def take(self, **changes: Any) -> bool:
        """Takes a job that waits for somebody, or for this very one; False if it does not."""
        _held.add(self._owner)
        waiting = Job.objects.filter(
            pk=self._job_id, state=Job.State.QUEUED, owner__in=["", self._owner]
        )
        mine = {"owner": self._owner, "lease": Now()} | runners.this_process()
        if waiting.update(**mine | changes):
            return True
        self.let_go()
        return False

    def write(self, **changes: Any) -> bool:
        """Stamps the row, with changes to it; False, and nothing is written, if it was taken."""
        mine = Job.objects.filter(pk=self._job_id, owner=self._owner, state__in=UNFINISHED)
        return bool(mine.update(**{"lease": Now()} | changes))

    def let_go(self) -> None:
        _held.discard(self._owner)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Stamps every few seconds meanwhile, from a thread: work can be silent for long."""
        if connection.in_atomic_block:  # nobody else can see the row, not even a thread
            yield
            return
        over = threading.Event()
        thread = threading.Thread(target=self._stamp_until, args=[over], daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()

    def _stamp_until(self, over: threading.Event) -> None:
        is_mine = True
        while is_mine and not over.wait(SECONDS_BETWEEN_STAMPS):
            try:
                is_mine = self.write()
            except DatabaseError as error:
                logger.warning("job %s could not be stamped: %s", self._job_id, error)
                connections.close_all()
        connections.close_all()


def lost(rows: QuerySet[Job]) -> Iterator[tuple[Job, QuerySet[Job]]]:
    """Those of the unfinished jobs whose runner has ended or is silent, each with a query that
    finds it for as long as this is so."""
    taken = rows.filter(state__in=UNFINISHED).exclude(state=Job.State.QUEUED, owner="")
    for row in taken.defer("log", "params", "result"):
        if row.owner in _held and row.pid == os.getpid():
            continue
        found = Job.objects.filter(pk=row.pk, state=row.state, owner=row.owner)
        found = found.filter(_silent_for(runners.patience_with(row)))
        if found.exists():
            yield row, found


def _silent_for(patience: timedelta) -> Q:
    return Q(lease__isnull=True) | Q(lease__lte=Now() - patience)
