"""Heads made of words alone, for attributes that no label teaches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from matching.engine.arrays import Codes, Floats
from matching.engine.heads import Head, softmax

Embed = Callable[[Sequence[str]], Floats]

# By what an attribute means, or by its role.
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "kind": ("{}", "a photo of {}", "a product photo of {}", "{} on a white background"),
    "wearer": ("for {}", "clothing for {}", "a photo of fashion for {}", "{} wear"),
    "colour": ("{}", "a {} garment", "a photo of {} clothing", "something {} to wear"),
    "season": ("{}", "{} clothing", "a garment for {}", "a photo of {} fashion"),
    "style": ("{}", "{} wear", "a photo of {} clothing", "an outfit for {} occasions"),
}
ANY = ("{}", "a photo of {} clothing", "a {} garment")

SCALES = np.geomspace(1.0, 1000.0, 121)
# How sure a head of words may be where nothing tells how often it is right: halfway from chance to
# certain, on average over the catalogue.
SURENESS = 0.5


def prompts(about: str, label: str, value: str) -> tuple[str, ...]:
    """`about` is what the attribute means; one without templates of its own is named by its `label`
    in one of them: "pattern: striped"."""
    if about in TEMPLATES:
        return tuple(template.format(value) for template in TEMPLATES[about])
    return (*(template.format(value) for template in ANY), f"{label.lower()}: {value}")


def directions(embed: Embed, about: str, label: str, values: Sequence[str]) -> Floats:
    """Unit rows (values, d): the mean over the prompts of each value.

    `embed` turns texts into unit rows (n, d).
    """
    asked = [prompts(about, label, value) for value in values]
    rows = embed([text for texts in asked for text in texts])
    means = rows.reshape(len(asked), -1, rows.shape[1]).mean(axis=1)
    units: Floats = means / np.linalg.norm(means, axis=1, keepdims=True).clip(min=1e-12)
    return units


def zero_shot_head(
    classes: Sequence[str], rows: Floats, vectors: Floats, codes: Codes | None = None
) -> Head:
    """The rows (classes, d) as a head, scaled for the catalogue's `vectors` (n, d).

    With `codes` (n,), -1 unknown, the scale is that of the lowest loss on them; without, that at
    which the head is as sure as `SURENESS` says.
    """
    cosines = vectors @ rows.T
    known = np.zeros(len(vectors), bool) if codes is None else codes >= 0
    if codes is not None and known.any():
        scale = _fitting_scale(cosines[known], codes[known])
    else:
        scale = _modest_scale(cosines)
    weight: Floats = (rows * scale).astype(np.float32)
    return Head(tuple(classes), weight, np.zeros(len(rows), np.float32))


def _fitting_scale(cosines: Floats, codes: Codes) -> float:
    at = np.arange(len(codes)), codes
    losses = [-np.log(softmax(cosines * scale)[at] + 1e-12).mean() for scale in SCALES]
    return float(SCALES[int(np.argmin(losses))])


def _modest_scale(cosines: Floats) -> float:
    """How much sharper a scale makes a head depends on how far apart a backbone keeps pictures and
    words; how sure it is on average does not."""
    chance = 1 / cosines.shape[1]
    wanted = chance + (1 - chance) * SURENESS
    sure = [softmax(cosines * scale).max(axis=1).mean() for scale in SCALES]
    return float(SCALES[int(np.argmin(np.abs(np.array(sure) - wanted)))])
