"""Turns settings into engine objects: which backbone, which heads, which index is live.

`built()` is the index as it was built, `live()` with what has changed since. Everything heavy is
loaded on first use, under a lock, after a server has forked its workers.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from django.conf import settings

from matching.engine import versions
from matching.engine.arrays import Floats, Ids
from matching.engine.artifact import MANIFEST
from matching.engine.backbone import Backbone
from matching.engine.errors import BackboneError, EngineError, FinderError, HeadsError
from matching.engine.finder import Finder
from matching.engine.generation import BACKBONE, Generation, load_generation
from matching.engine.heads import Heads, load_heads
from matching.engine.sentences import Sentences

logger = logging.getLogger(__name__)
UNKNOWN_KIND = 0.1  # share of each kind in a type of which no photo was looked at

_lock = threading.RLock()
_backbones: dict[Path, Backbone] = {}
_built: tuple[tuple[int, int] | None, Live] | None = None
_with_changes: Callable[[Live], Live] | None = None
_finders: dict[Path, Finder] = {}
_sentences: dict[Path, Sentences] = {}


class NotReadyError(Exception):
    """Nothing can be searched yet; the message says what to run, `code` names the kind."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Live:
    """A generation and the backbone it was built with: what every search runs against."""

    generation: Generation
    backbone: Backbone

    @cached_property
    def ids_by_type(self) -> dict[str, Ids]:
        catalogue = self.generation.catalogue
        return catalogue.ids_by_value(catalogue.gate) if catalogue.gate else {}

    def kind_shares(self, kind: str) -> Floats:
        """(classes,): of each item type that the heads know, how much of it a finder sees as
        `kind`, against what it sees it as most often; the same of all where nothing is known."""
        catalogue = self.generation.catalogue
        classes = self.generation.heads.by_key[catalogue.gate].classes
        seen = [catalogue.kinds.get(name, {}) for name in classes]
        unknown = UNKNOWN_KIND if any(seen) else 1.0
        shares = [one.get(kind, 0.0) / max(one.values()) if one else unknown for one in seen]
        return np.array(shares, np.float32)


def backbones_root() -> Path:
    return Path(settings.ARTIFACTS_DIR) / "backbones"


def index_root() -> Path:
    return Path(settings.ARTIFACTS_DIR) / "index"


def heads_root(backbone: Backbone) -> Path:
    return Path(settings.ARTIFACTS_DIR) / "heads" / f"{backbone.name}-{backbone.fingerprint}"


def backbone_folder(name: str) -> Path:
    """An installed backbone goes before the bundled one of the same name."""
    for root in (backbones_root(), Path(settings.BUNDLED_BACKBONES_DIR)):
        if (root / name / "manifest.json").is_file():
            return root / name
    raise BackboneError(
        f"There is no backbone {name!r}. Install one: python manage.py install_backbone"
    )


def get_backbone(name: str | None = None) -> Backbone:
    """The named backbone, or that of the settings; one session serves the whole process."""
    return _session_of(backbone_folder(name or settings.BACKBONE))


def _session_of(folder: Path) -> Backbone:
    with _lock:
        known = _backbones.get(folder)
        fresh = Backbone(folder, threads=settings.VISION_THREADS or None)
        if known is None or known.fingerprint != fresh.fingerprint:
            _backbones[folder] = fresh
        return _backbones[folder]


def get_finder() -> Finder | None:
    """The finder of the settings, None where they name none; one session serves the whole process.

    Where the installed one is damaged the bundled one of the same name serves. Raises FinderError.
    """
    if not settings.FINDER:
        return None
    first, *others = finder_folders()
    try:
        return _ready_finder(first)
    except FinderError as error:
        for folder in others:
            logger.error("the bundled finder serves: %s", error)
            return _ready_finder(folder)
        raise


def finder_folders() -> list[Path]:
    """Where the finder of the settings lies: an installed one goes before the bundled one. Raises
    FinderError if it is nowhere."""
    roots = (Path(settings.ARTIFACTS_DIR) / "finders", Path(settings.BUNDLED_FINDERS_DIR))
    folders = [root / settings.FINDER for root in roots]
    there = [folder for folder in folders if (folder / MANIFEST).is_file()]
    if not there:
        text = f"There is no finder {settings.FINDER!r}. Set FINDER to one that is there."
        raise FinderError(text)
    return there


def finder_or_none() -> Finder | None:
    """For searches: without a finder that is whole, a photo is searched with as a whole."""
    try:
        return get_finder()
    except FinderError as error:
        logger.error("searches go on without a finder: %s", error)
        return None


