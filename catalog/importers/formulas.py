"""Cells that a spreadsheet would run as formulas: an export puts an apostrophe before them, an
import takes it away, so that what comes back is what went out."""

from __future__ import annotations

import re

# An apostrophe too, where what follows would be taken for one that an export has put there.
RUN = re.compile(r"'*[=+\-@\t\r]")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
QUOTE = "'"


def quoted(text: str) -> str:
    return f"{QUOTE}{text}" if RUN.match(text) and not NUMBER.fullmatch(text) else text


def unquoted(text: str) -> str:
    return text[1:] if text.startswith(QUOTE) and RUN.match(text) else text
