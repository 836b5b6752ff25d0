from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """`text`: what does not hold, in one sentence. `mend`: what `--repair` does about it, None
    where a person has to."""

    part: str
    text: str
    mend: Callable[[], object] | None = None

    def __str__(self) -> str:
        return f"{self.part}: {self.text}"
