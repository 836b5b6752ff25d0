"""The base of commands whose work is a job: a worker does it where there is a broker."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from jobs import queue
from jobs.models import Job
from jobs.queue import JobError


class BarReport:
    """Shows progress as a bar on stderr, seldom where that is no terminal."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._bar: tqdm[Any] | None = None

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        if self._bar is None or self._bar.total != total or self._bar.desc.rstrip(": ") != note:
            self.close()
            step = 0.1 if sys.stderr.isatty() else 5.0
            self._bar = tqdm(total=total, desc=note, file=sys.stderr, mininterval=step)
        self._bar.update(done - self._bar.n)

    def log(self, line: str) -> None:
        with tqdm.external_write_mode(file=sys.stderr):
            self._stream.write(line)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class JobCommand(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--here",
            action="store_true",
            help="do the work in this process even where a Celery worker would do it",
        )

    def run_job(self, kind: str, *, here: bool, **params: Any) -> dict[str, Any]:
        """The job's result; a JobError becomes the command's error. Ctrl-C leaves what is done."""
        report = BarReport(self.stdout)
        try:
            if here or not queue.has_broker():
                row = queue.run_here(kind, report, **params)
            else:
                row = queue.submit(kind, **params)
                self.stderr.write(_queued_in_words(row))
                row = queue.follow(row, report)
        except queue.JobError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            report.close()
            raise CommandError(
                "Stopped. What was done is kept; run the same command to go on.", returncode=130
            ) from None
        finally:
            report.close()
        result: dict[str, Any] = row.result
        return result


def _queued_in_words(row: Job) -> str:
    row.refresh_from_db(fields=["sent_at"])
    if row.sent_at is None:
        return f"The broker does not answer. Job {row.pk} waits until it does; Ctrl-C leaves it."
    return f"Queued as job {row.pk}; Ctrl-C leaves it to the worker."


@contextmanager
def shown_work(stdout: Any) -> Iterator[BarReport]:
    """A report of a command's work, closed at its end; what goes wrong in it, or with a file that
    it writes, ends the command with a sentence."""
    report = BarReport(stdout)
    try:
        yield report
    except JobError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from error
    finally:
        report.close()
