"""What a picture shows or some words ask for: a vector, probabilities, wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from django.db.models import Q
from PIL import Image

from catalog.models import AttributeValue, Product
from matching.engine.arrays import Floats, Ids
from matching.engine.errors import BackboneError
from matching.engine.heads import VOTERS, mix, vote, vote_share
from matching.engine.words import Vocabulary, Wishes
from matching.runtime import Live, NotReadyError
from matching.search.watch import stage

# How far words beside a photo pull its vector towards theirs.
PULL_OF_WORDS = 0.35
SHORT = 3  # letters; a longer word is also found in the singular
NO_WORDS = Wishes({}, {}, ())


@dataclass(frozen=True)
class Understood:
    """`vector` (d,) is what is searched with; `probabilities`: attribute key -> (classes,), heads
    and votes together, empty where words are all there is. `named`: ids (n,) of the products that
    carry all the words that are no attributes in their name, None if there are none. `photo` (d,):
    the vector of the photo alone, where words pulled at it."""

    vector: Floats
    probabilities: dict[str, Floats]
    is_fashion: bool = True
    wishes: Wishes = field(default=NO_WORDS)
    named: Ids | None = None
    photo: Floats | None = None

    @property
    def own(self) -> Floats:
        """What is searched with again: of a photo its own vector, or else that of the words."""
        return self.vector if self.photo is None else self.photo


@stage("understand")
def understand(live: Live, picture: Image.Image | None, words: str) -> Understood:
    """A picture as the words want it, or the words alone where there is no picture."""
    seen = None if picture is None else understand_picture(live, picture)
    return with_words(live, seen, words)


def understand_picture(live: Live, picture: Image.Image) -> Understood:
    return understand_vector(live, live.backbone.embed_image(picture))


def understand_vector(live: Live, vector: Floats) -> Understood:
    """`vector` (d,) of a picture: what the heads see and the nearest products of the catalogue
    say."""
    heads, catalogue = live.generation.heads, live.generation.catalogue
    probabilities = {key: rows[0] for key, rows in heads.predict(vector[None]).items()}
    voting = set(live.generation.manifest["voting"]) & set(probabilities)
    if voting:
        no_style = np.zeros(live.generation.index.style_width, np.float32)
        ids, cosines = live.generation.index.search(vector, no_style, 1.0, VOTERS)
        rows = catalogue.rows(ids)
        share = vote_share(float(cosines[0]), live.generation.manifest["near_cosine"])
        for key in voting:
            size = len(probabilities[key])
            codes = catalogue.merchant[key][rows]
            votes = vote(cosines, np.where(codes < size, codes, -1), size)
            probabilities[key] = mix(probabilities[key], votes, share)
    return Understood(vector, probabilities, bool(heads.fashion_logits(vector[None])[0] > 0))


def with_words(live: Live, seen: Understood | None, words: str) -> Understood:
    """The photo, but as the words want it; the words alone without a photo."""
    if seen is not None and not words:
        return seen
    vector = _embed(live, words)
    wishes = vocabulary().understand(words)
    named = _named(wishes)
    if seen is None:
        return Understood(vector, {}, wishes=wishes, named=named)
    pulled = seen.vector + PULL_OF_WORDS * vector
    vector = (pulled / np.linalg.norm(pulled)).astype(np.float32)
    return replace(seen, vector=vector, wishes=wishes, named=named, photo=seen.vector)


def _named(wishes: Wishes) -> Ids | None:
    """Brands, prints and the like are in no vocabulary, but in the names of products."""
    if not wishes.rest:
        return None
    products = Product.objects.active().with_photo()
    for word in wishes.rest:
        stem = word.removesuffix("s") if len(word) > SHORT else word
        products = products.filter(Q(name__icontains=stem) | Q(brand__icontains=stem))
    ids = np.fromiter(products.order_by("pk").values_list("pk", flat=True), np.int64)
    return ids if len(ids) else None


def _embed(live: Live, words: str) -> Floats:
    try:
        return live.backbone.embed_texts([words])[0]
    except BackboneError as error:
        text = "This shop can be searched by photo only."
        raise NotReadyError(text, "no_text_tower") from error


def vocabulary() -> Vocabulary:
    """The values that the catalogue knows, as people may call them."""
    values: dict[str, list[str]] = {}
    groups: dict[str, Sequence[str]] = {}
    rows = AttributeValue.objects.order_by("attribute__position", "pk")
    for key, value, ancestors in rows.values_list("attribute__key", "value", "ancestors"):
        values.setdefault(key, []).append(value)
        if ancestors:
            groups[value] = ancestors
    return Vocabulary(values, groups)
