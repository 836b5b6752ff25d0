"""The laboratory: how the bundled backbone is trained and the demo catalogue is drawn.

Nothing that serves imports it; it needs lab/requirements.txt. `python -m lab` says what it can do.
"""

from __future__ import annotations


class LabError(Exception):
    """A command cannot do what it was asked; the message says why and what to do next. `code` is
    the exit status."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
