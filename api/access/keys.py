"""Keys: made, looked up, replaced and taken back. What was shown once is kept as a hash alone."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from api.models import ApiClient, ApiKey, Scope

MARKS = {ApiKey.Kind.SECRET: "fmv_sk", ApiKey.Kind.PUBLISHABLE: "fmv_pk"}
SHAPE = re.compile(r"(fmv_[sp]k_[0-9a-f]{10})_[\w-]{43}")
FOR_PUBLISHABLE = [Scope.SEARCH, Scope.READ]
GRACE = timedelta(hours=24)
# A row is not written for each request.
BETWEEN_NOTES_OF_USE = timedelta(minutes=1)


class KeyRefusedError(Exception):
    """`code` is that of a problem."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class KeyWishError(ValueError):
    """No such key can be made; the message says why."""


@dataclass(frozen=True)
class Wanted:
    """A key to be made. `origins`: "https://shop.example", of publishable keys only."""

    kind: str = ApiKey.Kind.SECRET
    scopes: Sequence[str] = ()
    origins: Sequence[str] = field(default_factory=list)
    expires_at: datetime | None = None


def issue(client: ApiClient, wanted: Wanted) -> tuple[ApiKey, str]:
    """The row and the key itself, which is told this once. Raises KeyWishError."""
    check(wanted)
    prefix = f"{MARKS[ApiKey.Kind(wanted.kind)]}_{secrets.token_hex(5)}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiKey.objects.create(
        client=client,
        kind=wanted.kind,
        prefix=prefix,
        digest=_digest(secret),
        scopes=list(dict.fromkeys(wanted.scopes)),
        origins=list(dict.fromkeys(wanted.origins)),
        expires_at=wanted.expires_at,
    )
    return row, secret


def check(wanted: Wanted) -> None:
    """Raises KeyWishError for what cannot be."""
    unknown = sorted(set(wanted.scopes) - set(Scope))
    if unknown or not wanted.scopes:
        known = ", ".join(Scope)
        raise KeyWishError(_("Choose at least one of these scopes: %(known)s.") % {"known": known})
    if wanted.kind == ApiKey.Kind.SECRET:
        if wanted.origins:
            raise KeyWishError(_("A secret key has no origins: it never goes into a page."))
        return
    if set(wanted.scopes) - set(FOR_PUBLISHABLE):
        raise KeyWishError(_("A publishable key may search and read the catalogue, and no more."))
    wrong = [one for one in wanted.origins if not is_origin(one)]
    if wrong or not wanted.origins:
        raise KeyWishError(
            _("A publishable key needs origins such as https://shop.example, without a path.")
        )


def is_origin(text: str) -> bool:
    """As browsers write it: "https://shop.example:8443"."""
    try:
        parts = urlsplit(text)
        is_there = parts.scheme in ("http", "https") and bool(parts.hostname)
        return is_there and f"{parts.scheme}://{parts.netloc}" == text == text.lower()
    except ValueError:
        return False


def look_up(secret: str) -> ApiKey:
    """The live key of this text; it is noted as used. Raises KeyRefusedError."""
    shape = SHAPE.fullmatch(secret)
    row = ApiKey.objects.select_related("client").filter(prefix=shape[1]).first() if shape else None
    if row is None or not hmac.compare_digest(row.digest, _digest(secret)):
        raise KeyRefusedError("key-unknown")
    if row.revoked_at is not None or not row.client.is_active:
        raise KeyRefusedError("key-revoked")
    if row.is_expired:
        raise KeyRefusedError("key-expired")
    _note_use(row)
    return row


def rotate(row: ApiKey, grace: timedelta = GRACE) -> tuple[ApiKey, str]:
    """Another key like it; this one ends when the grace is over, so that no program stands still
    meanwhile."""
    with transaction.atomic():
        wanted = Wanted(row.kind, row.scopes, row.origins, _new_end(row))
        made = issue(row.client, wanted)
        row.expires_by(timezone.now() + grace)
        row.save(update_fields=["expires_at"])
    return made


def revoke(row: ApiKey) -> None:
    """At once and for ever."""
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])


def _new_end(row: ApiKey) -> datetime | None:
    """As long as the old one was made for."""
    lasted = None if row.expires_at is None else row.expires_at - row.created_at
    return None if lasted is None else timezone.now() + lasted


def _note_use(row: ApiKey) -> None:
    now = timezone.now()
    if row.last_used_at is None or now - row.last_used_at > BETWEEN_NOTES_OF_USE:
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)


def _digest(secret: str) -> str:
    # 256 random bits need no slow hash: nobody guesses them one by one.
    return hashlib.sha256(secret.encode()).hexdigest()
