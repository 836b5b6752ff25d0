"""What cannot be done with a search, each by its code."""

from __future__ import annotations

from matching.search.wording import in_english


class RefusedError(ValueError):
    """`code` says why; the message is its sentence in English."""

    def __init__(self, code: str) -> None:
        super().__init__(in_english(code))
        self.code = code


class CropError(RefusedError):
    """There is no such part of a photo."""


class WishError(RefusedError):
    """What was asked for cannot be done."""
