"""Numbered folders, each complete and never changed, one of which is current.

<root>/7/...      version 7
<root>/CURRENT    the number of the current one
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

CURRENT = "CURRENT"


def write_version(root: Path, write: Callable[[Path], None]) -> int:
    """Has `write` fill a folder beside the others, then makes it the current version.

    Whatever `write` raises leaves nothing behind. Of two writers at once each gets its own number.
    """
    root.mkdir(parents=True, exist_ok=True)
    draft = root / f".draft-{uuid.uuid4().hex}"
    draft.mkdir()
    try:
        write(draft)
        number = _publish(draft, root)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    activate(root, number)
    return number


def _publish(draft: Path, root: Path) -> int:
    while True:
        number = max(numbers(root), default=0) + 1
        try:
            draft.rename(root / str(number))
            return number
        except OSError:
            if not (root / str(number)).exists():
                raise


def activate(root: Path, number: int) -> None:
    """Makes an existing version the current one, in one atomic step."""
    draft = root / f".{CURRENT}-{uuid.uuid4().hex}"
    draft.write_text(str(number))
    os.replace(draft, root / CURRENT)


def deactivate(root: Path) -> None:
    """Leaves no version the current one."""
    (root / CURRENT).unlink(missing_ok=True)


def numbers(root: Path) -> list[int]:
    """Numbers of the complete versions, ascending."""
    if not root.is_dir():
        return []
    return sorted(int(path.name) for path in root.iterdir() if path.name.isdigit())


def current_number(root: Path) -> int | None:
    try:
        return int((root / CURRENT).read_text())
    except (FileNotFoundError, ValueError):
        return None


def switched_at(root: Path) -> tuple[int, int] | None:
    """Changes with every `activate`: cheap enough to ask before each search."""
    try:
        facts = (root / CURRENT).stat()
    except FileNotFoundError:
        return None
    return facts.st_mtime_ns, facts.st_ino


def prune(root: Path, kept: int) -> None:
    """Removes all but the newest `kept` versions and the current one."""
    current = current_number(root)
    for number in numbers(root)[:-kept]:
        if number != current:
            shutil.rmtree(root / str(number), ignore_errors=True)