def _ready_finder(folder: Path) -> Finder:
    with _lock:
        if folder not in _finders:
            finder = Finder(folder, threads=settings.VISION_THREADS or None)
            finder.make_ready()
            _finders[folder] = finder
        return _finders[folder]


def get_sentences() -> Sentences | None:
    """The sentence encoder of the settings, None where they name none or one that is not there:
    words are then understood by lists alone. One session serves the whole process.

    Raises SentencesError for one that cannot be read.
    """
    if not settings.SENTENCES:
        return None
    roots = (Path(settings.ARTIFACTS_DIR) / "sentences", Path(settings.BUNDLED_SENTENCES_DIR))
    for folder in (root / settings.SENTENCES for root in roots):
        if (folder / MANIFEST).is_file():
            with _lock:
                if folder not in _sentences:
                    threads = settings.VISION_THREADS or None
                    _sentences[folder] = Sentences(folder, threads=threads)
                return _sentences[folder]
    return None


def get_heads(backbone: Backbone) -> Heads:
    """The heads trained last for this backbone, else those that came with it."""
    number = versions.current_number(heads_root(backbone))
    try:
        if number is not None:
            return load_heads(heads_root(backbone) / str(number))
        return load_heads(backbone.folder)
    except HeadsError as error:
        raise HeadsError(
            f"{error} Train heads for {backbone.name}: python manage.py train_heads"
        ) from error


def live() -> Live:
    """What is searched now: what was built, with what has changed since. Raises NotReadyError."""
    index = built()
    if _with_changes is None or not settings.LIVE_UPDATES:
        return index
    return _with_changes(index)


def follow(with_changes: Callable[[Live], Live]) -> None:
    """Has `live` ask this for the changes: they are rows, which this module knows nothing of."""
    global _with_changes
    _with_changes = with_changes


def built() -> Live:
    """The generation that is live now; a switch made by another process is seen by the next call.

    Raises NotReadyError if no index was built or it cannot be used.
    """
    global _built
    switched = versions.switched_at(index_root())
    number = versions.current_number(index_root())
    if number is None:
        text = "The index is not built yet. Run: python manage.py build_index"
        raise NotReadyError(text, "no_index")
    with _lock:
        if _built is None or _built[0] != switched:
            _built = (switched, _open_or_before(number))
        return _built[1]


def _open_or_before(number: int) -> Live:
    """Where the generation that is to be live is damaged: what has served until now, or else the
    newest one that is whole. Raises NotReadyError if there is none."""
    try:
        return _open(number)
    except NotReadyError as error:
        logger.error("index %s cannot be used, the one before goes on: %s", number, error)
        if _built is not None:
            return _built[1]
        for before in reversed(versions.numbers(index_root())):
            with suppress(NotReadyError):
                return _open(before)
        raise


def damaged() -> str:
    """Why another generation serves than the one that should; "" if it is that one, or none."""
    number = versions.current_number(index_root())
    try:
        serving = built().generation.number
    except NotReadyError:
        return ""
    if number is None or serving == number:
        return ""
    return f"Index {number} is damaged; index {serving} serves. Run: python manage.py build_index"


def _open(number: int) -> Live:
    try:
        generation = load_generation(index_root(), number)
        return Live(generation, _backbone_of(generation))
    except EngineError as error:
        raise NotReadyError(str(error), "index_unusable") from error


def _backbone_of(generation: Generation) -> Backbone:
    """The installed one while it is the same, else the one the generation keeps for itself."""
    name, fingerprint = (generation.manifest[key] for key in ("backbone", "backbone_fingerprint"))
    kept = index_root() / str(generation.number) / BACKBONE
    try:
        installed = get_backbone(name)
        if installed.fingerprint == fingerprint:
            installed.make_ready()
            return installed
    except BackboneError:
        if not kept.is_dir():
            raise
    if not kept.is_dir():
        raise BackboneError(
            f"The backbone {name} changed since the index was built. "
            "Run: python manage.py build_index"
        )
    own = _session_of(kept)
    own.make_ready()
    if own.fingerprint != fingerprint:
        raise BackboneError(f"{kept} is not what the index was built with. Build it again.")
    return own


def damaged_backbone() -> str:
    """Why the copy that an index keeps serves instead of the backbone of the settings; "" if it
    does not."""
    serving = built().backbone
    try:
        installed = Backbone(backbone_folder(serving.name))
        is_other = installed.fingerprint != serving.fingerprint
        if not is_other and installed.folder != serving.folder:
            installed.check_files()
    except BackboneError as error:
        return f"{error} The copy of the index serves."
    return ""


def forget() -> None:
    """Drops everything loaded, for tests that change the settings."""
    global _built
    with _lock:
        _built = None
        _backbones.clear()
        _finders.clear()
