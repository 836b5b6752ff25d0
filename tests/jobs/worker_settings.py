"""The settings of a process that knows the kinds of work of these tests, and of a worker that has a
queue of its own."""

import os

from kombu import Queue

from findmyvibe.settings import *  # noqa: F403
from findmyvibe.settings import JOBS

JOBS["doze"] = ("tests.jobs.work.doze", "")
CELERY_TASK_DEFAULT_QUEUE = VISION_QUEUE = os.environ.get("TEST_QUEUE", "celery")
CELERY_TASK_QUEUES = [Queue(CELERY_TASK_DEFAULT_QUEUE)]
