"""Many photos at once, each told what is worn in it: taken in as they come, worked through by a
job that goes on where it was stopped."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from api.models import ClientJob, JobRow
from api.problems import ProblemError
from api.searches.wishes import fetched
from catalog.importers.uploads import UploadGoneError, forget_upload, kept_upload
from jobs.queue import JobError, Report
from matching.runtime import NotReadyError
from matching.search.api.serializers import garment_told
from matching.search.find import garments_in
from pictures import PictureError

MOST_PHOTOS = 500
LONGEST_NAME = 500
# What was kept of an order: a zip that came, photos that came one by one, addresses.
ZIP, PHOTOS, ADDRESSES = ".zip", ".photos", ".addresses"
UNREADABLE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)
# Name, and what gives the bytes.
Photo = tuple[str, Callable[[], bytes]]


class PhotosHandler(FileUploadHandler):
    """Packs the files of one field of a form into an archive as they come, so that no more than
    one of them is open or in memory; all others are left to the next handler."""

    def __init__(self, request: Any, field: str, archive: zipfile.ZipFile) -> None:
        super().__init__(request)
        self._field, self._archive, self._count = field, archive, 0
        self._entry: Any = None

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        if self.field_name == self._field:
            self._count += 1
            name = str(self.file_name).replace("\0", "").encode(errors="replace").decode()
            self._entry = self._archive.open(f"{self._count}/{name}", "w")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self._entry is None:
            return raw_data
        self._entry.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> SimpleUploadedFile | None:
        if self._entry is None:
            return None
        self._entry.close()
        self._entry = None
        return SimpleUploadedFile(str(self.file_name), b"")


def count_of_zip(file: Any) -> int:
    """How many photos an archive holds. Raises one of UNREADABLE."""
    with zipfile.ZipFile(file) as archive:
        return len(_members(archive))


def tag(report: Report, *, order: str, upload: str) -> dict[str, Any]:
    """Tells of each photo of this order what is worn in it; returns how many had which outcome. Run
    again it goes on with what has no result yet."""
    made = ClientJob.objects.filter(pk=order).first()
    if made is None:
        raise JobError("The program that asked for it is gone: nothing was looked at.")
    done = set(made.rows.values_list("number", flat=True))
    try:
        with kept_upload(upload) as path:
            total = len(_names(path, upload))
            for number, (name, read) in _photos(path, upload, done):
                row = JobRow(job=made, number=number, name=name[:LONGEST_NAME], **_result(read))
                JobRow.objects.bulk_create([row], ignore_conflicts=True)
                done.add(number)
                report.progress(len(done), total)
    except UploadGoneError as error:
        raise JobError("The photos are gone: they were looked at before.") from error
    forget_upload(upload)
    return dict(Counter(made.rows.values_list("outcome", flat=True)))


def _result(read: Callable[[], bytes]) -> dict[str, Any]:
    """What became of one photo; a bad one is refused with its reason, and the others go on."""
    try:
        found = garments_in(read())
    except (PictureError, ProblemError) as error:
        said = error.detail if isinstance(error, ProblemError) else str(error)
        return {"outcome": JobRow.Outcome.REFUSED, "detail": said}
    except UNREADABLE:
        said = "It cannot be read from the zip: it is damaged or locked."
        return {"outcome": JobRow.Outcome.REFUSED, "detail": said}
    except NotReadyError as error:
        raise JobError(str(error)) from error
    return {"outcome": JobRow.Outcome.TAGGED, "garments": [garment_told(one) for one in found]}


def _names(path: Path, upload: str) -> list[str]:
    if upload.endswith(ADDRESSES):
        names: list[str] = json.loads(path.read_text())
        return names
    with zipfile.ZipFile(path) as archive:
        return [info.filename for info in _members(archive)]


def _photos(path: Path, upload: str, done: set[int]) -> Iterator[tuple[int, Photo]]:
    """Those that have no result yet, by their numbers from 1."""
    left = [
        (number, name)
        for number, name in enumerate(_names(path, upload), start=1)
        if number not in done
    ]
    if upload.endswith(ADDRESSES):
        yield from _from_the_web(left)
        return
    with zipfile.ZipFile(path) as archive:
        for number, name in left:
            shown = name.partition("/")[2] if upload.endswith(PHOTOS) else name
            yield number, (shown, partial(_unpacked, archive, name))


def _from_the_web(left: list[tuple[int, str]]) -> Iterator[tuple[int, Photo]]:
    """Several are fetched at once, so many that they fit into memory."""
    at_once = settings.FETCH_AT_ONCE
    with ThreadPoolExecutor(at_once, thread_name_prefix="fetch") as pool:
        for start in range(0, len(left), at_once):
            some = left[start : start + at_once]
            running = [pool.submit(fetched, address) for _number, address in some]
            for (number, address), future in zip(some, running, strict=True):
                yield number, (address, future.result)


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files in it, without what systems hide in archives."""
    found = []
    for info in archive.infolist():
        parts = PurePosixPath(info.filename).parts
        is_hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
        if not info.is_dir() and not is_hidden:
            found.append(info)
    return found


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """One more byte than is allowed at most, whatever the archive says of its size."""
    with archive.open(name) as file:
        return file.read(settings.MAX_UPLOAD_BYTES + 1)
