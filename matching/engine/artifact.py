"""What every folder of a trained network has: a manifest with the digest of each file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matching.engine.errors import EngineError

MANIFEST = "manifest.json"


def read_manifest(folder: Path, what: str, of_format: int, error: type[EngineError]) -> Any:
    """The manifest of a `what`, which has a name and digests. Raises `error`."""
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text())
    except FileNotFoundError as missing:
        raise error(f"{folder} is no {what}: it has no {MANIFEST}.") from missing
    except (OSError, ValueError) as unreadable:
        raise error(f"{path} cannot be read.") from unreadable
    if not isinstance(manifest, dict) or manifest.get("format") != of_format:
        raise error(f"{path} is not of format {of_format}; install the {what} again.")
    right = isinstance(manifest.get("name"), str) and isinstance(manifest.get("sha256"), dict)
    if not right:
        raise error(f"{path} is incomplete; install the {what} again.")
    return manifest


def check_file(path: Path, what: str, digests: Mapping[str, str], error: type[EngineError]) -> None:
    """Compares a file with its digest; a file that is loaded is checked then. Raises `error`."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as missing:
        raise error(f"{path} is missing; install the {what} again.") from missing
    if digest != digests.get(path.name):
        raise error(f"{path} is damaged; install the {what} again.")
