"""What a picture shows or some words ask for: a vector, probabilities, wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PIL import Image

from catalog.attributes import Meaning, key_of
from catalog.models import Product
from catalog.reading import read
from matching.engine.arrays import Floats, Ids
from matching.engine.errors import BackboneError
from matching.engine.heads import VOTERS, mix, of_kind, vote, vote_share
from matching.engine.light import is_grey
from matching.runtime import Live, NotReadyError
from matching.search.look import Spot
from matching.search.meant import with_meaning
from matching.search.watch import stage
from matching.search.worded import named, nicer, within
from words import Reading

# How far words beside a photo pull its vector towards theirs.
PULL_OF_WORDS = 0.35
NO_WORDS = Reading()
# Probability of an item type from which on a product on plain ground is just that.
PLAIN_FROM = 0.85


@dataclass(frozen=True)
class Understood:
    """`vector` (d,) is what is searched with; `probabilities`: attribute key -> (classes,), heads
    and votes together, empty where words are all there is; of (0,) where a photo does not tell.
    `reading`: what the words mean. Ids
    (n,) of products, None if the words say nothing of the sort: `named` have in their names what
    is wanted and is no attribute, `nicer` have what would be good to have, `within` have nothing
    that is unwanted and keep to the limits. `photo` (d,): the vector of the photo alone, where
    words pulled at it. `is_lost`: there is no photo, and none of the words is known.
    `spot`: where in the photo it is."""

    vector: Floats
    probabilities: dict[str, Floats]
    is_fashion: bool = True
    reading: Reading = field(default=NO_WORDS)
    named: Ids | None = None
    nicer: Ids | None = None
    within: Ids | None = None
    photo: Floats | None = None
    is_lost: bool = False
    spot: Spot | None = None

    @property
    def own(self) -> Floats:
        """What is searched with again: of a photo its own vector, or else that of the words."""
        return self.vector if self.photo is None else self.photo


@stage("understand")
def understand_photo(live: Live, photo: Image.Image, spots: Sequence[Spot]) -> list[Understood]:
    """The garments at `spots`, first the first that is one beyond doubt, to the finder or the
    heads; where none is, the last spot alone, the photo as a whole."""
    *garments, whole = spots
    found = _understood(live, photo, garments)
    main = next((one for one in found if one.is_fashion), None)
    if main is None:
        return _understood(live, photo, [whole])
    return [main, *(replace(one, is_fashion=True) for one in found if one is not main)]


def is_plain(live: Live, seen: Understood) -> bool:
    """Whether it is so clearly one product, the right way up, that nobody need look closer."""
    gate = seen.probabilities.get(live.generation.catalogue.gate)
    return seen.is_fashion and gate is not None and float(gate.max()) >= PLAIN_FROM


def _understood(live: Live, photo: Image.Image, spots: Sequence[Spot]) -> list[Understood]:
    if not spots:
        return []
    vectors = live.backbone.embed_images([spot.cut(photo) for spot in spots])
    found = understand_vectors(live, vectors, spots)
    return [_without_colour(one) for one in found] if is_grey(photo) else found


def _without_colour(seen: Understood) -> Understood:
    """Black-and-white photos are of things of all colours."""
    colour = {key_of(Meaning.COLOUR)} & seen.probabilities.keys()
    nothing = dict.fromkeys(colour, np.empty(0, np.float32))
    return replace(seen, probabilities=seen.probabilities | nothing)


def understand_vector(live: Live, vector: Floats, spot: Spot | None = None) -> Understood:
    """The same of one picture: `vector` (d,)."""
    return understand_vectors(live, vector[None], [spot])[0]


def understand_vectors(
    live: Live, vectors: Floats, spots: Sequence[Spot | None]
) -> list[Understood]:
    """`vectors` (n, d) of pictures: what the heads see in each, what the nearest products of the
    catalogue say, and what the finder calls it that found it at its spot."""
    probabilities = live.generation.heads.predict(vectors)
    _vote(live, vectors, probabilities)
    logits = live.generation.heads.fashion_logits(vectors)
    return [
        _understood_at(live, vector, {key: rows[at] for key, rows in probabilities.items()}, *about)
        for at, (vector, *about) in enumerate(zip(vectors, logits, spots, strict=True))
    ]


def _vote(live: Live, vectors: Floats, probabilities: dict[str, Floats]) -> None:
    """Mixes into the rows (n, classes) what the nearest products say, found for all vectors in one
    pass over the catalogue: it takes longer than anything else in a search."""
    generation, catalogue = live.generation, live.generation.catalogue
    voting = set(generation.manifest["voting"]) & set(probabilities)
    if not voting or not len(vectors):
        return
    no_style = np.zeros((len(vectors), generation.index.style_width), np.float32)
    near = generation.index.search_all(vectors, no_style, 1.0, VOTERS)
    for at, (ids, cosines) in enumerate(near):
        rows = catalogue.rows(ids)
        share = vote_share(float(cosines[0]), generation.manifest["near_cosine"])
        for key in voting:
            seen, codes = probabilities[key][at], catalogue.merchant[key][rows]
            votes = vote(cosines, np.where(codes < len(seen), codes, -1), len(seen))
            probabilities[key][at] = mix(seen, votes, share)


def _understood_at(
    live: Live,
    vector: Floats,
    probabilities: dict[str, Floats],
    logit: float,
    spot: Spot | None,
) -> Understood:
    gate = live.generation.catalogue.gate
    if spot is not None and spot.is_cut and gate in probabilities:
        shares = live.kind_shares(spot.kind)
        probabilities = probabilities | {gate: of_kind(probabilities[gate], shares)}
    least = 0.0 if spot is None else spot.least
    return Understood(vector, probabilities, bool(logit > least), spot=spot)


def with_words(live: Live, seen: Understood | None, words: str) -> Understood:
    """The photo, but as the words want it; the words alone without a photo."""
    if seen is not None and not words:
        return seen
    reading = read(words)
    if seen is None:
        reading = with_meaning(live, reading)
    elif not reading:
        return replace(seen, reading=reading)
    vector = _vector_of(live, reading)
    if seen is not None:
        reading = reading.without_occasions
    worded = Understood(
        vector,
        {},
        reading=reading,
        named=named(live, reading),
        nicer=nicer(reading),
        within=within(live, reading),
        is_lost=seen is None and not reading,
    )
    if seen is None:
        return worded
    pulled = seen.vector + PULL_OF_WORDS * vector * bool(reading.sought)
    return replace(
        worded,
        vector=(pulled / np.linalg.norm(pulled)).astype(np.float32),
        probabilities=seen.probabilities,
        is_fashion=seen.is_fashion,
        photo=seen.vector,
    )


def _vector_of(live: Live, reading: Reading) -> Floats:
    """Of the product whose SKU was typed, else of what the words describe."""
    for sku in reading.skus:
        pk = Product.objects.get(sku=sku).pk
        if pk in live.generation.catalogue.ids:
            return live.generation.index.vectors(np.array([pk], np.int64))[0][0]
    return _embed(live, reading.described)


def _embed(live: Live, words: str) -> Floats:
    try:
        return live.backbone.embed_texts([words])[0]
    except BackboneError as error:
        text = "This shop can be searched by photo only."
        raise NotReadyError(text, "no_text_tower") from error
