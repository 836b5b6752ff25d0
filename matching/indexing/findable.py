"""Whether a product is found by photos and words now, and why not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import HIDE, Product, active_at, is_for_sale
from matching import runtime
from matching.models import Embedding, PhotoFault
from matching.runtime import Live, NotReadyError


class Findable(models.TextChoices):
    YES = "yes", _("findable")
    WAITING = "waiting", _("waiting")
    NO_PHOTO = "no_photo", _("no photo")
    UNREADABLE = "unreadable", _("photo unreadable")
    FAILED = "failed", _("failed")
    SOLD_OUT = "sold_out", _("sold out")
    NOT_SHOWN = "not_shown", _("not shown")


WHY: dict[str, Promise] = {
    Findable.YES: _("It is found by its photo and its name."),
    Findable.NO_PHOTO: _("Products are found by their photos: give it one."),
    Findable.UNREADABLE: _("The photo cannot be read, or is gone: choose another."),
    Findable.FAILED: _(
        "The photo could not be embedded. Choose “Embed again” in the list of products; what went "
        "wrong: %(detail)s"
    ),
    Findable.SOLD_OUT: _(
        "It cannot be bought now, and searches hide what cannot be bought (NOT_FOR_SALE): it is "
        "found again once it can be."
    ),
    Findable.NOT_SHOWN: _("It is not shown now, and so not found."),
}
NO_INDEX = _("There is no index yet. Build it in the model room: then it is found.")
NEXT_BUILD = _("It is found once the index is built again: model room.")
SECONDS = _("It is being embedded, which takes seconds. If it stays so, no worker is running.")


def with_findable(products: QuerySet[Product]) -> QuerySet[Product]:
    """Each with `findable`, a code of Findable, and `fault`, what went wrong."""
    fault = PhotoFault.objects.filter(product=OuterRef("pk"), image_digest=OuterRef("photo_digest"))
    whens = [
        When(~active_at(timezone.now()), then=Value(Findable.NOT_SHOWN)),
    ]
    if settings.NOT_FOR_SALE == HIDE:
        whens.append(When(~is_for_sale("pk"), then=Value(Findable.SOLD_OUT)))
    whens.append(When(photo="", then=Value(Findable.NO_PHOTO)))
    if built := _built():
        whens.append(When(_is_found(built), then=Value(Findable.YES)))
    failed = Exists(fault.filter(code=PhotoFault.Code.FAILED))
    whens += [
        When(failed, then=Value(Findable.FAILED)),
        When(Exists(fault), then=Value(Findable.UNREADABLE)),
    ]
    return products.annotate(
        findable=Case(*whens, default=Value(Findable.WAITING)),
        fault=models.Subquery(fault.values("detail")[:1]),
    )


def state_of(product: Product) -> Findable:
    """Of a product of `with_findable`."""
    return Findable(vars(product)["findable"])


def why(product: Product) -> str:
    """What is to be said of a product of `with_findable`, in the reader's language."""
    state = state_of(product)
    if state != Findable.WAITING:
        return str(WHY[state]) % {"detail": vars(product)["fault"] or ""}
    if not _built():
        return str(NO_INDEX)
    return str(SECONDS if settings.LIVE_UPDATES else NEXT_BUILD)


def _built() -> Live | None:
    try:
        return runtime.built()
    except NotReadyError:
        return None


def _is_found(built: Live) -> Q:
    """Has a current vector; where updates wait for builds, one that was there at the last one."""
    vector = Exists(
        Embedding.objects.filter(
            product=OuterRef("pk"),
            backbone=built.backbone.fingerprint,
            image_digest=OuterRef("photo_digest"),
        )
    )
    changed = parse_datetime(built.generation.manifest.get("state", {}).get("changed", ""))
    if settings.LIVE_UPDATES or changed is None:
        return Q(vector)
    return Q(vector, updated_at__lte=changed)
