"""Where Celery looks for what its workers do."""

from jobs.queue import run_job

__all__ = ["run_job"]
