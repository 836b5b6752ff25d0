"""What lies in ARTIFACTS_DIR, and the networks that come with the package: each file against the
digest that was written with it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.conf import settings

from matching import runtime
from matching.engine import versions
from matching.engine.artifact import check_file
from matching.engine.backbone import Backbone
from matching.engine.errors import BackboneError, EngineError, FinderError, GenerationError
from matching.engine.finder import FINDER_FILE, Finder
from matching.engine.generation import BACKBONE, load_generation
from matching.engine.heads import load_heads
from operations.doctor.finding import Finding

# Nobody writes at one thing for so long.
SECONDS_OF_A_DRAFT = 24 * 3600
DRAFTS = (".draft-*", ".CURRENT-*", ".restore-*")


def drafts() -> Iterator[Finding]:
    root, now = Path(settings.ARTIFACTS_DIR), time.time()
    for pattern in DRAFTS:
        for path in sorted(root.rglob(pattern)):
            if now - path.stat().st_mtime > SECONDS_OF_A_DRAFT:
                yield Finding("drafts", f"{path} was never ended", partial(_remove, path))


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def backbones() -> Iterator[Finding]:
    roots = (runtime.backbones_root(), Path(settings.BUNDLED_BACKBONES_DIR))
    folders = [path.parent for root in roots for path in sorted(root.glob("*/manifest.json"))]
    if settings.BACKBONE not in {folder.name for folder in folders}:
        yield Finding("backbones", f"there is no {settings.BACKBONE}; see `manage.py backbones`")
    for folder in folders:
        for problem in problems_of(folder):
            yield Finding("backbones", problem, _copy_back(folder))


def problems_of(folder: Path) -> Iterator[str]:
    """Of a backbone, one for each file that is not as it was installed."""
    try:
        digests = Backbone(folder).manifest["sha256"]
    except EngineError as error:
        yield str(error)
        return
    for name in digests:
        try:
            check_file(folder / name, "backbone", digests, BackboneError)
        except BackboneError as error:
            yield str(error)


def _copy_back(folder: Path) -> partial[None] | None:
    """From an index that was built with it and keeps a copy; None where there is none."""
    root = runtime.index_root()
    for number in reversed(versions.numbers(root)):
        kept = root / str(number) / BACKBONE
        if kept.is_dir() and _is_copy(kept, folder) and not list(problems_of(kept)):
            return partial(_copy, kept, folder)
    return None


def _is_copy(kept: Path, folder: Path) -> bool:
    try:
        return Backbone(kept).fingerprint == Backbone(folder).fingerprint
    except EngineError:
        return False


def _copy(source: Path, folder: Path) -> None:
    """Each beside, then renamed: whoever opens one meanwhile gets the old or the new one."""
    for path in sorted(source.iterdir()):
        draft = folder / f".{path.name}.part"
        shutil.copyfile(path, draft)
        draft.replace(folder / path.name)


def finder() -> Iterator[Finding]:
    if not settings.FINDER:
        return
    try:
        folders = runtime.finder_folders()
    except FinderError as error:
        yield Finding("finder", str(error))
        return
    for folder in folders:
        try:
            digests = Finder(folder).manifest["sha256"]
            check_file(folder / FINDER_FILE, "finder", digests, FinderError)
        except FinderError as error:
            yield Finding("finder", str(error))


def heads() -> Iterator[Finding]:
    for folder in sorted((Path(settings.ARTIFACTS_DIR) / "heads").glob("*")):
        for number in versions.numbers(folder):
            try:
                load_heads(folder / str(number))
            except EngineError as error:
                yield Finding("heads", str(error), partial(_go_back, folder))


def _go_back(root: Path) -> None:
    """To the newest ones that are whole where those in use are not, else to the bundled ones."""
    current = versions.current_number(root)
    whole = [number for number in versions.numbers(root) if _are_whole(root / str(number))]
    for number in set(versions.numbers(root)) - set(whole):
        _set_aside(root / str(number))
    if current is not None and current not in whole:
        if whole:
            versions.activate(root, whole[-1])
        else:
            versions.deactivate(root)


def _are_whole(folder: Path) -> bool:
    try:
        load_heads(folder)
    except EngineError:
        return False
    return True


def _set_aside(folder: Path) -> None:
    """Kept for whoever wants to look at it; it goes as an old draft does."""
    folder.rename(folder.with_name(f".draft-damaged-{folder.name}-{int(time.time())}"))


def generations() -> Iterator[Finding]:
    root = runtime.index_root()
    for number in versions.numbers(root):
        for problem in _problems_of_generation(root, number):
            yield Finding("generations", problem, _to_whole_generation)
    current = versions.current_number(root)
    if current is not None and current not in versions.numbers(root):
        text = f"index {current} is to be live and is not there"
        yield Finding("generations", text, _to_whole_generation)


def _problems_of_generation(root: Path, number: int) -> Iterator[str]:
    try:
        found = load_generation(root, number)
    except GenerationError as error:
        yield str(error)
        return
    except EngineError as error:
        yield f"{root / str(number)}: {error}"
        return
    count = found.manifest["count"]
    if count != len(found.catalogue.ids):
        yield f"index {number} says {count} products and holds {len(found.catalogue.ids)}"
    kept = root / str(number) / BACKBONE
    if kept.is_dir():
        yield from problems_of(kept)


def _to_whole_generation() -> None:
    """The newest one that is whole goes live; damaged ones are set aside."""
    root = runtime.index_root()
    numbers = versions.numbers(root)
    damaged = {one for one in numbers if list(_problems_of_generation(root, one))}
    whole = [one for one in numbers if one not in damaged]
    if whole and versions.current_number(root) not in whole:
        versions.activate(root, whole[-1])
    if whole:
        for number in damaged:
            _set_aside(root / str(number))
