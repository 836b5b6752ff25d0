"""What a timer does for the index: embeds what was left waiting, and says when much has changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from jobs.models import UNFINISHED, Job
from matching import runtime
from matching.indexing import delta
from matching.indexing.embed import to_embed, without_vector
from matching.indexing.keep_up import keep_up
from matching.runtime import Live, NotReadyError


@dataclass(frozen=True)
class Tended:
    """`embedded`: what had waited; `changed`: products that are other than in the index;
    `is_build_due`: these are many, and no build is at work."""

    embedded: int = 0
    changed: int = 0
    is_build_due: bool = False


def tend() -> Tended:
    """Nothing is done before the first index, nor where changes are left to builds."""
    try:
        built = runtime.built()
    except NotReadyError:
        return Tended()
    if not settings.LIVE_UPDATES:
        return Tended()
    embedded = keep_up(_left_waiting(built))
    changed = delta.size(built)
    is_building = Job.objects.filter(kind="build_index", state__in=UNFINISHED).exists()
    return Tended(embedded, changed, changed >= settings.FOLD_CHANGES and not is_building)


def _left_waiting(built: Live) -> list[int]:
    """By a process that ended, or before updates were turned on; not what failed on its photo."""
    waiting = without_vector(built.backbone, to_embed(), but_unreadable=True)
    return list(waiting.values_list("pk", flat=True))
