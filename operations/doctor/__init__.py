"""Looks at everything that is stored or learnt and says what does not hold, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from operations.doctor import learnt, stored
from operations.doctor.finding import Finding

__all__ = ["PARTS", "Finding", "examine", "repair"]

Look = Callable[[], Iterator[Finding]]
PARTS: dict[str, Look] = {
    "files": stored.files,
    "jobs": stored.jobs,
    "sessions": stored.sessions,
    "vectors": stored.vectors,
    "drafts": learnt.drafts,
    "backbones": learnt.backbones,
    "finder": learnt.finder,
    "heads": learnt.heads,
    "generations": learnt.generations,
}


def examine(on_part: Callable[[str], None] = lambda _part: None) -> list[Finding]:
    """All that does not hold now."""
    found: list[Finding] = []
    for part, look in PARTS.items():
        on_part(part)
        found += look()
    return found


def repair(findings: list[Finding]) -> int:
    """Mends what can be mended, what many findings share once; returns how many ways were gone."""
    ways: dict[object, Callable[[], object]] = {}
    for one in findings:
        if one.mend:
            ways.setdefault(_key(one.mend), one.mend)
    for mend in ways.values():
        mend()
    return len(ways)


def _key(mend: Callable[[], object]) -> object:
    if isinstance(mend, partial):
        return mend.func, repr(mend.args)
    return mend
