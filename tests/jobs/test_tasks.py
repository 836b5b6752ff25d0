"""Jobs done by a real Celery worker on a real Redis, against PostgreSQL."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from catalog.models import Product
from findmyvibe.celery import app as celery_app
from jobs import queue, tasks
from jobs.models import Job
from matching import runtime
from tests.helpers import encoded, picture

pytestmark = [
    pytest.mark.services,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60


@pytest.fixture(autouse=True)
def broker(settings: Any, own_data_folder: Path) -> Iterator[None]:
    """A queue of this test's own, so that no other worker answers."""
    celery_app.conf.task_always_eager = False
    celery_app.conf.task_default_queue = queue = f"test-{own_data_folder.name}"
    settings.CELERY_TASK_DEFAULT_QUEUE = settings.VISION_QUEUE = queue
    yield
    with celery_app.connection_for_write() as link:
        link.default_channel.queue_delete(queue)


StartWorker = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(own_data_folder: Path) -> Iterator[StartWorker]:
    """Starts a worker that shares the test's database and folders."""
    workers: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        config = connection.settings_dict
        database = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**config)
        environment = os.environ | {
            "DATABASE_URL": database,
            "DATA_DIR": str(own_data_folder),
            "DJANGO_SETTINGS_MODULE": "tests.jobs.worker_settings",
            "TEST_QUEUE": celery_app.conf.task_default_queue,
        }
        command = [sys.executable, "-m", "celery", "-A", "findmyvibe", "worker", "-c", "1"]
        workers.append(
            subprocess.Popen(
                [*command, "--without-gossip"],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )
        return workers[-1]

    yield start
    for worker in workers:
        if worker.poll() is None:
            kill(worker)


def wait_for(ready: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := ready():
            return found
        time.sleep(0.1)
    pytest.fail("The worker did not get there in a minute.")


def run(*command: Any) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    (made / "images").mkdir(parents=True)
    lines = ["id,articleType,productDisplayName"]
    for number in range(60):
        shape, label = [("tshirt", "Tshirts"), ("trousers", "Trousers")][number % 2]
        lines.append(f"{number},{label},Product {number}")
        photo = encoded(picture("red", shape, (60 + number, 80)))
        (made / f"images/{number}.jpg").write_bytes(photo)
    (made / "styles.csv").write_text("\n".join(lines))
    return made


def test_import_training_and_build_are_done_by_the_worker(
    start_worker: StartWorker, folder: Path
) -> None:
    start_worker()
    assert "60 rows: 60 added" in run("import_products", folder)
    assert "Version 1: 60 products (60 embedded" in run("train_heads")
    assert "Generation 1 is live: 60 products" in run("build_index")
    assert runtime.live().generation.manifest["count"] == 60
    kinds = Job.objects.order_by("pk").values_list("kind", "state", "attempts")
    assert list(kinds) == [
        ("import_products", "done", 1),
        ("train_heads", "done", 1),
        ("build_index", "done", 1),
    ]


def test_what_goes_wrong_in_the_worker_is_said_where_it_was_asked_for(
    start_worker: StartWorker, tmp_path: Path
) -> None:
    start_worker()
    with pytest.raises(CommandError, match="There is no styles.csv in"):
        run("import_products", tmp_path)
    with pytest.raises(CommandError, match="The catalogue has no active product with a photo."):
        run("build_index")


@pytest.fixture
def dozing(start_worker: StartWorker, tmp_path: Path) -> tuple[Job, subprocess.Popen[bytes]]:
    """A job that sleeps, and the worker that does it."""
    job = queue.submit("doze", path=str(tmp_path / "notes"))
    worker = start_worker()
    wait_for(lambda: Job.objects.get(pk=job.pk).done > 1)
    return job, worker


def kill(worker: subprocess.Popen[bytes]) -> None:
    """All of it at once, as when a machine goes off."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def test_the_job_of_a_worker_that_is_killed_whole_goes_on_with_another(
    start_worker: StartWorker, dozing: tuple[Job, subprocess.Popen[bytes]]
) -> None:
    job, worker = dozing
    start_worker()
    kill(worker)
    wait_for(lambda: Job.objects.get(pk=job.pk).is_finished)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == (Job.State.DONE, 2, {"began": 2})
    assert job.log == f"{queue.GOES_ON}\n"


def test_the_job_of_a_machine_that_is_gone_goes_on_within_a_minute(
    start_worker: StartWorker, dozing: tuple[Job, subprocess.Popen[bytes]]
) -> None:
    job, worker = dozing
    kill(worker)
    Job.objects.filter(pk=job.pk).update(host="elsewhere")
    start_worker()
    wait_for(lambda: Job.objects.get(pk=job.pk).is_finished)
    assert Job.objects.get(pk=job.pk).result == {"began": 2}


def test_a_job_that_is_told_of_again_while_it_runs_is_left_alone_and_can_be_cancelled(
    start_worker: StartWorker, dozing: tuple[Job, subprocess.Popen[bytes]]
) -> None:
    job, _worker = dozing
    start_worker()
    tasks.run_job.delay(job.pk)
    Job.objects.filter(pk=job.pk).update(host="elsewhere")
    stamp = Job.objects.get(pk=job.pk).lease
    wait_for(lambda: Job.objects.get(pk=job.pk).lease != stamp)
    assert Job.objects.get(pk=job.pk).attempts == 1
    assert queue.cancel(job)
    wait_for(lambda: Job.objects.get(pk=job.pk).state == Job.State.CANCELLED)


def test_a_job_that_the_broker_has_forgotten_is_sent_again(
    start_worker: StartWorker, folder: Path
) -> None:
    job = queue.submit("import_products", path=str(folder))
    with celery_app.connection_for_write() as link:
        link.default_channel.queue_purge(celery_app.conf.task_default_queue)
    Job.objects.filter(pk=job.pk).update(sent_at=None)
    start_worker()
    wait_for(lambda: Job.objects.get(pk=job.pk).is_finished)
    assert Product.objects.count() == 60
