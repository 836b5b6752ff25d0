"""What can go wrong in the engine; every message is one sentence for whoever has to act on it."""

from __future__ import annotations


class EngineError(Exception):
    pass


class BackboneError(EngineError):
    """A backbone is missing, damaged or of a kind that does not fit."""


class FinderError(EngineError):
    """A finder of garments is missing or damaged."""


class SentencesError(EngineError):
    """A sentence encoder is missing or damaged."""


class HeadsError(EngineError):
    """Heads are missing or damaged, or there is nothing to learn them from."""


class GenerationError(EngineError):
    """An index is missing or damaged."""


class MissingPackageError(EngineError):
    """Some work needs packages that are not installed here: a web process does without them."""

    def __init__(self, work: str, packages: list[str]) -> None:
        listed = " and ".join(filter(None, [", ".join(packages[:-1]), packages[-1]]))
        are = "is" if len(packages) == 1 else "are"
        super().__init__(
            f"{work} needs {listed}, which {are} not installed here. Let a worker that has "
            "requirements.txt do it, or run: python scripts/install_torch.py requirements.txt && "
            "python -m pip install -r requirements.txt"
        )


class BackendError(EngineError):
    """There is no such vector backend."""
