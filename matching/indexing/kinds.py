"""What a finder calls the products of each item type: so it helps to tell types apart."""

from __future__ import annotations

from collections import Counter

from jobs.queue import Report
from matching import runtime
from matching.engine.arrays import Ids
from matching.engine.finder import Finder
from matching.engine.generation import Catalogue
from matching.indexing.embed import photos_of

PHOTOS = 4  # of each type


def kinds_of_types(catalogue: Catalogue, report: Report) -> dict[str, dict[str, float]]:
    """Type to kind to share, of the kind of the most prominent garment of some photos; a type in
    whose photos nothing is found is left out."""
    finder = runtime.get_finder()
    if finder is None or not catalogue.gate:
        return {}
    by_type = catalogue.ids_by_value(catalogue.gate)
    kinds = {}
    for done, (name, ids) in enumerate(by_type.items(), start=1):
        step = max(1, len(ids) // PHOTOS)
        if shares := _shares(finder, ids[::step][:PHOTOS]):
            kinds[name] = shares
        report.progress(done, len(by_type), "kinds of item types")
    return kinds


def _shares(finder: Finder, ids: Ids) -> dict[str, float]:
    found = [finder.find(photo).garments for _pk, photo in photos_of(ids)]
    counts = Counter(garments[0].kind for garments in found if garments)
    return {kind: round(count / counts.total(), 3) for kind, count in counts.items()}
