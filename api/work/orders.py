"""Long work that a program asks for: what it sent is kept, and a job takes it up."""

from __future__ import annotations

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from api.models import ApiClient, ClientJob
from api.problems import ProblemError
from catalog.importers.uploads import keep_upload
from jobs import queue
from jobs.models import UNFINISHED

MOST_UNFINISHED = 10
SECONDS_TO_WAIT = 30


def order(client: ApiClient, kind: str, file: File, ending: str) -> ClientJob:
    """A job of this kind with the file; its work gets `order`, the id of the row, and `upload`, the
    name of what was kept. Raises a problem where too much waits already."""
    if client.jobs.filter(job__state__in=UNFINISHED).count() >= MOST_UNFINISHED:
        said = _("%(most)s jobs of yours are not finished.") % {"most": MOST_UNFINISHED}
        raise ProblemError("limited", said, headers={"Retry-After": str(SECONDS_TO_WAIT)})
    with transaction.atomic():
        made = ClientJob.objects.create(client=client)
        upload = keep_upload(file, ending)
        made.job = queue.start(kind, started_by=client.owner, order=str(made.pk), upload=upload)
        made.save(update_fields=["job"])
    return made
