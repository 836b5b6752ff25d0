"""Packages that some work needs and that a process which only serves may lack."""

from __future__ import annotations

from importlib.util import find_spec

from matching.engine.errors import MissingPackageError


def missing(*packages: str) -> list[str]:
    """Those of the packages, called as they are imported, that are not installed here."""
    return [name for name in packages if find_spec(name) is None]


def require(work: str, *packages: str) -> None:
    """Raises MissingPackageError where the work cannot be done; call it before anything is done."""
    if lacking := missing(*packages):
        raise MissingPackageError(work, lacking)
