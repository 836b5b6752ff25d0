"""A zip of products: styles.csv and images/, in the shape of the folder import.

Nothing is unpacked under a name that the archive gives: only the two kinds of files that an import
reads are taken, each by its last name, so none can land outside of the folder made for them.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from catalog.importers.folder import import_folder, is_photo
from catalog.importers.uploads import UploadGoneError, forget_upload, kept_upload
from jobs.queue import JobError, Report

STYLES = "styles.csv"
MOST_FILES = 500_000
MOST_STYLES_BYTES = 512 * 1024 * 1024
# Photos are compressed already: much larger unpacked than packed is a trap, not a catalogue.
MOST_GROWTH = 4
PLAIN_NAME = re.compile(r"[^\x00-\x1f\\/:]{1,100}")


class ArchiveError(ValueError):
    """The file is no zip of products; the message says why."""


def check_archive(file: IO[bytes]) -> None:
    """Looks at the list of contents only. Raises ArchiveError."""
    with _opened(file) as archive:
        _members(archive)
    file.seek(0)


def import_archive(report: Report, *, name: str) -> dict[str, Any]:
    """Unpacks an archive that was kept and imports it like a folder; then the archive goes.

    One that failed or was cancelled stays for a while, so that the job can be tried again.
    """
    with tempfile.TemporaryDirectory(prefix="import-") as made:
        folder = Path(made)
        try:
            with kept_upload(name) as file, _opened(file) as archive:
                _unpack(archive, folder, report)
        except UploadGoneError as error:
            raise JobError("The zip is gone: it was imported before. Upload it again.") from error
        except (ArchiveError, zipfile.BadZipFile, OSError) as error:
            raise JobError(f"The zip cannot be unpacked: {error}") from error
        result = import_folder(report, path=made)
    forget_upload(name)
    return result


@contextmanager
def _opened(file: IO[bytes] | Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ArchiveError(str(_("This is no zip file, or it is damaged."))) from error


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """What an import reads, by its name in the folder to come. Raises ArchiveError."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise ArchiveError(str(_("It holds %d files, %d are the most.")) % (len(infos), MOST_FILES))
    found = [PurePosixPath(info.filename) for info in infos]
    top = min(
        (path.parent for path in found if path.name == STYLES),
        key=lambda path: len(path.parts),
        default=None,
    )
    if top is None:
        raise ArchiveError(str(_("It holds no styles.csv.")))
    photos: dict[str, zipfile.ZipInfo] = {}
    for info, path in sorted(zip(infos, found, strict=True), key=lambda one: _depth(one[1], top)):
        if top in path.parents and is_photo(path.name) and PLAIN_NAME.fullmatch(path.name):
            photos.setdefault(f"images/{path.name}", info)
    members = {STYLES: infos[found.index(top / STYLES)]} | photos
    _check_sizes(members)
    return members


def _depth(path: PurePosixPath, top: PurePosixPath) -> tuple[bool, int]:
    """Of two photos of one name that in images/ is taken, then that which lies less deep."""
    return top / "images" not in path.parents, len(path.parts)


def _check_sizes(members: dict[str, zipfile.ZipInfo]) -> None:
    for name, info in members.items():
        if info.flag_bits & 1:
            raise ArchiveError(str(_("It is locked with a password.")))
        most = MOST_STYLES_BYTES if name == STYLES else settings.MAX_UPLOAD_BYTES
        if info.file_size > most:
            raise ArchiveError(str(_("%(name)s is too large.")) % {"name": name})
    if sum(info.file_size for info in members.values()) > MOST_GROWTH * settings.MAX_ARCHIVE_BYTES:
        raise ArchiveError(str(_("Unpacked it is too large.")))


def _unpack(archive: zipfile.ZipFile, folder: Path, report: Report) -> None:
    members = _members(archive)
    (folder / "images").mkdir()
    for done, (name, info) in enumerate(members.items(), start=1):
        # Never more than what the list of contents says: that was checked.
        with archive.open(info) as source, (folder / name).open("wb") as target:
            shutil.copyfileobj(source, target)
        report.progress(done, len(members), "unpacking")
