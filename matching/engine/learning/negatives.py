"""A garment detector for a backbone that brings none: the catalogue's photos against pictures of
nothing to wear, which are drawn, and against what their words say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from PIL import Image

from matching.engine.arrays import Floats
from matching.engine.backbone import Backbone
from matching.engine.heads import Head
from matching.engine.learning.fitting import fit_whole
from matching.engine.learning.native import load_torch
from matching.engine.learning.negative_drawings import draw_negative

# Fewer photos than this do not show what a garment looks like.
FEWEST_PHOTOS = 20
MOST_PHOTOS = 2000
DRAWN = 300
# Of 1,000 photos of the catalogue this many are taken for no garment.
REFUSED_SHARE = 0.005
SLACK = 3.0
DECAY = 1e-3
STEPS = 200

WORN = (
    "a photo of clothing",
    "a photo of a shirt",
    "a photo of a dress",
    "a photo of trousers",
    "a photo of shoes",
    "a photo of a bag",
    "a photo of a watch",
    "a photo of jewellery",
    "a photo of sunglasses",
    "a photo of a perfume",
    "a person wearing clothes",
)
OTHER = (
    "a screenshot of text",
    "a chart",
    "a landscape",
    "a photo of food",
    "a photo of an animal",
    "a photo of a plant",
    "a photo of a room",
    "a photo of a building",
    "a photo of a car",
    "an abstract pattern",
    "noise",
)


def drawn_negatives(count: int = DRAWN, first: int = 0) -> Iterator[Image.Image]:
    """Screens of text, plots, shapes, textures and noise; the same for the same numbers."""
    return (Image.fromarray(draw_negative(number)) for number in range(first, first + count))


def prompt_direction(embed: Callable[[Sequence[str]], Floats]) -> Floats:
    """(d,): from pictures of anything else towards pictures of something to wear, by their words.

    `embed` turns texts into unit rows (n, d).
    """
    found: Floats = embed(WORN).mean(axis=0) - embed(OTHER).mean(axis=0)
    return found


def garment_head(
    photos: Floats, others: Floats, words: Floats | None = None, *, seed: int = 0
) -> Head:
    """One logit, above 0 for a garment, from unit rows (n, d) of the catalogue and of drawn
    pictures, and the direction (d,) of the words where there is a text tower.

    Logistic regression that stays near to where the catalogue's mean and the words point: drawn
    pictures alone teach little about a photograph of a dog. All but `REFUSED_SHARE` of the photos
    pass.
    """
    sample = photos[np.random.default_rng(seed).permutation(len(photos))[:MOST_PHOTOS]]
    both = np.concatenate([sample, others])
    start = _one_logit_apart(photos.mean(axis=0), both)
    if words is not None:
        start = start + _one_logit_apart(words, both)
    weight = _refined(start, sample, others)
    bias = -_lowest_passing(photos @ weight)
    return Head(("garment",), weight[None], np.array([bias], np.float32))


def _lowest_passing(logits: Floats) -> float:
    """Lower where there are few photos: those that nobody has seen yet lie further out."""
    slack = SLACK * logits.std() / len(logits) ** 0.5
    return float(np.quantile(logits, REFUSED_SHARE) - slack)


def _one_logit_apart(direction: Floats, rows: Floats) -> Floats:
    """Scaled so that the rows' logits have a standard deviation of one: what a backbone keeps close
    together counts no less."""
    scaled: Floats = (direction / max(float((rows @ direction).std()), 1e-6)).astype(np.float32)
    return scaled


def _refined(start: Floats, photos: Floats, others: Floats) -> Floats:
    """Both kinds count the same, however many of each.

    Learnt on rows about their mean, of length one on average: some backbones keep all pictures in a
    narrow cone, and what tells them apart must not be held back for that.
    """
    torch = load_torch()
    both = np.concatenate([photos, others])
    apart = both - both.mean(axis=0)
    spread = max(float(np.sqrt(np.square(apart).sum(axis=1).mean())), 1e-6)
    rows = torch.from_numpy(apart / np.float32(spread))
    targets = (torch.arange(len(rows)) < len(photos)).float()
    weights = torch.where(targets > 0, 0.5 / len(photos), 0.5 / len(others))
    fixed = torch.from_numpy(start * np.float32(spread))
    change = torch.zeros_like(fixed, requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)

    def loss() -> Any:
        logits = rows @ (fixed + change) + bias
        fits = torch.nn.functional.binary_cross_entropy_with_logits(
            logits, targets, weight=weights, reduction="sum"
        )
        return fits + DECAY * change.square().sum()

    fit_whole([change, bias], loss, STEPS)
    refined: Floats = (fixed + change).detach().numpy() / np.float32(spread)
    return refined


def detector_for(backbone: Backbone, photos: Floats, seed: int = 0) -> Head | None:
    """From the catalogue's unit rows (n, d); None where there are fewer than `FEWEST_PHOTOS`."""
    if len(photos) < FEWEST_PHOTOS:
        return None
    words = prompt_direction(backbone.embed_texts) if backbone.has_text else None
    return garment_head(photos, backbone.embed_images(drawn_negatives()), words, seed=seed)
