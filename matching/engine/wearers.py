"""Who may wear what is shown: the second gate of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matching.engine.arrays import Floats
from matching.engine.select import gate_types

MASS = 0.95  # of the probability that those who may wear it hold
GROUP_SURE = 0.6  # share of a group, adults or children, from which on it is for nobody else


def wearers(
    probabilities: Floats, classes: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> list[str]:
    """The classes that something may be for, by the (classes,) probabilities; one without `groups`
    is for everybody and always among them."""
    likely = gate_types(probabilities, classes, MASS, least=0.0)
    group = _group(probabilities, classes, groups)
    return [
        name
        for name in classes
        if not groups.get(name) or (name in likely and group in (None, *groups[name]))
    ]


def _group(
    probabilities: Floats, classes: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> str | None:
    """The one that it is surely for; None if no group is sure, or there are none to tell."""
    shares: dict[str, float] = {}
    for name, chance in zip(classes, probabilities.tolist(), strict=True):
        for group in groups.get(name, ()):
            shares[group] = shares.get(group, 0.0) + chance
    total = sum(shares.values())
    if total == 0:
        return None
    best = max(shares, key=lambda group: shares[group])
    return best if shares[best] >= GROUP_SURE * total else None
