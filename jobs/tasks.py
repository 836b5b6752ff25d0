import logging

from celery import shared_task
from django.utils import timezone

from jobs import queue
from jobs.models import Job

logger = logging.getLogger(__name__)


@shared_task
def run_job(job_id: int) -> None:
    row = Job.objects.filter(pk=job_id).first()
    if row is None or row.is_finished:
        logger.warning("job %s is gone or finished", job_id)
        return
    if row.attempts >= queue.MAX_ATTEMPTS:
        row.state, row.finished_at = Job.State.FAILED, timezone.now()
        row.log += f"Given up after {row.attempts} attempts: the worker was lost each time.\n"
        row.save(update_fields=["state", "finished_at", "log"])
        return
    try:
        queue.execute(row)
    except queue.JobError as error:
        logger.warning("%s: %s", row, error)
