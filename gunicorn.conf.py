"""How gunicorn serves the site; GUNICORN_CMD_ARGS="--workers 4" changes it without an edit."""

import os
import tempfile
from typing import Any

workers = 2
threads = 4
# A thread takes a request when all of it has come, so that slow senders stop nobody.
worker_class = "findmyvibe.server.PatientWorker"
# Its heartbeat file must not lie on a disk.
worker_tmp_dir = "/dev/shm"
# A first search opens the model and the index; a zip of a gigabyte takes its time too.
timeout = 120
graceful_timeout = 30
# Nobody steers a container from inside, and its root is read-only.
control_socket_disable = True

# What the processes count is added up from files, which are new with each start. The package looks
# at this when it is first imported.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="metrics-"))


def post_worker_init(worker: Any) -> None:
    """Where no broker is there is no `celery beat` either."""
    from django.conf import settings

    from operations.timetable import look_from_a_thread

    if not settings.REDIS_URL:
        look_from_a_thread()


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
