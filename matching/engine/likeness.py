"""How alike two photos are, in steps that mean the same with every backbone: a cosine of .6 is much
to one and little to another, so the steps are measured on the catalogue when an index is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from matching.engine.arrays import Codes, Floats

# So many products are compared with each other, and so many pairs of a sort say something.
SAMPLE, ENOUGH_PAIRS = 2000, 30


@dataclass(frozen=True)
class Likeness:
    """The least cosine of each step, dearest first."""

    twin: float
    very_like: float
    like: float

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Likeness:
        """That of a generation; of one that was built before steps were measured, by what it
        knows: how alike its photos are to their nearest ones."""
        rough = (manifest[key] for key in ("twin_cosine", "near_cosine", "weak_cosine"))
        return cls(**manifest["likeness"]) if "likeness" in manifest else cls(*rough)

    def step(self, cosine: float) -> str:
        """The name of the dearest step that is reached, "" for none."""
        return next((name for name, least in asdict(self).items() if cosine >= least), "")


def measured(
    vectors: Floats, kinds: Codes | None, colours: Codes | None, rough: Likeness
) -> Likeness:
    """The steps of a catalogue: `very_like` is as alike as three in four pairs of one kind and
    colour, `like` as half of the pairs of one kind in different colours. `vectors` (n, d) are unit
    rows, `kinds` and `colours` (n,), -1 unknown; a step with too few pairs is that of `rough`."""
    if kinds is None or colours is None:
        return rough
    sample = np.random.default_rng(0).permutation(len(vectors))[:SAMPLE]
    one, other = np.triu_indices(len(sample), 1)
    cosines = (vectors[sample] @ vectors[sample].T)[one, other]
    kind, colour = kinds[sample], colours[sample]
    is_kind = (kind[one] == kind[other]) & (kind[one] >= 0)
    is_both = is_kind & (colour[one] == colour[other]) & (colour[one] >= 0)
    very_like = _quantile(cosines[is_both], 0.25, rough.very_like)
    like = _quantile(cosines[is_kind & ~is_both], 0.5, rough.like)
    very_like = min(very_like, rough.twin)
    return Likeness(rough.twin, very_like, min(like, very_like))


def _quantile(cosines: Floats, share: float, rough: float) -> float:
    return float(np.quantile(cosines, share)) if len(cosines) >= ENOUGH_PAIRS else rough
