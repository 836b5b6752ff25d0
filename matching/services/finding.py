"""One search, straight through: picture, embedding, attributes, matches, the row that keeps it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from catalog.models import Attribute, Product
from matching import runtime
from matching.engine.heads import VOTERS, Floats, mix, vote, vote_share
from matching.engine.index import Ids
from matching.engine.intake import open_picture
from matching.engine.select import Match, Query, Selection, gate_levels, gate_types, select
from matching.models import Search, SearchMatch
from matching.runtime import Live, NotReadyError

DEFAULT_K, MAX_K = 3, 10
SHOWN_VALUES = 3
KEPT_SIDE = 1200
NO_GARMENT = (
    "We see no clothing, shoes or accessories in this picture. "
    "Try a photo that shows one item, well lit and close up."
)
WEAK = "Nothing in the catalogue looks much like this; these products come closest."
NOTHING = "The catalogue has nothing that matches this picture."
EMPTY = "The catalogue is empty. Run: python manage.py import_products FOLDER"

Ranked = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Asker:
    """Who searches: a user, or else a session, or else (another program) nobody."""

    source: str
    user: User | AnonymousUser | None = None
    session_key: str = ""


@dataclass(frozen=True)
class _Understood:
    """`probabilities`: attribute key -> (classes,), heads and votes together."""

    vector: Floats
    probabilities: dict[str, Floats]
    is_fashion: bool


def find(data: bytes, *, k: int = DEFAULT_K, weight: float | None = None, asker: Asker) -> Search:
    """Says what the picture shows and which products match; keeps both.

    `data` is an encoded picture of at most MAX_UPLOAD_BYTES, `k` 1 to 10, `weight` that of the
    visual part, 0 to 1. Raises PictureError for a picture that cannot be used and NotReadyError
    if there is nothing to search; nothing is kept then.
    """
    live = runtime.live()
    picture = open_picture(data, max_bytes=settings.MAX_UPLOAD_BYTES, target=KEPT_SIDE)
    understood = _understand(live, picture)
    weight = settings.VISUAL_WEIGHT if weight is None else weight
    selection = Selection([], None)
    if understood.is_fashion:
        selection = _select(live, understood, k, weight)
        if not selection.matches and not Product.objects.active().with_photo().exists():
            raise NotReadyError(EMPTY)
    search = Search(
        user=asker.user if isinstance(asker.user, User) else None,
        session_key=asker.session_key,
        source=asker.source,
        k=k,
        visual_weight=weight,
        prediction=_ranked(live, understood),
        is_fashion=understood.is_fashion,
        widened=selection.widened or "",
        message=_message(live, understood, selection),
        generation=live.generation.number,
        backbone=live.backbone.fingerprint,
        heads=live.generation.heads.fingerprint,
    )
    _keep(search, picture, _matches(live, search, selection))
    return search


def _understand(live: Live, picture: Image.Image) -> _Understood:
    heads, catalogue = live.generation.heads, live.generation.catalogue
    vectors = live.backbone.embed_images([picture])
    probabilities = {key: rows[0] for key, rows in heads.predict(vectors).items()}
    voting = set(live.generation.manifest["voting"]) & set(probabilities)
    if voting:
        no_style = np.zeros(live.generation.index.style_width, np.float32)
        ids, cosines = live.generation.index.search(vectors[0], no_style, 1.0, VOTERS)
        rows = catalogue.rows(ids)
        share = vote_share(float(cosines[0]), live.generation.manifest["near_cosine"])
        for key in voting:
            size = len(probabilities[key])
            codes = catalogue.merchant[key][rows]
            votes = vote(cosines, np.where(codes < size, codes, -1), size)
            probabilities[key] = mix(probabilities[key], votes, share)
    return _Understood(vectors[0], probabilities, bool(heads.fashion_logits(vectors)[0] > 0))


def _select(live: Live, understood: _Understood, k: int, weight: float) -> Selection:
    generation = live.generation
    catalogue = generation.catalogue
    style = understood.probabilities.get(catalogue.style, np.empty(0, np.float32))
    types: list[str] = []
    if catalogue.gate in understood.probabilities:
        classes = generation.heads.by_key[catalogue.gate].classes
        types = gate_types(understood.probabilities[catalogue.gate], classes)
    return select(
        generation.index,
        Query(understood.vector, style, weight, k),
        gate_levels(types, catalogue.ancestors, live.ids_by_type),
        generation.manifest["twin_cosine"],
        _available,
    )


def _available(ids: list[int]) -> set[int]:
    shown = Product.objects.active().with_photo().filter(pk__in=ids)
    return set(shown.values_list("pk", flat=True))


def _ranked(live: Live, understood: _Understood) -> Ranked:
    """Attribute key to its three most probable values, best first."""
    ranked: Ranked = {}
    for key, head in live.generation.heads.by_key.items():
        probabilities = understood.probabilities[key]
        best = np.argsort(-probabilities, kind="stable")[:SHOWN_VALUES]
        ranked[key] = [
            {"value": head.classes[at], "probability": round(float(probabilities[at]), 4)}
            for at in best.tolist()
        ]
    return ranked


def _message(live: Live, understood: _Understood, selection: Selection) -> str:
    if not understood.is_fashion:
        return NO_GARMENT
    if not selection.matches:
        return NOTHING
    best = max(match.visual for match in selection.matches)
    return WEAK if best < live.generation.manifest["weak_cosine"] else ""


def _matches(live: Live, search: Search, selection: Selection) -> list[SearchMatch]:
    ids = [match.product_id for match in selection.matches]
    products = Product.objects.in_bulk(ids)
    reasons = _reasons(live, search, np.array(ids, np.int64))
    return [
        _match(search, rank, match, products[match.product_id], reasons[rank - 1])
        for rank, match in enumerate(selection.matches, start=1)
        if match.product_id in products
    ]


def _match(
    search: Search, rank: int, match: Match, product: Product, reasons: list[str]
) -> SearchMatch:
    return SearchMatch(
        search=search,
        rank=rank,
        product=product,
        sku=product.sku,
        name=product.name,
        image=product.photo.url,
        score=round(match.score, 4),
        visual=round(match.visual, 4),
        style=round(match.style, 4),
        reasons=reasons,
        similar=len(match.folded),
    )


def _reasons(live: Live, search: Search, ids: Ids) -> list[list[str]]:
    """For each product, the attributes in which it agrees with the picture."""
    catalogue = live.generation.catalogue
    rows = catalogue.rows(ids)
    reasons: list[list[str]] = [[] for _ in ids]
    for attribute in Attribute.objects.all():
        seen = search.label(attribute.key)
        if not seen or attribute.key not in catalogue.codes:
            continue
        for said, code in zip(reasons, catalogue.codes[attribute.key][rows], strict=True):
            if code >= 0 and catalogue.values[attribute.key][code] == seen:
                said.append(f"same {attribute.label.lower()}")
    return reasons


def _keep(search: Search, picture: Image.Image, matches: list[SearchMatch]) -> None:
    """File and rows, all or none."""
    kept = picture.copy()
    kept.thumbnail((KEPT_SIDE, KEPT_SIDE))
    packed = io.BytesIO()
    kept.save(packed, "JPEG", quality=88)
    search.photo_width, search.photo_height = kept.size
    search.photo.save(f"{search.pk}.jpg", ContentFile(packed.getvalue()), save=False)
    try:
        with transaction.atomic():
            search.save(force_insert=True)
            SearchMatch.objects.bulk_create(matches)
    except BaseException:
        search.photo.storage.delete(search.photo.name)
        raise
