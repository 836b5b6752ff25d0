"""Which attribute of this shop means what: code asks here, and names no key."""

from __future__ import annotations

import threading
import time
from typing import Any

from django.db import connection
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from catalog.models import Attribute

Meaning = Attribute.Meaning
Role = Attribute.Role
SECONDS_BETWEEN_CHECKS = 2.0

_lock = threading.Lock()
_known: dict[str, tuple[float, dict[str, tuple[str, bool]]]] = {}


def key_of(meaning: Meaning) -> str:
    """The key of the attribute that means this; "" if the shop has none."""
    return _meant(meaning)[0]


def is_shown(meaning: Meaning) -> bool:
    """Whether shoppers see the attribute that means this; no if the shop has none."""
    return _meant(meaning)[1]


def roles() -> dict[str, str]:
    """Role but plain -> key of the attribute that has it; "" for one that none has."""
    keys = dict(Attribute.objects.values_list("role", "key"))
    return {str(role): keys.get(role, "") for role in Role if role != Role.PLAIN}


def _meant(meaning: Meaning) -> tuple[str, bool]:
    """Key and whether it is shown. A change made by another process is seen after two seconds at
    the latest."""
    name = str(connection.settings_dict["NAME"])
    with _lock:
        known = _known.get(name)
        if known is None or time.monotonic() - known[0] >= SECONDS_BETWEEN_CHECKS:
            rows = Attribute.objects.exclude(meaning="").values_list("meaning", "key", "is_shown")
            meant = {means: (key, shown) for means, key, shown in rows}
            known = _known[name] = time.monotonic(), meant
        return known[1].get(meaning, ("", False))


@receiver([post_save, post_delete], sender=Attribute)
def forget(**about: Any) -> None:
    """The next question goes to the database again: after a change of our own, and in tests."""
    with _lock:
        _known.clear()
